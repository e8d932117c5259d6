import { expect, test } from "vitest";

import { GB, HOUR, WatchedTree, cutLink, watchedTree, withSlot } from "../../../test/support/watched.ts";
import { overviewOf } from "../../monitor/overview.ts";
import { renderOverview } from "./overview.ts";

function faulty(): WatchedTree {
  const tree = watchedTree(2, 9);
  cutLink(tree, "district-1-2", "region-1", 5 * GB);
  tree.darken("district-2-4", HOUR / 2);
  tree.see("district-1-5", withSlot({ senderState: "catchup", unconfirmedBytes: 3 * GB, confirmed: GB }));
  return tree;
}

test("a tree that is well", () => {
  expect(renderOverview(watchedTree(2, 2).overview(), { color: false })).toMatchInlineSnapshot(`
    "● Project slm, as seen at 14:03:20 UTC: all right
      All 7 nodes are seen, all 6 links replicate.

    nation              ● seen, 312 GB free
    ├─ region-1         ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
    │  ├─ district-1-1  ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
    │  └─ district-1-2  ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
    └─ region-2         ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
       ├─ district-2-1  ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
       └─ district-2-2  ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free

    ● all right   ○ worth knowing   ▲ needs somebody   ■ needs somebody now
    "
  `);
});

test("a tree that is not: what is lost first, why, and what to do", () => {
  expect(renderOverview(faulty().overview(), { color: false })).toMatchInlineSnapshot(`
    "■ Project slm, as seen at 14:03:20 UTC: needs somebody now
      1 link needs somebody, first district-1-2 → region-1: 2 h left.

    ■ district-1-2 → region-1, needs somebody now: 2 h until the slot is lost
      What arrives cannot be applied, or the stream cannot be started; it is tried again and again.
        Next: Look at the server log of "region-1", and try the link's address from there.
      Slot lost in 2 h: it keeps all that is written until the link carries again, and "district-1-2"
      has a limit for that.
        Next: Bring the link back in time, or raise max_slot_wal_keep_size at "district-1-2" as far as
        its disk has room: a reload is enough.

    nation              ● seen, 312 GB free
    ├─ region-1         ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
    │  ├─ district-1-2  ■ down, 2 h behind, 10.0 GB, data 2 h old, slot lost in 2 h, 312 GB free
    │  │     What arrives cannot be applied, or the stream cannot be started; it is tried again and
    │  │     again.
    │  ├─ district-1-5  ○ catching up, 0 s behind, 3.0 GB, data 42 s old, no loss in sight, 312 GB free
    │  │     What has waited is on its way: 3.0 GB to go. Next: Nobody is needed.
    │  └─ 7 more nodes are all right, data at most 42 s old
    └─ region-2         ● replicating, up to date, data 42 s old, no loss in sight, 312 GB free
       ├─ district-2-4  ○ not seen for 30 min, at most 30 min behind, data 30 min old
       │     Not seen for 30 min, since 13:33 UTC (it may be away for 8 h): no answer in time. Next:
       │     Check that the server runs and that no firewall drops packets to this port.
       └─ 8 more nodes are all right, data at most 42 s old

    ● all right   ○ worth knowing   ▲ needs somebody   ■ needs somebody now
    "
  `);
});

test.each([80, 100])("no line is longer than %i columns", (width) => {
  const lines = renderOverview(faulty().overview(), { color: false, width }).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
});

test("colours are added, and change nothing else", () => {
  const overview = faulty().overview();
  const coloured = renderOverview(overview, { color: true });
  expect(coloured).toContain("\u001b[31m■");
  // oxlint-disable-next-line no-control-regex -- it takes them away
  expect(coloured.replaceAll(/\u001b\[\d+m/gu, "")).toBe(renderOverview(overview, { color: false }));
});

test("nothing seen for too long is said first", () => {
  const tree = watchedTree(1, 1);
  const late = overviewOf(tree.picture(), { endedAt: tree.at - 300, isLate: true });
  expect(renderOverview(late, { color: false })).toMatch(
    /^This is stale: nothing was seen since 13:58 UTC\.\n/u,
  );
});
