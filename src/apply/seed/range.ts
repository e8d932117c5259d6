/** The first copy of one range of keys: compared, copied only where it differs, and proven before it is committed. */
import type pg from "pg";

import { StepError } from "../../domain/errors.ts";
import type { StepOf } from "../../domain/step.ts";
import { relationName, ruleSignature } from "../../domain/topology.ts";
import { copyAcross } from "../../postgres/copy.ts";
import { afterLocks } from "../after-locks.ts";
import type { DataTools } from "../data-tools.ts";
import { ask, type Digest, digest, inTransactions, sameDigest } from "./client.ts";
import { type Key, queries } from "./queries.ts";

/** Keys above `lower`, up to and with `upper`; null is open. */
export interface Range {
  readonly lower: Key | null;
  readonly upper: Key | null;
}

/** A table on its way from one server to another. */
export interface Copy {
  readonly step: StepOf<"seed-table">;
  readonly columns: readonly string[];
  /** Of COPY. */
  readonly format: "text" | "binary";
  /** The provider and every node below it: whose rows come over the link. */
  readonly below: readonly string[];
  readonly tools: DataTools;
}

/** copied: the range was empty; adopted: all rows were there already; merged: some were. */
type Way = "copied" | "adopted" | "merged";

interface Ends {
  readonly provider: pg.Client;
  readonly subscriber: pg.Client;
}

interface RangeSql {
  readonly from: { digest: string; rows: string; owned_rows: string; keys: string };
  readonly into: {
    present: string;
    mine: string;
    staged: string;
    matched: string;
    parked: boolean;
    rows: string;
    owned_rows: string;
    keys: string;
    straight: boolean;
  };
}

/** Somebody else's row has the key, or a constraint forbids a row: each row is then tried by itself, and parked. */
const CONSTRAINT_VIOLATION = "23";

/**
 * Makes one range equal at the subscriber and records it there, in one transaction. Returns the rows it now holds. Ranges side by
 * side may want each other's unique values; one of them is then rolled back, and goes again.
 */
export function copyRange(copy: Copy, range: Range, ends: Ends): Promise<number> {
  const { step, tools } = copy;
  const table = { ...tools, node: step.node, relation: relationName(step.rule) };
  return afterLocks(table, () => copyOnce(copy, range, ends));
}

async function copyOnce(copy: Copy, range: Range, ends: Ends): Promise<number> {
  const relation = relationName(copy.step.rule);
  return inTransactions(ends.provider, ends.subscriber, async () => {
    const sql: RangeSql = {
      from: await ask(
        ends.provider,
        queries.providerRange,
        relation,
        copy.below,
        range.lower,
        range.upper,
        copy.format,
        copy.step.rule.shared === true,
      ),
      into: await ask(
        ends.subscriber,
        queries.subscriberRange,
        relation,
        copy.columns,
        copy.below,
        range.lower,
        range.upper,
        copy.format,
      ),
    };
    const [expected, present] = await Promise.all([
      digest(ends.provider, sql.from.digest),
      digest(ends.subscriber, sql.into.present),
    ]);
    const way = await fill(copy, range, ends, sql, expected, present);
    const mine = await prove(copy, range, ends, sql, expected, way);
    await ask(
      ends.subscriber,
      queries.recordChunk,
      copy.step.provider.name,
      relation,
      ruleSignature(copy.step.rule),
      range.lower,
      range.upper,
      mine.rows,
      mine.hash,
      way,
    );
    return mine.rows;
  });
}

async function fill(
  copy: Copy,
  range: Range,
  ends: Ends,
  sql: RangeSql,
  expected: Digest,
  present: Digest,
): Promise<Way> {
  const { provider, subscriber } = ends;
  if (sql.into.parked) {
    // They are older than what comes now, and must give way: merge.
  } else if (present.rows > 0 || expected.rows === 0) {
    if (sameDigest(expected, await digest(subscriber, sql.into.mine))) return "adopted";
  } else if (!copy.step.relay && sql.into.straight && (await copyStraight(ends, sql))) {
    return "copied";
  }
  await ask(subscriber, queries.createStaging, relationName(copy.step.rule), copy.columns);
  await copyAcross(provider, sql.from.owned_rows, subscriber, sql.into.owned_rows);
  await ask(
    subscriber,
    queries.mergeStaging,
    copy.step.set,
    relationName(copy.step.rule),
    copy.columns,
    copy.below,
    range.lower,
    range.upper,
    copy.step.rule.onLeave === "keep",
    copy.step.relay,
  );
  return sameDigest(expected, present) ? "adopted" : "merged";
}

/** Into an empty range; false, with nothing done, when a row cannot be written. */
async function copyStraight({ provider, subscriber }: Ends, sql: RangeSql): Promise<boolean> {
  await subscriber.query("savepoint straight");
  try {
    await copyAcross(provider, sql.from.rows, subscriber, sql.into.rows);
    await copyAcross(provider, sql.from.keys, subscriber, sql.into.keys);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== "string" || !code.startsWith(CONSTRAINT_VIOLATION)) throw error;
    await subscriber.query("rollback to savepoint straight");
    return false;
  }
}

async function prove(
  copy: Copy,
  range: Range,
  { subscriber }: Ends,
  sql: RangeSql,
  expected: Digest,
  way: Way,
): Promise<Digest> {
  const mine = await digest(subscriber, sql.into.mine);
  if (sameDigest(expected, mine)) return mine;
  // Rows that are parked are missing, and rows that left the filter may stay: what was sent and not parked must be there.
  if (way === "merged") {
    const staged = await digest(subscriber, sql.into.staged);
    if (sameDigest(staged, mine)) return mine;
    if (copy.step.rule.onLeave === "keep" && sameDigest(staged, await digest(subscriber, sql.into.matched)))
      return mine;
  }
  throw new StepError(
    `node "${copy.step.node}": after the copy of ${relationName(copy.step.rule)} from "${copy.step.provider.name}" the rows after key ` +
      `${JSON.stringify(range.lower)} up to ${JSON.stringify(range.upper)} are ${mine.rows} with hash ${mine.hash}, need ${expected.rows} with ${expected.hash}`,
    {
      code: "copy-differs",
      node: copy.step.node,
      hint: 'Nothing of this range was kept. Compare the table\'s columns on both nodes with "tributary doctor", then apply again.',
    },
  );
}
