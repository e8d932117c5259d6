/** One table over one link, compared from end to end. */
import { DeadlineError, PreconditionError } from "../domain/errors.ts";
import type { TableRule } from "../domain/topology.ts";
import { relationName, ruleSignature } from "../domain/topology.ts";
import type { Difference, TableVerification, Verdict } from "../domain/verification.ts";
import type { Session } from "../postgres/session.ts";
import { type Candidates, type Ends, findCandidates } from "./candidates.ts";
import { withColumns } from "./columns.ts";
import { queries, type TableFacts } from "./queries.ts";
import type { Manner } from "./scan.ts";
import { settle, type Settled } from "./settle.ts";

/** A table on its way over a link. */
export interface TableOnLink {
  readonly provider: Session;
  readonly subscriber: Session;
  readonly set: string;
  readonly rule: TableRule;
  /** The provider and every node below it. */
  readonly below: readonly string[];
  /** Why the stream cannot be waited for. Then only sums are compared, and what differs may be on its way. */
  readonly standstill?: string;
}

const NOTHING: Settled = { differences: [], kept: 0, unsettled: 0 };

/** Compares, judges and records. Throws PreconditionError where the ends cannot be compared, or Interrupted. */
export async function verifyTable(table: TableOnLink, manner: Manner): Promise<TableVerification> {
  const from = new Date();
  const relation = relationName(table.rule);
  const below = (await table.provider.all(queries.facts, relation))[0];
  const above = (await table.subscriber.all(queries.facts, relation))[0];
  if (below === undefined || above === undefined || !above.receives || !(below.captures || below.receives)) {
    const missing =
      below === undefined || !(below.captures || below.receives) ? table.provider : table.subscriber;
    return unknown(table, from, `node "${missing.node}" is not set up for it: run tributary apply`);
  }
  const ends = endsOf(table, below, above);
  const candidates = await findCandidates(ends, Math.max(below.estimate, above.estimate), manner);
  const lacking = below.columns.filter((name) => !above.columns.includes(name));
  const schema =
    lacking.length === 0 ? undefined : `node "${table.subscriber.node}" lacks columns: ${lacking.join(", ")}`;
  if (table.standstill !== undefined && candidates.keys.length > 0) {
    const reason = `${table.standstill}; ${candidates.keys.length} rows differ, some of which may be on their way`;
    return {
      ...unknown(table, from, reason),
      rowsBelow: candidates.rowsBelow,
      rowsAbove: candidates.rowsAbove,
    };
  }
  const keeps = table.rule.onLeave === "keep";
  const settled =
    candidates.keys.length === 0
      ? NOTHING
      : await settle(ends, candidates, { set: table.set, keeps }, manner);
  const found = await told(table, { from, ends, candidates, settled, schema }, manner);
  await record(table, found);
  return found;
}

/** Types that read unlike at the ends are hashed by their text. */
function endsOf(table: TableOnLink, below: TableFacts, above: TableFacts): Ends {
  if (below.probe !== above.probe)
    throw new PreconditionError(
      `the servers of "${table.provider.node}" and "${table.subscriber.node}" hash differently: another byte order`,
      {
        code: "hash-differs",
        node: table.subscriber.node,
        hint: "Compare the table by a copy of it on one of both.",
      },
    );
  const columns = below.columns.filter((name) => above.columns.includes(name)).toSorted();
  const typeOf = ({ columns: names, types }: TableFacts, name: string): string | undefined =>
    types[names.indexOf(name)];
  const asText =
    columns.some((name) => typeOf(below, name) !== typeOf(above, name)) ||
    below.key_types.join() !== above.key_types.join();
  const shared = { relation: relationName(table.rule), columns, asText, below: table.below };
  return {
    provider: { ...shared, session: table.provider, way: below.receives ? "outgoing" : "own" },
    subscriber: { ...shared, session: table.subscriber, way: "incoming" },
  };
}

interface Found {
  readonly from: Date;
  readonly ends: Ends;
  readonly candidates: Candidates;
  readonly settled: Settled;
  readonly schema: string | undefined;
}

async function told(
  table: TableOnLink,
  { from, ends, candidates, settled, schema }: Found,
  { deep, listed }: Manner,
): Promise<TableVerification> {
  const { differences, kept, unsettled } = settled;
  const shown = differences.slice(0, listed);
  const count = (kind: Difference["kind"]): number => differences.filter((each) => each.kind === kind).length;
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
