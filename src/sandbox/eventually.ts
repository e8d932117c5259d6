/** Waits for a condition of a process or a file, which nothing announces. */
import { setTimeout as pause } from "node:timers/promises";

import { DeadlineError, Interrupted } from "../domain/errors.ts";

/** What comes soon is seen soon, and what takes long is not asked for all the time. */
const INTERVAL_MS = 10;
const GROWTH = 1.3;
const MAX_INTERVAL_MS = 100;

/** Resolves with the first value that `check` gives; asks again and again until the deadline: every `intervalMs`, or, without it, ever less often. */
export async function eventually<Value>(
  check: () => Value | undefined | Promise<Value | undefined>,
  options: { timeoutMs: number; what: string; intervalMs?: number; signal?: AbortSignal },
): Promise<Value> {
  const deadline = performance.now() + options.timeoutMs;
  for (let intervalMs = options.intervalMs ?? INTERVAL_MS; ; intervalMs *= GROWTH) {
    const value = await check();
    if (value !== undefined) return value;
    if (options.signal?.aborted === true)
      throw new Interrupted(`interrupted while waiting until ${options.what}`, { code: "interrupted" });
    if (performance.now() > deadline)
      throw new DeadlineError(`waited ${options.timeoutMs / 1000} s until ${options.what}`, {
        code: "deadline",
      });
    await pause(Math.min(intervalMs, options.intervalMs ?? MAX_INTERVAL_MS));
  }
}
