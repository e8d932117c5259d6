/** Sending without being in anybody's way. */
import { setTimeout as pause } from "node:timers/promises";

import { Interrupted } from "../domain/errors.ts";
import { isLockTimeout } from "../postgres/errors.ts";
import { until } from "../postgres/until.ts";

/** Asks again for as long as somebody else writes the table. Throws DeadlineError, or Interrupted. */
export async function afterLocks<Row>(
  { node, relation, ...patience }: LockedTable,
  ask: () => Promise<Row>,
): Promise<Row> {
  const attempt = async (): Promise<Row | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (isLockTimeout(error)) return undefined;
      throw error;
    }
  };
  const describe = (): string => `other transactions to let go of table "${relation}" at node "${node}"`;
  return await until(attempt, { ...patience, describe });
}

interface LockedTable {
  readonly node: string;
  readonly relation: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The line is for the district's people as well: what is sent takes at least the time that the rate allows it; 0 is no
 * limit. Throws Interrupted.
 */
export async function keepRate(
  { bytes, tookMs, bytesPerSecond }: { bytes: number; tookMs: number; bytesPerSecond: number },
  signal: AbortSignal,
): Promise<void> {
  const restMs = bytesPerSecond > 0 ? (bytes / bytesPerSecond) * 1000 - tookMs : 0;
  if (restMs <= 0) return;
  await pause(restMs, undefined, { signal }).catch(() => {
    throw new Interrupted("interrupted while rows were sent", {
      code: "interrupted",
      hint: "Run the same command again: it goes on where it stopped.",
    });
  });
}
