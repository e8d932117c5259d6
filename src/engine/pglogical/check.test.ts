import { expect, test } from "vitest";

import type { ServerFacts } from "../../domain/server.ts";
import { checkPglogical } from "./check.ts";

const fit: ServerFacts = {
  versionNum: 150_020,
  version: "15.20",
  settings: {
    wal_level: "logical",
    max_replication_slots: "10",
    max_wal_senders: "10",
    max_worker_processes: "16",
    shared_preload_libraries: "pg_stat_statements, pglogical",
    output_plugin_libraries: "pgoutput, test_decoding, pglogical_output",
    wal_sender_timeout: "1min",
  },
  encoding: "UTF8",
  collation: "C",
  timeZone: "UTC",
  database: "slm",
  systemIdentifier: "1",
  user: "postgres",
  isSuperuser: true,
  inRecovery: false,
  availableExtensions: { pglogical: "2.4.2" },
  installedExtensions: {},
  clockSkewMs: 0,
};
const without = (settings: Record<string, string | undefined>): ServerFacts => ({
  ...fit,
  settings: Object.fromEntries(
    Object.entries({ ...fit.settings, ...settings }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  ),
});
const check = (server: ServerFacts, below = 2, above = 1) => checkPglogical("east", server, { below, above });

test("a fit server has no problems", () => {
  expect(check(fit)).toEqual([]);
});

test("an output plugin that is not listed: the exact line, and a reload", () => {
  const [problem, ...others] = check(without({ output_plugin_libraries: "pgoutput, test_decoding" }));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: "output-plugin-libraries", severity: "error", fixIsSafeSql: true });
  expect(problem?.fix).toBe(
    "ALTER SYSTEM SET output_plugin_libraries = pgoutput, test_decoding, pglogical_output;\nSELECT pg_reload_conf();",
  );
});

test("a server that does not know the setting must not be given it, nor one that nobody reads from", () => {
  expect(check(without({ output_plugin_libraries: undefined }))).toEqual([]);
  expect(check(without({ output_plugin_libraries: "pgoutput" }), 2, 0)).toEqual([]);
});

test("libraries that are loaded already stay", () => {
  const [problem] = check(without({ shared_preload_libraries: "pg_stat_statements" }));
  expect(problem?.fix).toBe(
    "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements, pglogical; -- then restart the server",
  );
});

test.each([
  ["wal-level", without({ wal_level: "replica" })],
  ["max-replication-slots", without({ max_replication_slots: "1" })],
  ["max-wal-senders", without({ max_wal_senders: "1" })],
  ["max-worker-processes", without({ max_worker_processes: "4" })],
  ["wal-sender-timeout", without({ wal_sender_timeout: "0" })],
  ["idle-replication-slot-timeout", without({ idle_replication_slot_timeout: "1d" })],
  ["server-in-recovery", { ...fit, inRecovery: true }],
  ["server-too-old", { ...fit, versionNum: 140_010, version: "14.10" }],
  ["extension-missing", { ...fit, availableExtensions: {} }],
])("%s", (code, server) => {
  expect(check(server).map((problem) => problem.code)).toEqual([code]);
});
