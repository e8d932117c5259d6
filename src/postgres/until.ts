/** Waits for a condition that nothing announces. */
import { setTimeout as pause } from "node:timers/promises";

import { DeadlineError, Interrupted } from "../domain/errors.ts";

export interface Waiting {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What is waited for, with what was seen last: "the slot to go (still active)". */
  readonly describe: () => string;
  /** The first pause; each following one is longer. */
  readonly intervalMs?: number;
  /** The longest pause. */
  readonly maxIntervalMs?: number;
}

const INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 1000;
const GROWTH = 1.5;

/** Asks until `check` gives a value. Throws DeadlineError, or Interrupted when the signal is aborted. */
export async function until<Value>(
  check: () => Promise<Value | undefined>,
  { timeoutMs, signal, describe, ...options }: Waiting,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  const longestMs = options.maxIntervalMs ?? MAX_INTERVAL_MS;
  let intervalMs = options.intervalMs ?? INTERVAL_MS;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    const restMs = deadline - performance.now();
    if (restMs <= 0) throw tooLong(timeoutMs, describe());
    // Jitter: many nodes that wait for the same thing must not ask in step.
    const jittered = intervalMs * (0.75 + Math.random() / 2);
    await pause(Math.min(jittered, restMs), undefined, { signal }).catch(() => {
      throw new Interrupted(`interrupted while waiting for ${describe()}`, {
        code: "interrupted",
        hint: "Run the same command again: it goes on where it stopped.",
      });
    });
    intervalMs = Math.min(intervalMs * GROWTH, longestMs);
  }
}

/** As `until`, for what one does not insist on: false when it has not come in time. Throws Interrupted. */
export async function comesInTime(check: () => Promise<boolean>, waiting: Waiting): Promise<boolean> {
  try {
    return await until(async () => ((await check()) ? true : undefined), waiting);
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}

function tooLong(timeoutMs: number, what: string): DeadlineError {
  return new DeadlineError(`waited ${Math.round(timeoutMs / 100) / 10} s for ${what}`, {
    code: "deadline",
    hint: "Find out what holds it up, or wait longer with --timeout SECONDS; then run the same command again.",
  });
}
