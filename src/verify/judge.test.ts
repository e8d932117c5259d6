import { describe, expect, test } from "vitest";

import { judge, type Looks } from "./judge.ts";
import type { SeenRow } from "./queries.ts";

const ABSENT: SeenRow = {
  position: 1,
  key: null,
  owner: null,
  passes: false,
  hash: null,
  version: null,
  parked: null,
};
const row = (hash: string, version = "v1", more: Partial<SeenRow> = {}): SeenRow => ({
  ...ABSENT,
  key: ["1"],
  owner: "district-a",
  passes: true,
  hash,
  version,
  ...more,
});
const looks = (given: Partial<Looks>): Looks => ({
  above0: ABSENT,
  below1: ABSENT,
  above1: ABSENT,
  below2: ABSENT,
  isCaughtUp: true,
  ...given,
});

describe("a row that is sent", () => {
  test("is equal where both ends have its hash", () => {
    expect(judge(looks({ below1: row("7"), above1: row("7", "other") }), false)).toBe("equal");
  });
  test("is missing or different only if it is the same version before and after the fence", () => {
    const still = { below1: row("7"), below2: row("7") };
    expect(judge(looks(still), false)).toBe("missing");
    expect(judge(looks({ ...still, above1: row("8") }), false)).toBe("different");
    expect(judge(looks({ ...still, above1: { ...ABSENT, parked: "no parent" } }), false)).toBe("parked");
    expect(judge(looks({ below1: row("7"), below2: row("7", "v2") }), false)).toBe("changing");
    expect(judge(looks({ below1: row("7"), below2: ABSENT }), false)).toBe("changing");
  });
  test("whose key is taken above by another's row is missing", () => {
    const taken = row("9", "v1", { passes: false, owner: "district-b" });
    expect(judge(looks({ below1: row("7"), below2: row("7"), above1: taken }), false)).toBe("missing");
  });
});

describe("a row that is not sent", () => {
  const draft = row("7", "v1", { passes: false });
  test("is equal where it is not above", () => {
    expect(judge(looks({ below1: draft }), false)).toBe("equal");
  });
  test("is extra above only if the row above was not written meanwhile", () => {
    expect(judge(looks({ above0: row("8"), above1: row("8") }), false)).toBe("extra");
    expect(judge(looks({ above0: ABSENT, above1: row("8") }), false)).toBe("changing");
    expect(judge(looks({ above0: row("8"), above1: row("8", "v2") }), false)).toBe("changing");
  });
  test("is parked where its last message could not be applied below, though it went on", () => {
    const parked = { ...ABSENT, parked: "no parent" };
    expect(judge(looks({ above0: row("8"), below1: parked, above1: row("8"), below2: parked }), false)).toBe(
      "parked",
    );
  });
  test("is kept, with on_leave: keep, for as long as it is below", () => {
    const above = { above0: row("8"), above1: row("8") };
    expect(judge(looks({ ...above, below1: draft }), true)).toBe("kept");
    expect(judge(looks({ ...above, below1: draft }), false)).toBe("extra");
    expect(judge(looks(above), true)).toBe("extra");
  });
});
