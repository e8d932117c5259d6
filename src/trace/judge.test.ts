import { describe, expect, test } from "vitest";

import { judgeHop, type Sight } from "./judge.ts";
import type { Place } from "./report.ts";

const place = (node: string, more: Partial<Place> = {}): Place => ({
  node,
  tier: "any",
  isPresent: false,
  isSent: false,
  parts: [],
  keeps: false,
  messages: [],
  isSearched: true,
  values: new Map(),
  ...more,
});
const clock = (seconds: number): Date => new Date(1_000_000 + seconds * 1000);
const message = (number: string, seconds = 10): Place["messages"][number] => ({
  node: "a",
  epoch: "1",
  number,
  kind: "put",
  sentAt: clock(seconds),
  xid: "7",
});
const own = place("a", { isPresent: true, isSent: true, owner: "a", isApproved: true });
const absent = place("b", { newestSentAt: clock(20) });
const sight = (more: Partial<Sight> = {}): Sight => ({
  expected: own,
  isExpectedOwn: true,
  below: own,
  above: absent,
  under: ["a"],
  isBelowThrough: true,
  standing: { state: "replicating", slot: "slot" },
  position: { present: 100, confirmed: 90, at: 1000 },
  earlier: undefined,
  isSameRow: false,
  ...more,
});
const passage = (more: Partial<Sight>): string => judgeHop(sight(more)).passage;
const committed = (seconds: number): Partial<Sight> => ({
  expected: { ...own, written: { xid: "7", at: clock(seconds) } },
});

describe("was it committed before what the subscriber has?", () => {
  test("nobody can tell", () => {
    expect(passage({})).toBe("unknown");
    expect(passage({ position: undefined })).toBe("unknown");
  });

  test("its message is at both ends; a passed-on one proves nothing", () => {
    const both = (number: string): Partial<Sight> => ({
      below: { ...own, messages: [message(number)] },
      above: { ...absent, messages: [message(number)] },
    });
    expect(passage(both("3"))).toBe("arrived");
    expect(passage(both("0"))).toBe("unknown");
  });

  test("the slot has confirmed what was there when the row was looked at, and the row had come so far", () => {
    const level = { position: { present: 100, confirmed: 100, at: 1000 } };
    expect(passage(level)).toBe("arrived");
    expect(passage({ ...level, isBelowThrough: false })).toBe("unknown");
    const earlier = { present: 90, confirmed: 50, at: 0 };
    expect(passage({ earlier, isSameRow: true })).toBe("arrived");
    expect(passage({ earlier, isSameRow: false })).toBe("unknown");
  });

  test("by the owner's clock: a commit's time proves it, a statement's only that it is later", () => {
    expect(passage(committed(19))).toBe("arrived");
    expect(passage(committed(21))).toBe("after");
    const sent = (seconds: number): Partial<Sight> => ({
      expected: { ...own, messages: [message("3", seconds)] },
    });
    expect(passage(sent(19))).toBe("unknown");
    expect(passage(sent(21))).toBe("after");
    expect(passage({ ...committed(19), isExpectedOwn: false })).toBe("unknown");
  });
});

test("why it is not there: what is certain comes first", () => {
  const cause = (more: Partial<Sight>): string | undefined => judgeHop(sight(more)).cause;
  const parked = { owner: "a", since: clock(0), kind: "put", reason: "no", sqlState: "23514" };
  const down = { standing: { state: "down", slot: "slot" } } as const;
  expect(cause({ above: { ...absent, parked }, ...down })).toBe("parked");
  expect(cause({ above: { ...absent, isPresent: true, owner: "c" }, ...down })).toBe("taken");
  expect(cause({ isBelowThrough: false, ...down })).toBe("below");
  expect(cause(down)).toBe("link");
  expect(cause(committed(19))).toBe("unexplained");
  expect(cause({})).toBe("way");
});

test("the pace, and when it will be there", () => {
  const earlier = { present: 80, confirmed: 40, at: 0 };
  expect(judgeHop(sight({ earlier }))).toMatchObject({ waitingBytes: 10, bytesPerSecond: 50, seconds: 0.2 });
  const still = judgeHop(sight({ earlier: { ...earlier, confirmed: 90 } }));
  expect(still).toMatchObject({ waitingBytes: 10, bytesPerSecond: 0 });
  expect(still.seconds).toBeUndefined();
});
