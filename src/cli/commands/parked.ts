/** Rows that could not be applied: shows them, tries them again, or gives them up. */
import { journalFile, openJournal } from "../../apply/journal.ts";
import { ConnectionError, Interrupted, PreconditionError, UsageError } from "../../domain/errors.ts";
import { legibly } from "../../domain/legible.ts";
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { ReachableNode, UnreachableNode } from "../../domain/state.ts";
import type { Topology } from "../../domain/topology.ts";
import { observe } from "../../observe/observe.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { parseTableName } from "../../topology/table-name.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import {
  discardParked,
  parkedAt,
  retryParked,
  type ParkedFilter,
  type ParkedGroup,
  type Retried,
} from "../parked-rows.ts";
import { countRows, parkedAsJson, renderDiscard, renderParked } from "../render/parked.ts";
import { openSessions } from "../run-plan.ts";

const PARKED = 10;
const FAILED = 7;

export const parked = defineCommand({
  name: "parked",
  summary: "Show the rows that could not be applied and why; try them again, or give them up",
  description:
    "Lists what is parked: at which node, of which table, written by which node, why and since when. Parked rows are\n" +
    "tried again by themselves as messages arrive. A row that is given up differs from where it was written until it\n" +
    "changes there again, or is sent once more with tributary.emit; its key stays in tributary.journal of the node.",
  examples: [
    ["tributary parked", "what waits, where, and why"],
    ["tributary parked --retry --node east", "the cause at east is gone: do not wait"],
    [
      "tributary parked --discard --table public.document --owner district-b",
      "show what would be given up, ask, and do it",
    ],
    ["tributary parked --json --detailed-exitcode", "for a program; exit code 10 when rows are parked"],
  ],
  options: {
    table: {
      type: "string",
      isRepeatable: true,
      value: "NAME",
      summary: "Only rows of this table; may be repeated",
    },
    owner: {
      type: "string",
      isRepeatable: true,
      value: "NAME",
      summary: "Only rows that this node wrote; may be repeated",
    },
    keys: { type: "number", value: "N", default: 5, summary: "How many keys of each cause to show" },
    retry: {
      type: "boolean",
      summary: "Try the rows again now; exit code 7 when some still cannot be applied",
    },
    discard: { type: "boolean", summary: "Give the rows up, after asking" },
    yes: { type: "boolean", alias: "y", summary: "Do not ask" },
    "detailed-exitcode": { type: "boolean", summary: "Exit code 10 when rows are parked" },
  },
  async run(context, { table, owner, keys, retry, discard, yes, "detailed-exitcode": isDetailed }) {
    if (retry && discard) throw new UsageError("--retry and --discard exclude each other", { code: "usage" });
    expectWhole(keys);
    const topology = await context.topology();
    await using sessions = openSessions(context, topology, { project: topology.project });
    const ask: Inquiry = { context, topology, sessions, filter: filterOf(owner, table), keys };
    const found = await look(ask);
    const act = retry ? await retryAll(ask, found) : discard ? await discardAll(ask, found, yes) : {};
    const left = retry || discard ? await look(ask) : found;
    show(ask, left, act);
    refuseGaps(left);
    const isLeft = left.groups.length > 0;
    if (retry) return isLeft ? FAILED : 0;
    return isDetailed && isLeft ? PARKED : 0;
  },
});

interface Inquiry {
  readonly context: Context;
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly filter: ParkedFilter;
  readonly keys: number;
}

interface Found {
  readonly groups: readonly ParkedGroup[];
  /** Nothing is known of them. */
  readonly unreachable: readonly UnreachableNode[];
  /** Nodes whose schema does not know how yet. */
  readonly outdated: readonly string[];
}

/** What was done, by node. */
interface Act {
  readonly applied?: readonly ({ readonly node: string } & Retried)[];
  readonly discarded?: readonly { readonly node: string; readonly rows: number }[];
}

function expectWhole(keys: number): void {
  if (Number.isInteger(keys) && keys >= 0) return;
  throw new UsageError(`--keys is ${keys}, needs to be a whole number`, { code: "usage" });
}

function filterOf(owners: readonly string[], tables: readonly string[]): ParkedFilter {
  return {
    ...(owners.length === 0 ? {} : { owners }),
    ...(tables.length === 0 ? {} : { tables: tables.map(relationOf) }),
  };
}

/** As tables are named where they are parked: without quotes. */
function relationOf(text: string): string {
  const name = parseTableName(text);
  if ("message" in name) throw new UsageError(`--table: ${name.message}`, { code: "usage", hint: name.hint });
  return `${name.schema}.${name.table}`;
}

async function look({ context, topology, sessions, filter, keys }: Inquiry): Promise<Found> {
  const { nodes } = await observe(topology, {
    sessions,
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  const holders = nodes.filter(
    (node): node is ReachableNode => node.reachable && (node.tributary?.parkedRows ?? 0) > 0,
  );
  const isOutdated = (node: ReachableNode): boolean => node.tributary?.version !== SCHEMA_VERSION;
  const groups = holders
    .filter((node) => !isOutdated(node))
    .map(async ({ name }) => parkedAt(await sessions.get(name), filter, keys));
  return {
    groups: (await Promise.all(groups)).flat(),
    unreachable: nodes.flatMap((node) => (node.reachable ? [] : [node])),
    outdated: holders.filter(isOutdated).map(({ name }) => name),
  };
}

const holdersOf = ({ groups }: Found): readonly string[] => [...new Set(groups.map(({ node }) => node))];

async function retryAll({ context, topology, sessions, filter }: Inquiry, found: Found): Promise<Act> {
  if (!context.json && found.groups.length > 0)
    context.stderr(`${renderParked(topology.project, found.groups)}\n\nTrying them again …\n`);
  const applied: NonNullable<Act["applied"]>[number][] = [];
  for (const node of holdersOf(found))
    applied.push({ node, ...(await retryParked(await sessions.get(node), filter, context.signal)) });
  return { applied };
}

async function discardAll(
  { context, topology, sessions, filter }: Inquiry,
  found: Found,
  yes: boolean,
): Promise<Act> {
  if (found.groups.length === 0) return { discarded: [] };
  if (!context.json || !yes) context.stderr(`Project ${topology.project}\n${renderDiscard(found.groups)}`);
  if (!yes && !(await context.confirm("Give these rows up?")))
    throw new Interrupted("nothing was done", {
      code: "declined",
      hint: "Mend the cause: they then arrive.",
    });
  const journal = openJournal(journalFile(context.topologyFile));
  const discarded: { node: string; rows: number }[] = [];
  for (const node of holdersOf(found)) {
    context.signal.throwIfAborted();
    const groups = found.groups.filter((group) => group.node === node);
    const rows = await discardParked(await sessions.get(node), filter, groups);
    journal.note({ discarded: { node, rows, of: groups.map(parkedAsJson) } });
    discarded.push({ node, rows });
  }
  return { discarded };
}

function show({ context, topology }: Inquiry, { groups, unreachable }: Found, act: Act): void {
  const { project } = topology;
  if (context.json) {
    context.stdout(
      JSON.stringify({
        project,
        ...act,
        parked: groups.map(parkedAsJson),
        unreachable: unreachable.map(({ name, error }) => ({ node: name, error })),
      }),
    );
    return;
  }
  for (const { node, applied, stopped } of legibly(act.applied ?? []))
    context.stdout(
      `node "${node}": ${countRows(applied)} applied${stopped === undefined ? "" : `; stopped early: ${stopped}`}`,
    );
  for (const { node, rows } of act.discarded ?? [])
    context.stdout(`node "${node}": ${countRows(rows)} discarded; their keys are in tributary.journal there`);
  context.stdout(renderParked(project, groups));
}

/** A list with gaps is not taken for the whole. */
function refuseGaps({ unreachable, outdated }: Found): void {
  const [first] = unreachable;
  if (first !== undefined)
    throw new ConnectionError(
      `not reached: ${unreachable.map(({ name }) => `"${name}"`).join(", ")}. ${first.error}`,
      {
        code: "node-unreachable",
        node: first.name,
        hint: first.fix ?? "Run the same command again when it is back.",
      },
    );
  const [node] = outdated;
  if (node !== undefined)
    throw new PreconditionError(
      `rows are parked at ${outdated.map((name) => `"${name}"`).join(", ")}, where schema tributary is of another version than this tool`,
      { code: "schema-outdated", node, hint: "Run tributary apply: it upgrades the schema." },
    );
}
