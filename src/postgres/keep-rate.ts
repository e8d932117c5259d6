/** A rate that is kept. */
import { setTimeout as pause } from "node:timers/promises";

import { Interrupted } from "../domain/errors.ts";

/**
 * The line and the server are for the district's people as well: what is sent or read takes at least the time that the
 * rate allows it; 0 is no limit. Throws Interrupted.
 */
export async function keepRate(
  { bytes, tookMs, bytesPerSecond }: { bytes: number; tookMs: number; bytesPerSecond: number },
  signal: AbortSignal,
): Promise<void> {
  const restMs = bytesPerSecond > 0 ? (bytes / bytesPerSecond) * 1000 - tookMs : 0;
  if (restMs <= 0) return;
  await pause(restMs, undefined, { signal }).catch(() => {
    throw new Interrupted("interrupted between two batches", {
      code: "interrupted",
      hint: "Run the same command again: it goes on where it stopped.",
    });
  });
}
