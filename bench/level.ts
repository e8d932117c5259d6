/** Waiting until a stream is level: all that was committed below has been delivered above. */
import { randomUUID } from "node:crypto";

import { eventually } from "../src/sandbox/eventually.ts";
import { openApplication, query } from "../test/support/sql.ts";
import type { BenchTree } from "./tree.ts";

const TIMEOUT_MS = 300_000;

/** For a node and the node that its messages are waited for at. */
export async function untilLevel(tree: BenchTree, below: string, above: string): Promise<void> {
  const token = randomUUID();
  await query(tree.dsn(below), "select tributary.fence('{knowledge}', $1::text::uuid)", token);
  await using upper = openApplication(tree.dsn(above));
  const passed = "select from tributary.source where node = $1 and fence = $2::text::uuid";
  await eventually(async () => ((await upper.query(passed, below, token)).length > 0 ? true : undefined), {
    timeoutMs: TIMEOUT_MS,
    what: `what "${below}" wrote is at "${above}"`,
  });
}
