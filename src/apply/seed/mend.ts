/** A first copy where most is there already: what differs is found by sums, and sent through the stream, and nothing else is. */
import type { StepOf } from "../../domain/step.ts";
import { relationName, ruleSignature } from "../../domain/topology.ts";
import type { Session } from "../../postgres/session.ts";
import { findCandidates, type Key } from "../../verify/candidates.ts";
import { comparableEnds, type TableOnLink } from "../../verify/ends.ts";
import { queries as verification } from "../../verify/queries.ts";
import { lookedAt, settle } from "../../verify/settle.ts";
import { type Consents, surplusIn } from "../consent.ts";
import type { SeedTools } from "../data-tools.ts";
import { resumeLink } from "../link.ts";
import { isMendable, type RepairManner, sendRows } from "../repair.ts";
import { queries } from "./queries.ts";

/** Rows that change while they are sent are compared again. */
const ROUNDS = 3;

export interface Mending {
  readonly step: StepOf<"seed-table">;
  readonly tools: SeedTools;
  readonly provider: Session;
  readonly subscriber: Session;
  readonly below: readonly string[];
  /** Ranges were copied already, by a run that was stopped. */
  readonly isBegun: boolean;
}

/**
 * Makes a table equal, records it as copied, and says what was done. Nothing where that is the wrong way: nothing is above
 * yet, too much differs, or rows that have left the filter may stay. Throws what the stream's waits throw, and DropsRowsError with nothing sent.
 */
export async function mendTable(mending: Mending): Promise<string | undefined> {
  const { step, tools, provider, subscriber, below, isBegun } = mending;
  const relation = relationName(step.rule);
  if (isBegun || step.rule.onLeave === "keep" || tools.seed === undefined) return undefined;
  if (!(await subscriber.one(verification.hasRows, relation, below)).has_rows) return undefined;
  const table: TableOnLink = { provider, subscriber, set: step.set, rule: step.rule, below };
  const manner = mannerOf(tools);
  const ends = await comparableEnds(table);
  const { keys, isComplete, rowsBelow } = await findCandidates(ends, ends.estimate, manner);
  if (!isComplete || ends.lacking.length > 0) return undefined;
  const stream = { engine: step.engine, project: step.project, provider: provider.node, subscriber };
  await resumeLink(stream, tools);
  const sent = await sendUntilEqual(table, ends, keys, { manner, consents: tools.consents });
  if (sent === undefined) return undefined;
  const rule = ruleSignature(step.rule);
  const way = sent.all === 0 ? "adopted" : "emitted";
  await subscriber.all(queries.recordChunk, provider.node, relation, rule, null, null, rowsBelow, "0", way);
  await subscriber.one(queries.finish, provider.node, relation, rule);
  const adopted = Math.max(0, rowsBelow - sent.whole).toLocaleString("en");
  const more = sent.all === 0 ? "" : `, ${sent.all.toLocaleString("en")} sent`;
  return `${relation}: ${rowsBelow.toLocaleString("en")} rows (0 copied, ${adopted} adopted, 0 merged${more})`;
}

interface Sent {
  readonly all: number;
  /** Without those that were sent as gone. */
  readonly whole: number;
}

/** How many rows were sent; nothing when some still differ. */
async function sendUntilEqual(
  table: TableOnLink,
  ends: Awaited<ReturnType<typeof comparableEnds>>,
  keys: readonly Key[],
  { manner, consents }: { readonly manner: RepairManner; readonly consents: Consents },
): Promise<Sent | undefined> {
  let sent: Sent = { all: 0, whole: 0 };
  const judged = new Set<string>();
  if (keys.length === 0) return sent;
  for (let round = 0; round < ROUNDS; round += 1) {
    // All of them each time: a row that could not be judged may be one that differs.
    const { differences, unsettled } = await settle(ends, keys, { set: table.set, keeps: false }, manner);
    const rows = differences.filter(isMendable);
    // What is parked after it was sent is counted when the link opens.
    if (rows.every(({ kind }) => kind === "parked") && round > 0) return unsettled === 0 ? sent : undefined;
    if (rows.length === 0) return unsettled === 0 ? sent : undefined;
    const unit = (row: (typeof rows)[number]): string => JSON.stringify(lookedAt(ends, row));
    const gone = rows.filter((row) => row.kind === "extra" && !judged.has(unit(row)));
    await consents.expect({
      subscriber: table.subscriber,
      provider: table.provider,
      relation: ends.provider.relation,
      surplus: surplusIn(gone),
    });
    for (const row of gone) judged.add(unit(row));
    const all = sent.all + (await sendRows(table, ends, rows, manner)).sent;
    sent = { all, whole: sent.whole + rows.filter(({ kind }) => kind !== "extra").length };
  }
  return undefined;
}

const mannerOf = (tools: SeedTools): RepairManner => ({
  signal: tools.signal,
  timeoutMs: tools.timeoutMs,
  bytesPerSecond: 0,
  sendBytesPerSecond: tools.seed?.bytesPerSecond ?? 0,
  listed: 0,
  deep: false,
  progress: (detail) => tools.progress(detail),
  note: () => undefined,
});
