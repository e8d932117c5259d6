import { expect, test } from "vitest";

import { DEFAULT_WATCH, type NodeView } from "../picture.ts";
import { newRecord, noteFailure } from "../record.ts";
import { unseen } from "./unseen.ts";

test("of a node that was never seen, nobody says how long it may be away yet", () => {
  const at = 1_800_000_000;
  const record = newRecord("district-a");
  noteFailure(
    record,
    { reason: "refused", message: "nothing accepts connections at 10.0.0.1:5432" },
    1,
    at - 5,
  );
  const dsn = "postgresql://x@10.0.0.1:5432/slm";
  const node = {
    name: "district-a",
    tier: "district",
    upstream: "east",
    dsn,
    linkDsn: dsn,
    engine: "native",
    sets: [],
  } as const;
  const view: NodeView = { node, record, watch: DEFAULT_WATCH, checks: [], disks: [] };
  const told = unseen(view, { at, isInner: false, beatAt: undefined });
  expect(told.says).toBe("never seen since the monitor began: nothing accepts connections");
  expect(told.severity).toBe("warning");
  expect(unseen(view, { at, isInner: false, beatAt: at - 3600 }).says).toContain("(it may be away for 8 h)");
});
