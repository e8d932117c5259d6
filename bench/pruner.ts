/** Prunes as the monitor does: once a second, at each of these nodes. */
import { setTimeout as pause } from "node:timers/promises";

import { type Application, openApplication } from "../test/support/sql.ts";

const INTERVAL_MS = 1000;

export interface Pruner extends AsyncDisposable {
  /** The most that any of the outboxes held. */
  mostBytes(): number;
}

export function startPruner(dsns: readonly string[]): Pruner {
  const stopping = new AbortController();
  const most = dsns.map(() => 0);
  const pruners = dsns.map(async (dsn, at) => {
    await using node = openApplication(dsn);
    while (!stopping.signal.aborted) {
      most[at] = Math.max(most[at] ?? 0, await outboxBytes(node));
      await node.query("select tributary.prune()");
      await pause(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  });
  const ended = Promise.all(pruners);
  // Whoever stops it hears of it; until then nobody does.
  ended.catch(() => undefined);
  return {
    mostBytes: () => Math.max(...most),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Of the set that the benchmarks have. */
export async function outboxBytes(node: Application): Promise<number> {
  const [row] = await node.query("select tributary.outbox_bytes('knowledge') as bytes");
  return Number(row?.["bytes"]);
}
