import { expect, test } from "vitest";

import type { VerifiedVitals } from "../../domain/vitals.ts";
import { HOUR, type WatchedTree, watchedTree } from "../../../test/support/watched.ts";
import { comparisonWords } from "./comparison.ts";

const DAY = 24 * HOUR;

/** A tree whose nation compared its only region's link so long ago. */
function compared(ago: number, found: Partial<VerifiedVitals> = {}): WatchedTree {
  const tree = watchedTree(1, 0);
  const verified: VerifiedVitals = {
    provider: "region-1",
    tables: 1,
    compared: 1,
    verdict: "equal",
    lastAt: tree.at - ago,
    seconds: 3,
    missing: 0,
    extra: 0,
    different: 0,
    parked: 0,
    unsettled: 0,
    ...found,
  };
  tree.see("nation", (vitals) => ({ ...vitals, verified: [verified] }));
  return tree;
}

/** The same, where the file says that it is to be done each day. */
function daily(tree: WatchedTree): WatchedTree {
  const watches = tree.topology.monitor?.watches as Map<string, object>;
  const verify = { every: "0 2 * * *", intervalSeconds: DAY, bytesPerSecond: 0 };
  watches.set("region-1", { ...watches.get("region-1"), verify });
  return tree;
}

const saidOf = (tree: WatchedTree): readonly string[] =>
  (tree.shown("region-1").link?.troubles ?? []).map(({ severity, says }) => `${severity}: ${says}`);

const wordsOf = (tree: WatchedTree): string | undefined => {
  const comparison = tree.shown("region-1").link?.comparison;
  return comparison && comparisonWords(comparison, tree.at);
};

test.each<[string, Partial<VerifiedVitals>, string | undefined]>([
  ["equal ends", {}, "6 h ago: equal"],
  [
    "rows that differ",
    { verdict: "different", missing: 1200, parked: 1 },
    "6 h ago: 1,200 missing, 1 parked",
  ],
  ["columns that lack", { verdict: "different" }, "6 h ago: columns differ"],
  ["rows that never stood still", { verdict: "unsettled", unsettled: 3 }, "6 h ago: written all the time"],
  ["no table at all", { compared: 0 }, undefined],
])("%s in words", (_, found, words) => {
  expect(wordsOf(compared(6 * HOUR, found))).toBe(words);
});

test("nothing is said where nobody compares", () => {
  expect(wordsOf(watchedTree(1, 0))).toBeUndefined();
  expect(saidOf(compared(900 * DAY))).toEqual([]);
});

test("differences need somebody now, also while the subscriber is dark", () => {
  const tree = compared(HOUR, { verdict: "different", extra: 2 });
  const says = "critical: both ends were compared, and differ: 2 extra";
  expect(saidOf(tree)).toEqual([says]);
  tree.record("nation").isUp = false;
  expect(saidOf(tree)).toContain(says);
});

test("twice the interval and a day is too long, of links that carry", () => {
  expect(saidOf(daily(compared(3 * DAY - HOUR)))).toEqual([]);
  expect(saidOf(daily(compared(3 * DAY + HOUR)))).toEqual([
    "warning: both ends have not been compared for 3 d 1 h, and are to be every 1 d",
  ]);
  const dark = daily(compared(30 * DAY));
  dark.darken("region-1", HOUR);
  expect(saidOf(dark).filter((line) => line.includes("compared"))).toEqual([]);
});
