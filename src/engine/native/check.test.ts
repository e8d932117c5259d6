import { expect, test } from "vitest";

import type { ServerFacts } from "../../domain/server.ts";
import { checkNative } from "./check.ts";

const fit: ServerFacts = {
  versionNum: 180_004,
  version: "18.4",
  settings: {
    wal_level: "logical",
    max_replication_slots: "10",
    max_active_replication_origins: "10",
    max_wal_senders: "10",
    max_worker_processes: "8",
    max_logical_replication_workers: "4",
    wal_sender_timeout: "1min",
    idle_replication_slot_timeout: "0",
  },
  encoding: "UTF8",
  collation: "C",
  timeZone: "UTC",
  database: "slm",
  systemIdentifier: "1",
  user: "postgres",
  isSuperuser: true,
  inRecovery: false,
  availableExtensions: {},
  installedExtensions: {},
  clockSkewMs: 0,
};
const codes = (settings: Record<string, string>, below = 2, above = 1): readonly string[] =>
  checkNative("east", { ...fit, settings: { ...fit.settings, ...settings } }, { below, above }).map(
    ({ code }) => code,
  );

test("a server without any extension is fit", () => {
  expect(codes({})).toEqual([]);
});

test("what it lacks", () => {
  expect(codes({ wal_level: "replica" })).toEqual(["wal-level"]);
  expect(codes({ max_logical_replication_workers: "1" })).toEqual(["max-logical-replication-workers"]);
  expect(codes({ max_active_replication_origins: "1" })).toEqual(["max-active-replication-origins"]);
  expect(codes({ max_worker_processes: "2" })).toEqual(["max-worker-processes"]);
  expect(codes({ idle_replication_slot_timeout: "1d" })).toEqual(["idle-replication-slot-timeout"]);
  expect(codes({ output_plugin_libraries: "test_decoding" })).toEqual(["output-plugin-libraries"]);
});

test("from the root nothing is sent, so its WAL need not be logical", () => {
  expect(codes({ wal_level: "replica", output_plugin_libraries: "test_decoding" }, 2, 0)).toEqual([]);
});

test("before 18, slots and records of progress are limited by one setting", () => {
  const { max_active_replication_origins: _, ...settings } = fit.settings;
  const server = { ...fit, settings: { ...settings, max_replication_slots: "1" } };
  expect(checkNative("east", server, { below: 2, above: 1 }).map(({ code }) => code)).toEqual([
    "max-replication-slots",
  ]);
});
