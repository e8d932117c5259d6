/** What one server can do. The only place that compares server versions. */

export interface ServerFacts {
  /** As `server_version_num`: 150020 is 15.20. */
  readonly versionNum: number;
  /** As people read it: "15.20". */
  readonly version: string;
  /** Settings by name, as `current_setting` gives them. A setting the server does not know is absent. */
  readonly settings: Readonly<Record<string, string>>;
  readonly encoding: string;
  readonly collation: string;
  readonly timeZone: string;
  readonly database: string;
  /** From `pg_control_system()`: two nodes with the same identifier live in one cluster. */
  readonly systemIdentifier: string;
  readonly user: string;
  readonly isSuperuser: boolean;
  /** The role has the attribute REPLICATION. */
  readonly mayReplicate?: boolean;
  readonly inRecovery: boolean;
  /** Extensions that `CREATE EXTENSION` would find, with their default version. */
  readonly availableExtensions: Readonly<Record<string, string>>;
  readonly installedExtensions: Readonly<Record<string, string>>;
  /** The server's clock minus ours, in milliseconds, with half the round trip taken off. */
  readonly clockSkewMs: number;
}

export interface Capabilities {
  /** The server refuses output plugins that `output_plugin_libraries` does not list (15.19, 16.15, 17.11, 18.6 and later). */
  readonly listsOutputPlugins: boolean;
  /** `max_active_replication_origins` limits the subscriptions, not `max_replication_slots` (18). */
  readonly countsOriginsApart: boolean;
  /** Slots may be kept on a standby, too (17). */
  readonly hasFailoverSlots: boolean;
  /** The oldest major that we support or later. */
  readonly isSupported: boolean;
}

const OLDEST_MAJOR = 15;
const FAILOVER_SLOTS_MAJOR = 17;

/** What a server with these facts can do. */
export function capabilities(server: Pick<ServerFacts, "versionNum" | "settings">): Capabilities {
  const major = Math.trunc(server.versionNum / 10_000);
  return {
    listsOutputPlugins: server.settings["output_plugin_libraries"] !== undefined,
    countsOriginsApart: server.settings["max_active_replication_origins"] !== undefined,
    hasFailoverSlots: major >= FAILOVER_SLOTS_MAJOR,
    isSupported: major >= OLDEST_MAJOR,
  };
}
