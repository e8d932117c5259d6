/** Sums of hashes, as both ends send them: 8 bytes for each bucket, in base64. */

/** Which buckets of a table: those whose last `known` bits are one of `prefixes`, split by `bits` bits in all. */
export interface Buckets {
  readonly bits: number;
  readonly known: number;
  readonly prefixes: readonly number[];
}

const SUM_BYTES = 8;
const ROWS_PER_BUCKET = 400;
const LEAST_BITS = 4;
/** 32 KiB from each end, however many stretches it is read in. */
const MOST_BITS = 12;
/** Where nobody has counted yet. */
const UNKNOWN_BITS = 8;

/** The buckets of a first look at a table of about so many rows, read in so many stretches, each of which sends its sums. */
export function firstBuckets(rows: number, stretches: number): Buckets {
  const wanted = rows === 0 ? UNKNOWN_BITS : Math.ceil(Math.log2(rows / ROWS_PER_BUCKET));
  const most = MOST_BITS - Math.ceil(Math.log2(Math.max(stretches, 1)));
  return { bits: Math.max(LEAST_BITS, Math.min(most, wanted)), known: 0, prefixes: [0] };
}

export const decodeSums = (base64: string): Buffer => Buffer.from(base64, "base64");

/** The sums of two stretches of one table are the sums of both together. Changes and returns `into`. */
export function addSums(into: Buffer, more: Buffer): Buffer {
  for (let at = 0; at < into.length; at += SUM_BYTES)
    into.writeBigInt64BE(into.readBigInt64BE(at) ^ more.readBigInt64BE(at), at);
  return into;
}

/** The buckets in which the ends differ, as prefixes of `bits` bits. */
export function differingBuckets(
  below: Buffer,
  above: Buffer,
  { bits, known, prefixes }: Buckets,
): readonly number[] {
  const each = 2 ** (bits - known);
  const differing: number[] = [];
  prefixes.forEach((prefix, index) => {
    for (let step = 0; step < each; step += 1) {
      const at = (index * each + step) * SUM_BYTES;
      if (below.readBigInt64BE(at) !== above.readBigInt64BE(at)) differing.push(prefix + step * 2 ** known);
    }
  });
  return differing;
}

/** Keys and hashes fit into the tool's memory and on the line. */
const MOST_ROWS = 4000;
const DEEPER_BITS = 6;
const MOST_SUMS = 65_536;
/** Key hashes have 64 bits; nothing sensible needs more than these. */
const DEEPEST_BITS = 42;

/** What to split next, where the differing buckets hold more rows than one wants to fetch; else nothing. */
export function deeperBuckets(differing: readonly number[], bits: number, rows: number): Buckets | undefined {
  const isSmall = (differing.length * rows) / 2 ** bits <= MOST_ROWS;
  const deeper = bits + DEEPER_BITS;
  if (isSmall || differing.length * 2 ** DEEPER_BITS > MOST_SUMS || deeper > DEEPEST_BITS) return undefined;
  return { bits: deeper, known: bits, prefixes: differing };
}

/** The differing buckets in batches of which one's rows fit into memory, and whether `most` rows are enough for all. */
export function batches(
  differing: readonly number[],
  bits: number,
  rows: number,
  most: number,
): { readonly batches: readonly (readonly number[])[]; readonly isComplete: boolean } {
  const rowsEach = Math.max(rows / 2 ** bits, 1);
  const taken = differing.slice(0, Math.max(1, Math.floor(most / rowsEach)));
  const size = Math.max(1, Math.floor(MOST_ROWS / rowsEach));
  const found: number[][] = [];
  for (let start = 0; start < taken.length; start += size) found.push(taken.slice(start, start + size));
  return { batches: found, isComplete: taken.length === differing.length };
}
