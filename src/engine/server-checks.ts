/** What every engine needs of a server. Pure. */
import { type ServerFacts, capabilities } from "../domain/server.ts";
import type { Problem } from "../domain/step.ts";

/** How many subscriptions of this node (below) and slots for its upstream (above) the topology asks for. */
export interface Links {
  readonly below: number;
  readonly above: number;
}

/** What an engine needs beside what all of them need. */
export interface EngineNeeds {
  readonly outputPlugin: string;
  readonly capacity: readonly CapacityNeed[];
  readonly others: readonly Found[];
}

/** A setting that has to allow for so many. */
export interface CapacityNeed {
  readonly setting: string;
  readonly least: number;
  readonly why: string;
}

export type Found = Omit<Problem, "node"> | undefined;

export const RESTART = "-- then restart the server";

/** Every unmet precondition, each with the line that mends it. */
export function checkServerFor(
  node: string,
  server: ServerFacts,
  links: Links,
  { outputPlugin, capacity, others }: EngineNeeds,
): readonly Problem[] {
  const found = [
    checkVersion(server),
    checkRecovery(server),
    ...others,
    ...(links.above > 0 ? [checkOutputPlugins(server, outputPlugin)] : []),
    ...[...sharedCapacity(server, links), ...capacity].map((need) => checkCapacity(server, need)),
    ...(links.above > 0 ? [checkSenderTimeout(server), checkIdleSlots(server)] : []),
  ];
  return found.flatMap((problem) => (problem === undefined ? [] : [{ node, ...problem }]));
}

/** A precondition that is not met. */
export function unmet(code: string, message: string, fix: string, fixIsSafeSql = false): Found {
  return { code, severity: "error", message, fix, fixIsSafeSql };
}

/** The names in a setting that is a list of them. */
export function listOf(setting = ""): readonly string[] {
  return setting
    .split(",")
    .map((item) => item.trim().replaceAll('"', ""))
    .filter((item) => item !== "");
}

function checkVersion(server: ServerFacts): Found {
  if (capabilities(server).isSupported) return undefined;
  return unmet(
    "server-too-old",
    `the server is PostgreSQL ${server.version}, needs 15 or later.`,
    "Upgrade the server to PostgreSQL 15 or later.",
  );
}

function checkRecovery(server: ServerFacts): Found {
  if (!server.inRecovery) return undefined;
  return unmet(
    "server-in-recovery",
    "the server is a standby, needs one that takes writes.",
    "Name the primary in the node's dsn, or promote this server: SELECT pg_promote();",
  );
}

/** Where rows are sent from. */
export function checkWalLevel({ settings }: ServerFacts): Found {
  if (settings["wal_level"] === "logical") return undefined;
  return unmet(
    "wal-level",
    `wal_level is "${settings["wal_level"]}", needs "logical".`,
    `ALTER SYSTEM SET wal_level = logical; ${RESTART}`,
  );
}

/** Not quoted as a whole: the server would take the list for one name. */
function checkOutputPlugins(server: ServerFacts, plugin: string): Found {
  if (!capabilities(server).listsOutputPlugins) return undefined;
  const setting = server.settings["output_plugin_libraries"];
  const present = listOf(setting);
  if (present.includes(plugin) || present.includes("*")) return undefined;
  return unmet(
    "output-plugin-libraries",
    `output_plugin_libraries is "${setting}", needs "${plugin}" in it: else no stream starts, and running ones do not come back.`,
    `ALTER SYSTEM SET output_plugin_libraries = ${[...present, plugin].join(", ")};\nSELECT pg_reload_conf();`,
    true,
  );
}

/** Slots for the upstream, and as many records of progress as there are subscriptions. */
function sharedCapacity(server: ServerFacts, { below, above }: Links): readonly CapacityNeed[] {
  const why = `${above} slots for the upstream, ${below} records of progress`;
  const origins = "max_active_replication_origins";
  return [
    ...(capabilities(server).countsOriginsApart
      ? [
          { setting: "max_replication_slots", least: above, why },
          { setting: origins, least: below, why },
        ]
      : [{ setting: "max_replication_slots", least: Math.max(above, below, 1), why }]),
    {
      setting: "max_wal_senders",
      least: above === 0 ? 0 : above + 1,
      why: `${above} streams, and one more while a stream starts`,
    },
  ];
}

function checkCapacity({ settings }: ServerFacts, { setting, least, why }: CapacityNeed): Found {
  const present = Number(settings[setting]);
  if (!Number.isFinite(present) || present >= least) return undefined;
  return unmet(
    setting.replaceAll("_", "-"),
    `${setting} is ${present}, needs at least ${least} (${why}).`,
    `ALTER SYSTEM SET ${setting} = ${Math.max(10, least * 2)}; ${RESTART}`,
  );
}

function checkSenderTimeout({ settings }: ServerFacts): Found {
  if (settings["wal_sender_timeout"] !== "0") return undefined;
  return {
    code: "wal-sender-timeout",
    severity: "warning",
    message: 'wal_sender_timeout is "0", needs a limit: a cut line would not be noticed here.',
    fix: "ALTER SYSTEM SET wal_sender_timeout = '60s';\nSELECT pg_reload_conf();",
    fixIsSafeSql: true,
  };
}

function checkIdleSlots({ settings }: ServerFacts): Found {
  const limit = settings["idle_replication_slot_timeout"];
  if (limit === undefined || limit === "0") return undefined;
  return {
    code: "idle-replication-slot-timeout",
    severity: "warning",
    message: `idle_replication_slot_timeout is "${limit}", needs "0": the slot of a line that is cut for longer is lost, and with it the stream.`,
    fix: "ALTER SYSTEM SET idle_replication_slot_timeout = 0;\nSELECT pg_reload_conf();",
    fixIsSafeSql: true,
  };
}
