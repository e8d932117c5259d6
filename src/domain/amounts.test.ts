import { expect, test } from "vitest";

import { bytes, duration } from "./amounts.ts";

test("bytes read well", () => {
  expect([0, 1023, 1536, 73_400_320, 5e12].map(bytes)).toEqual([
    "0 B",
    "1023 B",
    "1.5 kB",
    "70.0 MB",
    "4.5 TB",
  ]);
});

test("durations read well", () => {
  expect([-3, 0.2, 99, 600, 3599, 6000].map(duration)).toEqual([
    "0 s",
    "0 s",
    "99 s",
    "10 min",
    "1 h",
    "1 h 40 min",
  ]);
  expect([7200, 12_000, 86_399, 86_400, 190_800, 864_000].map(duration)).toEqual([
    "2 h",
    "3 h 20 min",
    "24 h",
    "1 d",
    "2 d 5 h",
    "10 d",
  ]);
});
