/** When jobs of a schedule are made, and for which hour. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Topology, VerifySchedule } from "../domain/topology.ts";
import { Schedule, type ScheduleTools } from "./schedule.ts";

const nightly: VerifySchedule = { every: "30 2 * * *", intervalSeconds: 86_400, bytesPerSecond: 0 };

function topologyWith(verify: VerifySchedule | undefined): Topology {
  const node = { dsn: "", linkDsn: "", engine: "native", sets: [] } as const;
  const watch = { heartbeatMs: 1, offlineBudgetMs: 1, stalenessBudgetMs: 1 };
  return {
    project: "slm",
    tiers: ["district", "nation"],
    sets: [],
    nodes: [
      { ...node, name: "low", tier: "district", upstream: "top" },
      { ...node, name: "top", tier: "nation" },
    ],
    monitor: {
      role: "m",
      intervalMs: 1,
      watches: new Map([["low", verify === undefined ? watch : { ...watch, verify }]]),
    },
  };
}

let told: string[];
let runs: string[];
let schedule: Schedule;

beforeEach(() => {
  told = [];
  runs = [];
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
});
afterEach(async () => {
  await schedule.close();
  vi.useRealTimers();
});

function start(verify: VerifySchedule | undefined, tools: Partial<ScheduleTools> = {}): void {
  schedule = new Schedule({
    compare: ({ link }) => {
      runs.push(`${new Date().toISOString()} ${link.provider.name}`);
      return Promise.resolve(undefined);
    },
    zoneOf: () => undefined,
    tell: (text) => told.push(text),
    ...tools,
  });
  schedule.change(topologyWith(verify));
}

const until = async (moment: string): Promise<void> => {
  await vi.advanceTimersByTimeAsync(new Date(moment).getTime() - Date.now());
};

test.each([
  ["in winter", "2026-01-15T00:00:00Z", "2026-01-15T01:30:00.000Z"],
  ["in summer", "2026-07-15T00:00:00Z", "2026-07-15T00:30:00.000Z"],
  ["on the day that has no such hour", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00.000Z"],
  ["on the day that has it twice", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00.000Z"],
])("half past two in Prague, %s: once", async (_, from, at) => {
  vi.setSystemTime(from);
  start({ ...nightly, timeZone: "Europe/Prague" });
  await until(from.replace("T00:", "T22:"));
  expect(runs).toEqual([`${at} low`]);
});

test("without a zone in the file, the site's own counts, as soon as it is known, and when it changes", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  let zone: string | undefined;
  start(nightly, { zoneOf: () => zone });
  await until("2026-01-15T12:00:00Z");
  expect(runs).toEqual([]);
  zone = "Asia/Tokyo";
  schedule.refresh();
  await until("2026-01-16T00:00:00Z");
  expect(runs).toEqual(["2026-01-15T17:30:00.000Z low"]);
  zone = "America/New_York";
  schedule.refresh();
  await until("2026-01-17T00:00:00Z");
  expect(runs.slice(1)).toEqual(["2026-01-16T07:30:00.000Z low"]);
});

test("a zone that only the server knows is told once, and UTC taken", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  start(nightly, { zoneOf: () => "<+0130>-01:30" });
  schedule.refresh();
  expect(told).toEqual([
    expect.stringContaining('its time zone "<+0130>-01:30" is known to its server only'),
  ]);
  await until("2026-01-16T00:00:00Z");
  expect(runs).toEqual(["2026-01-15T02:30:00.000Z low"]);
});

test("trouble is told once, and anew when it is another or comes back; what nobody foresaw ends nothing", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  const found = ["a row differs", "a row differs", "two rows differ", undefined, "a row differs"];
  start(
    { ...nightly, every: "*/10 * * * *", timeZone: "UTC" },
    {
      compare: () => (found.length === 0 ? Promise.reject(new Error("oh")) : Promise.resolve(found.shift())),
    },
  );
  await until("2026-01-15T01:30:00Z");
  expect(told).toEqual([
    "low → top: a row differs",
    "low → top: two rows differ",
    "low → top: a row differs",
    "low → top: it could not be compared: oh",
  ]);
});

test("one comparison at a time, also when another file comes; it is awaited at the end, and told to stop", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  let active = 0;
  let most = 0;
  const compare: ScheduleTools["compare"] = async (_, signal) => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    active -= 1;
    return "it was interrupted";
  };
  const always = { ...nightly, every: "* * * * * *", timeZone: "UTC" };
  start(always, { compare });
  await until("2026-01-15T00:00:10Z");
  schedule.change(topologyWith(always));
  await until("2026-01-15T00:00:20Z");
  expect({ active, most }).toEqual({ active: 1, most: 1 });
  await schedule.close();
  expect({ active, told }).toEqual({ active: 0, told: [] });
});

test("another file ends what the last one said", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  start({ ...nightly, timeZone: "UTC" });
  schedule.change(topologyWith(undefined));
  await until("2026-01-16T00:00:00Z");
  expect(runs).toEqual([]);
});

test("a monitor of some nodes compares links between them only", async () => {
  vi.setSystemTime("2026-01-15T00:00:00Z");
  start({ ...nightly, timeZone: "UTC" }, { nodes: ["low"] });
  await until("2026-01-16T00:00:00Z");
  expect(runs).toEqual([]);
});
