/** Makes the upstream equal again, from a report or after a comparison of its own. */
import { Consents, DropsRowsError, type Surplus, surplusIn } from "../../apply/consent.ts";
import { journalFile, openJournal } from "../../apply/journal.ts";
import { type RepairManner, repairTable } from "../../apply/repair.ts";
import { Interrupted } from "../../domain/errors.ts";
import { relationName, subtreeOf, type Topology } from "../../domain/topology.ts";
import type { VerificationReport } from "../../domain/verification.ts";
import { Sessions } from "../../postgres/sessions.ts";
import type { Manner } from "../../verify/scan.ts";
import type { Extent } from "../../verify/verify-tree.ts";
import { bytesPerSecond } from "../amounts.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { askToDrop, DROP_ROWS_OF, type DropRowsOf, dropRowsOf } from "../drop-rows.ts";
import {
  byTable,
  type Choice,
  type Done,
  type Patch,
  patchesOf,
  unknownTables,
  unlisted,
} from "../patches.ts";
import { renderRepair, renderRepaired } from "../render/repair.ts";
import { readReport } from "../verification-report.ts";
import { extentOf, mannerOf, STATEMENT_TIMEOUT_MS, verifyNow } from "./verify.ts";

const LEFT = 6;
const UNKNOWN = 5;

export const repair = defineCommand({
  name: "repair",
  summary: "Make the upstream equal again where a comparison found differences",
  description:
    "Sends rows once more from the provider's end: missing and different ones whole, extra ones as gone. They travel in order with\n" +
    "live changes and mend every tier above in one go; other districts' rows are left alone. Each row is looked at first, and left\n" +
    "alone when it changed since. Without a report it compares first. Nothing is sent before you agree. Interrupted, the same\n" +
    "command goes on.",
  examples: [
    ["tributary repair", "mend what the last tributary verify found"],
    ["tributary repair topology.yaml.verify.json --dry-run", "only show what would be sent"],
    ["tributary repair --node district-a --yes", "compare and mend one district, without asking"],
    ["tributary repair --only insert --rate 200kB", "only what is missing, over a slow line"],
  ],
  positionals: {
    report: { summary: "The .json that tributary verify wrote; default: beside the topology file" },
  },
  options: {
    table: { type: "string", isRepeatable: true, value: "NAME", summary: "Only this table; may be repeated" },
    only: {
      type: "string",
      value: "WHAT",
      choices: ["insert", "upsert"],
      summary: "insert: only rows that are missing; upsert: these and different ones, and none as gone",
    },
    "dry-run": { type: "boolean", summary: "Show what would be sent, and end" },
    rate: { type: "string", value: "BYTES", summary: "The most to send in a second, such as 200kB" },
    "drop-rows-of": DROP_ROWS_OF,
    yes: { type: "boolean", alias: "y", summary: "Do not ask" },
  },
  async run(context, { report: file, table, only, "dry-run": isDry, rate, yes, "drop-rows-of": drops }) {
    const topology = await context.topology();
    const reading = mannerOf(context, { deep: false, limit: Number.MAX_SAFE_INTEGER, "max-rate": undefined });
    const extent = extentOf(context, topology, { table, since: undefined });
    const report = await reportFor(context, topology, file, extent, reading);
    const choice = { nodes: extent.nodes, tables: extent.tables, only };
    const patches = patchesOf(topology, report, choice);
    const unknown = unknownTables(report, choice);
    if (!context.json) context.stderr(renderRepair(report, patches, unknown));
    if (context.json && (isDry || patches.length === 0))
      context.stdout(JSON.stringify({ patches: patches.map(asJson) }));
    if (patches.length === 0) return exitCode([], unknown);
    if (isDry) return LEFT;
    if (!yes && !(await context.confirm("Send them?")))
      throw new Interrupted("nothing was sent", { code: "declined" });
    const journal = openJournal(journalFile(context.topologyFile));
    const round = { report, patches, choice };
    const consents = await agreed(context, topology, round, { given: dropRowsOf(topology, drops), yes });
    const done = await sendAll(
      context,
      topology,
      { ...round, consents },
      {
        ...reading,
        sendBytesPerSecond: rate === undefined ? 0 : bytesPerSecond("rate", rate),
        note: (entry) => journal.note({ project: topology.project, ...entry }),
      },
    );
    context.stdout(context.json ? JSON.stringify({ repaired: done.map(doneAsJson) }) : renderRepaired(done));
    return exitCode(done, unknown);
  },
});

function exitCode(done: readonly Done[], unknown: readonly string[]): number {
  if (done.some(({ repaired: { left, unsettled } }) => left.length + unsettled > 0)) return LEFT;
  return unknown.length === 0 ? 0 : UNKNOWN;
}

/** The report that was named, or a comparison of the nodes that were named, or what the last comparison left. */
async function reportFor(
  context: Context,
  topology: Topology,
  file: string | undefined,
  extent: Extent,
  manner: Manner,
): Promise<VerificationReport> {
  if (file === undefined && context.nodes !== undefined)
    return await verifyNow(context, topology, extent, manner);
  return readReport(file ?? `${context.topologyFile}.verify.json`);
}

/** Nothing is sent when more rows would go than was agreed to. */
async function agreed(
  context: Context,
  topology: Topology,
  round: Omit<Round, "consents">,
  { given, yes }: { readonly given: DropRowsOf; readonly yes: boolean },
): Promise<Consents> {
  await using sessions = new Sessions(topology.nodes, { project: topology.project, signal: context.signal });
  try {
    await expectConsent(sessions, foreseen(round), new Consents(given));
    return new Consents(given);
  } catch (error) {
    if (!(error instanceof DropsRowsError) || yes) throw error;
    return new Consents(await askToDrop(context, error, given));
  }
}

/** All that would go by the report, also what it counts and does not list. */
function foreseen({ report, patches }: Omit<Round, "consents">): readonly Gone[] {
  return patches.map((patch) => {
    const relation = relationName(patch.rule);
    const listed = surplusIn(patch.rows);
    const counted = report.links
      .find(({ provider }) => provider === patch.provider)
      ?.tables.find((table) => table.relation === relation)?.extra;
    const unlisted = (counted ?? 0) - patch.rows.filter(({ kind }) => kind === "extra").length;
    const surplus = listed.map((each, at) =>
      at === 0 && unlisted > 0 ? { ...each, rows: each.rows + unlisted } : each,
    );
    return { subscriber: patch.subscriber, provider: patch.provider, relation, surplus };
  });
}

interface Gone {
  readonly subscriber: string;
  readonly provider: string;
  readonly relation: string;
  readonly surplus: readonly Surplus[];
}

async function expectConsent(sessions: Sessions, all: readonly Gone[], consents: Consents): Promise<void> {
  const refusals: DropsRowsError[] = [];
  for (const { subscriber, provider, relation, surplus } of all)
    await consents
      .expect({
        subscriber: await sessions.get(subscriber),
        provider: await sessions.get(provider),
        relation,
        surplus,
      })
      .catch((error: unknown) => {
        if (!(error instanceof DropsRowsError)) throw error;
        refusals.push(error);
      });
  const [first] = refusals;
  if (first === undefined) return;
  throw new DropsRowsError(
    refusals.map(({ message }) => message).join("\n"),
    refusals.flatMap(({ wanted }) => wanted),
    first.node === undefined ? {} : { node: first.node },
  );
}

interface Round {
  readonly report: VerificationReport;
  readonly patches: readonly Patch[];
  readonly choice: Choice;
  readonly consents: Consents;
}

/** Sends, and compares again where a report does not list all that differs, until it does or nothing more can be sent. */
async function sendAll(
  context: Context,
  topology: Topology,
  { report: first, patches: firstPatches, choice, consents }: Round,
  manner: RepairManner,
): Promise<readonly Done[]> {
  const all: Done[] = [];
  let report = first;
  let patches = firstPatches;
  for (;;) {
    const done = await send(context, topology, { patches, consents }, manner);
    all.push(...done);
    const rest = unlisted(report, choice);
    if (rest === undefined || done.every(({ repaired }) => repaired.sent === 0)) break;
    report = await verifyNow(context, topology, rest, manner);
    patches = patchesOf(topology, report, choice);
  }
  return byTable(all);
}

async function send(
  context: Context,
  topology: Topology,
  { patches, consents }: Pick<Round, "patches" | "consents">,
  manner: RepairManner,
): Promise<readonly Done[]> {
  await using sessions = new Sessions(topology.nodes, {
    project: topology.project,
    signal: context.signal,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  const gone = patches.map(({ provider, subscriber, rule, rows }) => ({
    subscriber,
    provider,
    relation: relationName(rule),
    surplus: surplusIn(rows),
  }));
  await expectConsent(sessions, gone, consents);
  const done: Done[] = [];
  for (const patch of patches) {
    const table = {
      provider: await sessions.get(patch.provider),
      subscriber: await sessions.get(patch.subscriber),
      set: patch.set,
      rule: patch.rule,
      below: subtreeOf(topology, patch.provider),
    };
    done.push({ patch, repaired: await repairTable(table, patch.rows, manner) });
  }
  return done;
}

const asJson = ({ provider, subscriber, set, rule, rows }: Patch): object => ({
  provider,
  subscriber,
  set,
  relation: relationName(rule),
  rows,
});

const doneAsJson = ({ patch, repaired }: Done): object => ({
  provider: patch.provider,
  subscriber: patch.subscriber,
  relation: relationName(patch.rule),
  ...repaired,
});
