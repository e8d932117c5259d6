/** Waits for a condition of a process or a file, which nothing announces. */
import { setTimeout as pause } from "node:timers/promises";

import { DeadlineError, Interrupted } from "../domain/errors.ts";

const INTERVAL_MS = 15;

/** Resolves with the first value that `check` gives; asks again every few milliseconds until the deadline. */
export async function eventually<Value>(
  check: () => Value | undefined | Promise<Value | undefined>,
  options: { timeoutMs: number; what: string; signal?: AbortSignal },
): Promise<Value> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (options.signal?.aborted === true)
      throw new Interrupted(`interrupted while waiting until ${options.what}`, { code: "interrupted" });
    if (performance.now() > deadline)
      throw new DeadlineError(`waited ${options.timeoutMs / 1000} s until ${options.what}`, {
        code: "deadline",
      });
    await pause(INTERVAL_MS);
  }
}
