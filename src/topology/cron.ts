/** When a cron expression comes. Pure: as of one day, so that a file means the same on every other. */
import { Cron, CronPattern } from "croner";

const SINCE = new Date("2026-01-01T00:00:00Z");
/** Long enough to see a month's longest pause. */
const SPAN_MS = 35 * 86_400_000;
/** Runs that follow each other faster are not looked at one by one. */
const STEP_MS = 6 * 3_600_000;

/** What is wrong with an expression, for people; nothing when it is sound. */
export function cronFault(expression: string): string | undefined {
  try {
    // A date alone, which a job may also be of, is no pattern.
    void new CronPattern(expression);
    return nextAfter(expression, SINCE) === undefined ? "never comes" : undefined;
  } catch (error) {
    const [, words = "is not a cron expression"] =
      /^CronPattern: (?!invalid configuration format)(.*)$/u.exec((error as Error).message) ?? [];
    return words;
  }
}

/** The longest time between two runs, in seconds; of those that come many times a day it may be some hours too short. */
export function longestPauseSeconds(expression: string): number {
  const first = nextAfter(expression, SINCE) ?? SINCE;
  let at = first.getTime();
  let longest = 0;
  while (longest === 0 || at < first.getTime() + SPAN_MS) {
    const next = nextAfter(expression, new Date(at))?.getTime();
    // It came once, and comes no more.
    if (next === undefined) break;
    longest = Math.max(longest, next - at);
    at = Math.max(next, at + STEP_MS);
  }
  return longest / 1000;
}

const nextAfter = (expression: string, at: Date): Date | undefined =>
  new Cron(expression, { paused: true, timezone: "UTC" }).nextRun(at) ?? undefined;

/** Is this a time zone that a job can be made in? */
export function isTimeZone(name: string): boolean {
  try {
    void new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
