/** The settings of a local cluster that takes part in logical replication. */
import type { Binaries } from "./binaries.ts";

/** What replication needs, and little memory: many clusters share one machine. */
const REPLICATION: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_replication_slots: "24",
  max_wal_senders: "24",
  max_worker_processes: "32",
  max_logical_replication_workers: "16",
  track_commit_timestamp: "on",
  max_connections: "60",
  shared_buffers: "48MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %b ",
};

/** Contents of the configuration file. A value that is given wins over ours. */
export function configuration(
  binaries: Binaries,
  port: number,
  given: Readonly<Record<string, string>>,
): string {
  const settings: Record<string, string> = { ...REPLICATION, port: String(port) };
  if (binaries.hasPglogical) settings["shared_preload_libraries"] = "pglogical";
  const plugins = binaries.hasPglogical ? "pgoutput, test_decoding, pglogical_output" : undefined;
  if (binaries.listsOutputPlugins && plugins !== undefined) settings["output_plugin_libraries"] = plugins;
  return Object.entries({ ...settings, ...given })
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join("");
}
