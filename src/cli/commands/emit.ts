/** Sends rows to the tiers above once more. */
import { readFileSync } from "node:fs";

import { Consents, DropsRowsError } from "../../apply/consent.ts";
import {
  countGone,
  emit as emitRows,
  expectWholeKeys,
  type Emission,
  type Emitted,
} from "../../apply/emit.ts";
import { journalFile, openJournal } from "../../apply/journal.ts";
import { Interrupted, UsageError } from "../../domain/errors.ts";
import { HANDFUL } from "../../domain/handful.ts";
import { legibly } from "../../domain/legible.ts";
import { relationName, subtreeOf, type Node, type Topology } from "../../domain/topology.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { askToDrop, DROP_ROWS_OF, type DropRowsOf, dropRowsOf } from "../drop-rows.ts";
import { parseKey, parseRelation } from "../keys.ts";
import { openSessions } from "../run-plan.ts";

/** How long to wait for locks, unless --timeout says otherwise. */
const TIMEOUT_MS = 60_000;
const SHOWN = 10;

export const emit = defineCommand({
  name: "emit",
  summary: "Send rows to the tiers above once more, as they are now",
  description:
    "Puts the present state of some rows into the node's stream, in order with live changes: approved ones whole,\n" +
    "all others as gone. Run it at the node that owns the rows (or at a region, for what is wrong above it only). It heals\n" +
    "what was lost or changed above, and brings back what parked --discard gave up.",
  examples: [
    ["tributary emit public.document 17 42 --node district-a", "show what would be sent, ask, and send it"],
    [
      `tributary emit public.measure '["2026-11-21", "7"]' --node district-a`,
      "a key of two columns, as JSON",
    ],
    ["tributary emit public.document --file keys.txt --node district-a --yes", "one key to a line"],
  ],
  positionals: {
    table: { summary: "The table, as schema.table", isRequired: true },
    key: { summary: "Keys of the rows; several columns as a JSON array", isRepeatable: true },
  },
  options: {
    file: { type: "string", value: "FILE", summary: "Read keys from a file, one to a line; - is stdin" },
    "drop-rows-of": DROP_ROWS_OF,
    yes: { type: "boolean", alias: "y", summary: "Do not ask" },
  },
  async run(context, { table, key: given, file, yes, "drop-rows-of": drops }) {
    const topology = await context.topology();
    const node = onlyNode(context, topology);
    const keys = [...(given ?? []), ...(file === undefined ? [] : readKeys(file))].map(parseKey);
    if (keys.length === 0)
      throw new UsageError("no key was given", {
        code: "usage",
        hint: "Name keys, or a file of them with --file.",
      });
    const relation = parseRelation(table);
    const emission = { set: setOf(topology, node, relation), relation, keys };
    await using sessions = openSessions(context, topology, { project: topology.project });
    const session = await sessions.get(node.name);
    await expectWholeKeys(session, emission);
    if (!context.json || !yes) context.stderr(renderEmission(node, emission));
    if (!yes && !(await context.confirm(`Send ${count(keys.length, "row")}?`)))
      throw new Interrupted("nothing was sent", { code: "declined", node: node.name });
    await expectConsent(
      context,
      { topology, node, emission, sessions },
      { given: dropRowsOf(topology, drops), yes },
    );
    const patience = { timeoutMs: context.timeoutMs ?? TIMEOUT_MS, signal: context.signal };
    const sent = await emitRows(session, emission, patience);
    openJournal(journalFile(context.topologyFile)).note({
      project: topology.project,
      emit: relation,
      node: node.name,
      keys,
      ...sent,
    });
    context.stdout(
      context.json ? JSON.stringify({ node: node.name, table: relation, ...sent }) : renderSent(sent),
    );
    return 0;
  },
});

interface Sending {
  readonly topology: Topology;
  readonly node: Node;
  readonly emission: Emission;
  readonly sessions: Sessions;
}

/** Keys that are not there or not approved go above: more than a handful are not sent as gone without a person's consent. */
async function expectConsent(
  context: Context,
  { topology, node, emission, sessions }: Sending,
  { given, yes }: { readonly given: DropRowsOf; readonly yes: boolean },
): Promise<void> {
  const session = await sessions.get(node.name);
  const rows = await countGone(session, emission, subtreeOf(topology, node.name));
  if (rows <= HANDFUL && given[node.name] === undefined) return;
  const removal = {
    subscriber: await sessions.get(node.upstream ?? node.name),
    provider: session,
    relation: emission.relation,
    surplus: rows === 0 ? [] : [{ owner: node.name, rows, keys: [] }],
  };
  try {
    await new Consents(given).expect(removal);
  } catch (error) {
    if (!(error instanceof DropsRowsError) || yes) throw error;
    await askToDrop(context, error, given);
  }
}

function onlyNode({ nodes = [] }: Context, topology: Topology): Node {
  const node = topology.nodes.find(({ name }) => name === nodes[0]);
  if (node === undefined || nodes.length > 1)
    throw new UsageError("emit sends from one node", { code: "usage", hint: "Name it: --node NAME." });
  if (node.upstream === undefined)
    throw new UsageError(`node "${node.name}" has no upstream: it sends to nobody`, {
      code: "usage",
      hint: "Run it at the node that owns the rows.",
    });
  return node;
}

function setOf(topology: Topology, node: Node, table: string): string {
  const set = topology.sets.find(({ tables }) => tables.some((rule) => relationName(rule) === table));
  if (set !== undefined) return set.name;
  const known = topology.sets.flatMap(({ tables }) => tables.map(relationName));
  throw new UsageError(`table "${table}" does not travel from node "${node.name}"`, {
    code: "usage",
    hint: `Tables that do: ${known.join(", ")}.`,
  });
}

function readKeys(file: string): readonly string[] {
  try {
    const text = readFileSync(file === "-" ? 0 : file, "utf8");
    return text.split(/\r?\n/u).filter((line) => line !== "");
  } catch (cause) {
    throw new UsageError(`cannot read keys from "${file}": ${(cause as Error).message}`, {
      code: "usage",
      cause,
    });
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

function renderEmission(node: Node, emission: Emission): string {
  const { set, relation, keys } = legibly(emission);
  const shown = keys.slice(0, SHOWN).map((key) => `  ${key.join(", ")}`);
  const more = keys.length > SHOWN ? [`  and ${keys.length - SHOWN} more`] : [];
  return [
    `Node "${node.name}" will send ${count(keys.length, "row")} of ${relation} (set ${set}) to "${node.upstream ?? ""}" and on:`,
    ...shown,
    ...more,
    "Approved rows go whole; where a key is not there or not approved, the tiers above drop it.",
  ].join("\n");
}

function renderSent({ puts, drops }: Emitted): string {
  return `Sent: ${count(puts, "row")} whole, ${count(drops, "key")} as gone.`;
}
