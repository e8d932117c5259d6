/** Does a node's configuration still allow what it has to do? Pure. */
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import { downstreamOf, type Node, type Topology } from "../domain/topology.ts";
import type { Vitals } from "../domain/vitals.ts";
import { allowsPlugin } from "./judge.ts";

export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  /** What is, when it is not as it should be. */
  readonly says: string;
}

const PLUGINS = { pglogical: "pglogical_output", native: "pgoutput" } as const;
/** Slots, senders and workers that should be left for the next one. */
const SPARE = 1;

/** New sessions load libraries of the new version into the old program: PL/pgSQL may fail, and so every write. */
export function programCheck({ startedAt, version }: Vitals, changedAt: number): Check {
  return {
    name: "program_current",
    isOk: changedAt <= startedAt,
    says: `a restart is needed: the server still runs ${version}, and its programs were replaced since it was started`,
  };
}

/** The checks that apply to a node. Those of where rows are sent from are left out at the root. */
export function checksOf(topology: Topology, node: Node, vitals: Vitals): readonly Check[] {
  const { settings, used } = vitals;
  const sends = node.upstream !== undefined;
  const free = (name: string, setting: string, taken: number): Check => {
    const limit = Number(settings[setting]);
    const says = `${setting} is ${limit}, and ${taken} are taken`;
    return { name, isOk: !Number.isFinite(limit) || limit - taken >= SPARE, says };
  };
  const sending: readonly Check[] = [
    {
      name: "output_plugin_allowed",
      isOk: allowsPlugin(vitals, PLUGINS[node.engine]),
      says: `output_plugin_libraries does not list ${PLUGINS[node.engine]}: the next reconnect fails`,
    },
    {
      name: "wal_level",
      isOk: settings["wal_level"] === "logical",
      says: `wal_level is ${settings["wal_level"]}, needs logical`,
    },
    {
      name: "slot_cap_set",
      isOk: settings["max_slot_wal_keep_size"] !== "-1",
      says: "max_slot_wal_keep_size is not set: a link that is down fills the disk, and the application stops",
    },
    free("slots_free", "max_replication_slots", used.slots),
    free("walsenders_free", "max_wal_senders", used.senders),
  ];
  const { version, project, name } = vitals.node;
  return [
    {
      name: "identity",
      isOk: project === topology.project && name === node.name,
      says: `the database is node "${name}" of project "${project}": the dsn leads to another one`,
    },
    ...(sends ? sending : []),
    ...(downstreamOf(topology, node.name).length > 0
      ? [free("workers_free", "max_worker_processes", used.workers)]
      : []),
    {
      name: "schema_current",
      isOk: version === SCHEMA_VERSION,
      says: `schema tributary is of version ${version}, and this tool's is ${SCHEMA_VERSION}`,
    },
  ];
}
