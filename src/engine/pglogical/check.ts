/** What pglogical needs of a server. Pure. */
import { type ServerFacts, capabilities } from "../../domain/server.ts";
import type { Problem } from "../../domain/step.ts";

/** How many subscriptions of this node (below) and slots for its upstream (above) the topology asks for. */
export interface Links {
  readonly below: number;
  readonly above: number;
}

const OUTPUT_PLUGIN = "pglogical_output";

/** Every unmet precondition, each with the line that mends it. */
export function checkPglogical(node: string, server: ServerFacts, links: Links): readonly Problem[] {
  const needs = capacityNeeds(links);
  const found = [
    checkVersion(server),
    checkRecovery(server),
    checkSuperuser(server),
    checkAvailable(server),
    checkWalLevel(server),
    checkPreload(server),
    links.above > 0 ? checkOutputPlugins(server) : undefined,
    ...needs.map((need) => checkCapacity(server, need)),
    links.above > 0 ? checkSenderTimeout(server) : undefined,
    links.above > 0 ? checkIdleSlots(server) : undefined,
  ];
  return found.flatMap((problem) => (problem === undefined ? [] : [{ node, ...problem }]));
}

type Found = Omit<Problem, "node"> | undefined;

const RESTART = "-- then restart the server";

function error(code: string, message: string, fix: string, fixIsSafeSql = false): Found {
  return { code, severity: "error", message, fix, fixIsSafeSql };
}

function checkVersion(server: ServerFacts): Found {
  if (capabilities(server).isSupported) return undefined;
  return error(
    "server-too-old",
    `the server is PostgreSQL ${server.version}, needs 15 or later.`,
    "Upgrade the server to PostgreSQL 15 or later.",
  );
}

function checkRecovery(server: ServerFacts): Found {
  if (!server.inRecovery) return undefined;
  return error(
    "server-in-recovery",
    "the server is a standby, needs one that takes writes.",
    "Name the primary in the node's dsn, or promote this server: SELECT pg_promote();",
  );
}

function checkSuperuser({ isSuperuser, user }: ServerFacts): Found {
  if (isSuperuser) return undefined;
  return error(
    "not-superuser",
    `user "${user}" is not a superuser, which pglogical's functions need.`,
    `ALTER ROLE "${user.replaceAll('"', '""')}" SUPERUSER;`,
  );
}

function checkAvailable({ availableExtensions, installedExtensions, versionNum }: ServerFacts): Found {
  const isThere = [availableExtensions, installedExtensions].some(
    (known) => known["pglogical"] !== undefined,
  );
  if (isThere) return undefined;
  return error(
    "extension-missing",
    "the extension pglogical is not on the server, needs to be.",
    `Install it on the server's machine: apt-get install postgresql-${Math.trunc(versionNum / 10_000)}-pglogical`,
  );
}

function checkWalLevel({ settings }: ServerFacts): Found {
  if (settings["wal_level"] === "logical") return undefined;
  return error(
    "wal-level",
    `wal_level is "${settings["wal_level"]}", needs "logical".`,
    `ALTER SYSTEM SET wal_level = logical; ${RESTART}`,
  );
}

function checkPreload({ settings }: ServerFacts): Found {
  const present = listOf(settings["shared_preload_libraries"]);
  if (present.includes("pglogical")) return undefined;
  return error(
    "shared-preload-libraries",
    `shared_preload_libraries is "${settings["shared_preload_libraries"] ?? ""}", needs "pglogical" in it.`,
    `ALTER SYSTEM SET shared_preload_libraries = ${[...present, "pglogical"].join(", ")}; ${RESTART}`,
  );
}

/** Not quoted as a whole: the server would take the list for one name. */
function checkOutputPlugins(server: ServerFacts): Found {
  if (!capabilities(server).listsOutputPlugins) return undefined;
  const setting = server.settings["output_plugin_libraries"];
  const present = listOf(setting);
  if (present.includes(OUTPUT_PLUGIN) || present.includes("*")) return undefined;
  return error(
    "output-plugin-libraries",
    `output_plugin_libraries is "${setting}", needs "${OUTPUT_PLUGIN}" in it: else no stream starts, and running ones do not come back.`,
    `ALTER SYSTEM SET output_plugin_libraries = ${[...present, OUTPUT_PLUGIN].join(", ")};\nSELECT pg_reload_conf();`,
    true,
  );
}

interface CapacityNeed {
  readonly setting: string;
  readonly least: number;
  readonly why: string;
}

function capacityNeeds({ below, above }: Links): readonly CapacityNeed[] {
  return [
    {
      setting: "max_replication_slots",
      // Slots for the upstream, and as many records of progress as there are subscriptions: two lists of this length.
      least: Math.max(above, below, 1),
      why: `${above} slots for the upstream, ${below} records of progress`,
    },
    {
      setting: "max_wal_senders",
      least: above === 0 ? 0 : above + 1,
      why: `${above} streams, and one more while a stream starts`,
    },
    {
      setting: "max_worker_processes",
      // The launcher of native replication is one, too.
      least: below + 3,
      why: `3 for the server and pglogical, ${below} for subscriptions`,
    },
  ];
}

function checkCapacity({ settings }: ServerFacts, { setting, least, why }: CapacityNeed): Found {
  const present = Number(settings[setting]);
  if (!Number.isFinite(present) || present >= least) return undefined;
  return error(
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

function listOf(setting = ""): readonly string[] {
  return setting
    .split(",")
    .map((item) => item.trim().replaceAll('"', ""))
    .filter((item) => item !== "");
}
