/** Which rows of a table may differ between the ends of a link: found by sums, not yet judged. */
import { queries } from "./queries.ts";
import { countStretches, type End, type Manner, scan, type Sums } from "./scan.ts";
import { batches, type Buckets, decodeSums, deeperBuckets, differingBuckets, firstBuckets } from "./sums.ts";

/** Values of the key columns; of a shared table also the owner, last. */
export type Key = readonly string[];

export interface Candidates {
  readonly rowsBelow: number;
  readonly rowsAbove: number;
  readonly keys: readonly Key[];
  /** False where so much differs that only a part was looked at. */
  readonly isComplete: boolean;
}

export interface Ends {
  readonly provider: End;
  readonly subscriber: End;
}

/** Looked at one by one; the rest is counted as "at least". */
const MOST_CANDIDATES = 5000;

/** Compares sums, splits buckets that differ until few rows are left, and fetches these rows' hashes. */
export async function findCandidates(ends: Ends, estimate: number, manner: Manner): Promise<Candidates> {
  let buckets = firstBuckets(estimate, await countStretches(ends.provider));
  let found = await firstLook(ends, buckets, manner);
  const { below, above } = found;
  const counts = { rowsBelow: below.rows, rowsAbove: above.rows };
  const most = Math.max(below.rows, above.rows);
  let differing = differingBuckets(below.sums, above.sums, buckets);
  for (;;) {
    const deeper = deeperBuckets(differing, buckets.bits, most);
    if (deeper === undefined) break;
    buckets = deeper;
    found = await both(found.ends, buckets, manner);
    differing = differingBuckets(found.below.sums, found.above.sums, buckets);
  }
  const plan = batches(differing, buckets.bits, most, MOST_CANDIDATES);
  const keys: Key[] = [];
  for (const prefixes of plan.batches)
    keys.push(...(await differingKeys(found.ends, buckets.bits, prefixes)));
  return {
    ...counts,
    keys: keys.slice(0, MOST_CANDIDATES),
    isComplete: plan.isComplete && keys.length <= MOST_CANDIDATES,
  };
}

interface Look {
  readonly ends: Ends;
  readonly below: Sums;
  readonly above: Sums;
}

/** Where all rows of the subscriber came over this link, nobody needs to join them with their owners. */
async function firstLook({ provider, subscriber }: Ends, buckets: Buckets, manner: Manner): Promise<Look> {
  const { session, relation, columns, asText, below } = subscriber;
  const looking = scan(provider, buckets, manner);
  // Should the other end fail first, this one's failure is nobody's news.
  looking.catch(() => undefined);
  if (!subscriber.isShared && !(await session.one(queries.hasOthers, relation, below)).has_others) {
    const all = await session.one(queries.ownedSums, relation, columns, asText, below, buckets.bits);
    if (all.is_all === true)
      return {
        ends: { provider, subscriber: { ...subscriber, way: "all" } },
        below: await looking,
        above: { rows: all.rows, sums: decodeSums(all.sums) },
      };
  }
  const above = await scan(subscriber, buckets, manner);
  return { ends: { provider, subscriber }, below: await looking, above };
}

async function both(ends: Ends, buckets: Buckets, manner: Manner): Promise<Look> {
  const [below, above] = await Promise.all([
    scan(ends.provider, buckets, manner),
    scan(ends.subscriber, buckets, manner),
  ]);
  return { ends, below, above };
}

async function differingKeys(ends: Ends, bits: number, prefixes: readonly number[]): Promise<readonly Key[]> {
  const rows = async ({
    session,
    relation,
    columns,
    asText,
    way,
    below,
    isShared,
  }: End): Promise<Map<string, string>> => {
    const found = await session.all(
      queries.rows,
      relation,
      columns,
      asText,
      way,
      below,
      bits,
      prefixes.map(String),
      isShared,
    );
    return new Map(found.map(({ key, hash }) => [JSON.stringify(key), hash]));
  };
  const [below, above] = await Promise.all([rows(ends.provider), rows(ends.subscriber)]);
  return [...new Set([...below.keys(), ...above.keys()])]
    .filter((key) => below.get(key) !== above.get(key))
    .map((key) => JSON.parse(key) as Key);
}
