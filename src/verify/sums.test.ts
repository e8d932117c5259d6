import { expect, test } from "vitest";

import { addSums, batches, decodeSums, deeperBuckets, differingBuckets, firstBuckets } from "./sums.ts";

const sums = (...values: readonly bigint[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => buffer.writeBigInt64BE(value, index * 8));
  return buffer;
};

test("buckets hold a few hundred rows each, and 4,096 sums are sent at most, by all stretches together", () => {
  expect(firstBuckets(100, 0)).toEqual({ bits: 4, known: 0, prefixes: [0] });
  expect(firstBuckets(0, 1).bits).toBe(8);
  expect(firstBuckets(100_000, 1).bits).toBe(8);
  expect(firstBuckets(1_000_000_000, 1).bits).toBe(12);
  expect(firstBuckets(1_000_000_000, 7).bits).toBe(9);
  expect(firstBuckets(1_000_000_000, 5000).bits).toBe(4);
});

test("the sums of stretches add up, in any order", () => {
  const whole = addSums(addSums(sums(0n, 0n), sums(5n, -7n)), sums(3n, 9n));
  expect(whole).toEqual(sums(5n ^ 3n, -7n ^ 9n));
  expect(decodeSums(whole.toString("base64"))).toEqual(whole);
});

test("differing buckets are named by their last bits, also within prefixes", () => {
  const first = { bits: 2, known: 0, prefixes: [0] };
  expect(differingBuckets(sums(1n, 2n, 3n, 4n), sums(1n, 9n, 3n, 9n), first)).toEqual([1, 3]);
  const deeper = { bits: 3, known: 2, prefixes: [1, 3] };
  // Prefix 1 splits into 001 and 101, prefix 3 into 011 and 111.
  expect(differingBuckets(sums(0n, 1n, 2n, 3n), sums(0n, 9n, 9n, 3n), deeper)).toEqual([5, 3]);
});

test("buckets are split for as long as they hold more rows than one wants to fetch", () => {
  expect(deeperBuckets([7], 12, 1_000_000)).toBeUndefined();
  expect(deeperBuckets([1, 2], 4, 1_000_000)).toEqual({ bits: 10, known: 4, prefixes: [1, 2] });
  const all = Array.from({ length: 4096 }, (_, index) => index);
  expect(deeperBuckets(all, 12, 1_000_000)).toBeUndefined();
});

test("rows are fetched in batches, and no more than are looked at", () => {
  expect(batches([1, 2, 3], 4, 160, 5000)).toEqual({ batches: [[1, 2, 3]], isComplete: true });
  const { batches: found, isComplete } = batches(
    Array.from({ length: 16 }, (_, index) => index),
    4,
    160_000,
    5000,
  );
  expect(found).toEqual([[0]]);
  expect(isComplete).toBe(false);
});
