import { expect, test } from "vitest";

import { cronFault, isTimeZone, longestPauseSeconds } from "./cron.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

test.each([
  "0 2 * * *",
  "30 1 * * MON-FRI",
  "*/15 * * * *",
  "* * * * * *",
  "0 3 L * *",
  "0 3 * * 0#1",
  "@daily",
])("%s is a cron expression", (expression) => {
  expect(cronFault(expression)).toBeUndefined();
});

test.each([
  ["", "is not a cron expression"],
  ["nightly", "is not a cron expression"],
  ["0 2 * *", "is not a cron expression"],
  ["2026-11-21T02:00:00", "is not a cron expression"],
  ["61 2 * * *", "Invalid value for minute: 61"],
  ["0 25 * * *", "Invalid value for hour: 25"],
  ["0 0 30 2 *", "never comes"],
])("%j is none", (expression, fault) => {
  expect(cronFault(expression)).toContain(fault);
});

test.each([
  ["0 2 * * *", DAY],
  ["* * * * * *", 1],
  ["*/15 * * * *", HOUR / 4],
  ["30 1 * * MON-FRI", 3 * DAY],
  ["0 2 1 * *", 31 * DAY],
  ["0 2 29 2 *", 4 * 365 * DAY + DAY],
  ["0 2 1 1 *", 365 * DAY],
  ["0 0 0 1 1 * 2027", 0],
])("the longest pause of %s is %d seconds", (expression, seconds) => {
  expect(longestPauseSeconds(expression)).toBe(seconds);
});

test("the weekend of a busy expression is seen, some hours short at most", () => {
  const pause = longestPauseSeconds("*/5 8-18 * * 1-5");
  const weekend = 2 * DAY + 13 * HOUR + 300;
  expect(pause).toBeLessThanOrEqual(weekend);
  expect(pause).toBeGreaterThan(weekend - 6 * HOUR);
});

test.each([
  ["Europe/Prague", true],
  ["UTC", true],
  ["GB", true],
  ["Europe/Prag", false],
  ["localtime", false],
  ["", false],
])("%j is a time zone: %s", (name, is) => {
  expect(isTimeZone(name)).toBe(is);
});
