/** One table over one link, compared from end to end. */
import { DeadlineError } from "../domain/errors.ts";
import { relationName, ruleSignature } from "../domain/topology.ts";
import type { Difference, TableVerification, Verdict } from "../domain/verification.ts";
import { type Candidates, findCandidates } from "./candidates.ts";
import { withColumns } from "./columns.ts";
import { type ComparableEnds, comparableEnds, type TableOnLink } from "./ends.ts";
import { queries } from "./queries.ts";
import type { Manner } from "./scan.ts";
import { settle, type Settled } from "./settle.ts";

/** A table to compare. */
export interface Subject extends TableOnLink {
  /** Why the stream cannot be waited for. Then only sums are compared, and what differs may be on its way. */
  readonly standstill?: string;
}

const NOTHING: Settled = { differences: [], kept: 0, unsettled: 0 };

/** Compares, judges and records. Throws PreconditionError where the ends cannot be compared, or Interrupted. */
export async function verifyTable(table: Subject, manner: Manner): Promise<TableVerification> {
  const from = new Date();
  const ends = await comparableEnds(table);
  const candidates = await findCandidates(ends, ends.estimate, manner);
  if (table.standstill !== undefined && candidates.keys.length > 0) {
    const reason = `${table.standstill}; ${candidates.keys.length} rows differ, some of which may be on their way`;
    const { rowsBelow, rowsAbove } = candidates;
    return { ...unknown(table, from, reason), rowsBelow, rowsAbove };
  }
  const keeps = table.rule.onLeave === "keep";
  const settled =
    candidates.keys.length === 0
      ? NOTHING
      : await settle(ends, candidates.keys, { set: table.set, keeps }, manner);
  const found = await told(table, { from, ends, candidates, settled }, manner);
  await record(table, found);
  return found;
}

interface Found {
  readonly from: Date;
  readonly ends: ComparableEnds;
  readonly candidates: Candidates;
  readonly settled: Settled;
}

async function told(
  table: Subject,
  { from, ends, candidates, settled }: Found,
  { deep, listed }: Manner,
): Promise<TableVerification> {
  const { differences, kept, unsettled } = settled;
  const shown = differences.slice(0, listed);
  const count = (kind: Difference["kind"]): number => differences.filter((each) => each.kind === kind).length;
  const schema =
    ends.lacking.length === 0
      ? undefined
      : `node "${table.subscriber.node}" lacks columns: ${ends.lacking.join(", ")}`;
  const isDifferent = differences.length > 0 || schema !== undefined;
  const verdict: Verdict = isDifferent
    ? "different"
    : unsettled > 0 || !candidates.isComplete
      ? "unsettled"
      : "equal";
  return {
    set: table.set,
    relation: relationName(table.rule),
    verdict,
    ...(schema === undefined ? {} : { reason: schema }),
    from: from.toISOString(),
    to: new Date().toISOString(),
    rowsBelow: candidates.rowsBelow,
    rowsAbove: candidates.rowsAbove,
    isComplete: candidates.isComplete,
    missing: count("missing"),
    extra: count("extra"),
    different: count("different"),
    parked: count("parked"),
    kept,
    unsettled,
    columns: ends.provider.columns,
    rows: deep ? await withColumns(ends, shown) : shown,
  };
}

/** What is said of a table that cannot be compared now. */
export function unknown(
  table: Pick<TableOnLink, "set" | "rule">,
  from: Date,
  reason: string,
): TableVerification {
  return {
    set: table.set,
    relation: relationName(table.rule),
    verdict: "unknown",
    reason,
    from: from.toISOString(),
    to: new Date().toISOString(),
    rowsBelow: 0,
    rowsAbove: 0,
    isComplete: false,
    missing: 0,
    extra: 0,
    different: 0,
    parked: 0,
    kept: 0,
    unsettled: 0,
    columns: [],
    rows: [],
  };
}

async function record({ provider, subscriber, rule }: TableOnLink, found: TableVerification): Promise<void> {
  await subscriber.all(
    queries.record,
    provider.node,
    found.relation,
    ruleSignature(rule),
    found.from,
    found.verdict,
    found.rowsBelow,
    found.missing,
    found.extra,
    found.different,
    found.parked,
    found.unsettled,
  );
}

/** The stream stood still while we waited for it: a finding, not a failure. */
export const isStandstill = (error: unknown): error is DeadlineError => error instanceof DeadlineError;
