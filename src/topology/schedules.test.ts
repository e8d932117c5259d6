/** When links are compared, as a topology file says it. */
import { expect, test } from "vitest";

import type { VerifySchedule } from "../domain/topology.ts";
import { parseTopology } from "./parse.ts";

const text = (monitor: string, low = "", top = ""): string => `version: 1
project: slm
monitor: ${monitor}
sets:
  knowledge:
    tables:
      public.document: {}
nodes:
  top: { tier: nation, dsn: "postgresql://me@a/db"${top} }
  mid: { tier: region, upstream: top, dsn: "postgresql://me@b/db" }
  low: { tier: district, upstream: mid, dsn: "postgresql://me@c/db"${low} }
`;

const parse = (file: string) =>
  parseTopology(file, { file: "t.yaml", environment: () => undefined, readFile: () => "" });

async function schedules(file: string): Promise<Readonly<Record<string, VerifySchedule | undefined>>> {
  const result = await parse(file);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const watches = [...(result.topology.monitor?.watches ?? [])];
  return Object.fromEntries(watches.map(([name, { verify }]) => [name, verify]));
}

async function complaints(file: string): Promise<string> {
  const result = await parse(file);
  if (result.ok) return "";
  return result.problems
    .map(({ line, column, message, hint = "" }) => `${line}:${column} ${message} ${hint}`.trim())
    .join("\n");
}

test("a schedule holds for every link, and a node may have another one, or none", async () => {
  const preset = '{ verify: { every: "0 2 * * *", max_rate: 20MB } }';
  const nightly = { every: "0 2 * * *", bytesPerSecond: 20e6, intervalSeconds: 86_400 };
  expect(await schedules(text(preset, ", monitor: { verify: false }"))).toEqual({
    top: nightly,
    mid: nightly,
    low: undefined,
  });
  const own = ', monitor: { verify: { every: "0 4 * * SUN", time_zone: Asia/Tokyo } }';
  expect((await schedules(text(preset, own)))["low"]).toEqual({
    every: "0 4 * * SUN",
    timeZone: "Asia/Tokyo",
    bytesPerSecond: 0,
    intervalSeconds: 7 * 86_400,
  });
  expect(await schedules(text("{}", own))).toMatchObject({ mid: undefined, low: { every: "0 4 * * SUN" } });
});

const HINT = "Five fields: minute, hour, day of month, month, day of week.";

test.each([
  ['{ verify: { every: "0 25 * * *" } }', `3:29 "0 25 * * *": Invalid value for hour: 25 ${HINT}`],
  ["{ verify: { every: nightly } }", `3:29 "nightly": is not a cron expression ${HINT}`],
  [
    '{ verify: { every: "0 2 * * *", time_zone: Europe/Prag } }',
    '3:53 there is no time zone "Europe/Prag" Did you mean "Europe/Prague"?',
  ],
  ["{ verify: {} }", '"every" is missing'],
  ["{ verify: { every: 2 } }", '"every" is a number, needs to be a text'],
  ["{ verify: false }", '"verify" is a boolean, needs to be a map'],
  ['{ verify: { evry: "0 2 * * *" } }', 'unknown key "evry" Did you mean "every"?'],
  ['{ verify: { every: "0 2 * * *", max_rate: fast } }', "needs to be a number and MB, GB or TB"],
])("monitor: %s is a problem", async (monitor, words) => {
  expect(await complaints(text(monitor))).toContain(words);
});

test.each([
  ["verify: nightly", '11:89 "verify" is a text, needs to be a map or false'],
  ["verify: {}", '"every" is missing'],
  ['verify: { evry: "0 2 * * *" }', 'unknown key "evry" Did you mean "every"?'],
  ['verify: { every: "* * *" }', '11:98 "* * *": is not a cron expression'],
])("%s of a node is a problem", async (low, words) => {
  expect(await complaints(text("{}", `, monitor: { ${low} }`))).toContain(words);
});

test("the root has no link upward", async () => {
  const top = ', monitor: { verify: { every: "0 2 * * *" } }';
  expect(await complaints(text("{}", "", top))).toContain('"top" is the root: it has no link upward');
  expect(await complaints(text("{}", "", ", monitor: { verify: false }"))).toBe("");
});
