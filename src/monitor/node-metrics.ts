/** What is exported of nodes. Measured state of a dark node is gone; moments, counters and budgets stay. */
import { type Metric, type Read, flag, node, some, windows } from "./metric.ts";
import type { NodeView } from "./picture.ts";
import { FAILURE_REASONS } from "./record.ts";

/** A figure of the last look, of a node that is up. */
const seen =
  (read: Read<NodeView>): Read<NodeView> =>
  (view, at) =>
    view.record.isUp ? read(view, at) : [];

export const NODE_METRICS: readonly Metric[] = [
  node(
    "tributary_node_info",
    "What the node is. Always 1.",
    ({ node: { tier, upstream = "" }, record: { vitals } }) => [
      [[tier, upstream, vitals?.version ?? "", vitals?.extension ?? "", vitals?.systemIdentifier ?? ""], 1],
    ],
    ["tier", "parent", "server_version", "extension", "system_identifier"],
  ),
  node("tributary_node_up", "1 when everything was seen at the last attempt.", ({ record }) =>
    flag(record.isUp),
  ),
  node("tributary_node_last_success_timestamp_seconds", "When the node was last seen.", ({ record }) =>
    some(record.lastSuccessAt),
  ),
  node(
    "tributary_node_last_attempt_timestamp_seconds",
    "When the monitor last tried to look.",
    ({ record }) => some(record.lastAttemptAt),
  ),
  node("tributary_node_poll_duration_seconds", "How long the last attempt took.", ({ record }) =>
    some(record.pollSeconds),
  ),
  node(
    "tributary_node_poll_failures_total",
    "Attempts that failed, by reason.",
    ({ record }) => FAILURE_REASONS.map((reason) => [[reason], record.failures.get(reason) ?? 0]),
    ["reason"],
  ),
  node(
    "tributary_node_offline_budget_seconds",
    "How long the node may be out of reach before somebody is told.",
    ({ watch }) => some(watch.offlineBudgetMs / 1000),
  ),
  node(
    "tributary_node_staleness_budget_seconds",
    "How old what the root has of the node may become before somebody is told.",
    ({ watch }) => some(watch.stalenessBudgetMs / 1000),
  ),
  node(
    "tributary_node_clock_skew_seconds",
    "The node's clock minus the monitor's.",
    seen(({ record }) => some(record.clockSkewSeconds)),
  ),
  node(
    "tributary_node_start_timestamp_seconds",
    "When the server was started.",
    seen(({ record }) => some(record.vitals?.startedAt)),
  ),
  node(
    "tributary_node_in_recovery",
    "1 when the server is a standby.",
    seen(({ record }) => flag(record.vitals?.inRecovery)),
  ),
  node(
    "tributary_node_config_ok",
    "1 when the node's configuration still allows what it has to do, by check. program_current: only while a restart is needed.",
    ({ checks }) =>
      checks
        .filter(({ name, isOk }) => !isOk || name !== "program_current")
        .map(({ name, isOk }) => [[name], Number(isOk)]),
    ["check"],
  ),
  node("tributary_wal_written_bytes_total", "WAL written since the monitor knows the node.", ({ record }) =>
    record.vitals === undefined ? [] : some(record.walWrittenBytes),
  ),
  node(
    "tributary_wal_directory_bytes",
    "What the files in pg_wal take.",
    seen(({ record }) => some(record.vitals?.walBytes)),
  ),
  node(
    "tributary_database_size_bytes",
    "Size of the node's database, looked at every few minutes.",
    seen(({ record }) => some(record.databaseBytes)),
  ),
  node(
    "tributary_outbox_bytes",
    "What messages that are kept take on disk, by set.",
    seen(({ record }) =>
      Object.entries(record.vitals?.outboxBytes ?? {}).map(([set, bytes]) => [[set], bytes]),
    ),
    ["set"],
  ),
  node(
    "tributary_filesystem_size_bytes",
    "Size of a file system under the node; source says who saw it.",
    ({ disks }) => disks.map(({ mount, source, sizeBytes }) => [[mount, source], sizeBytes]),
    ["mount", "source"],
  ),
  node(
    "tributary_filesystem_avail_bytes",
    "What is free there for PostgreSQL.",
    ({ disks }) => disks.map(({ mount, source, availBytes }) => [[mount, source], availBytes]),
    ["mount", "source"],
  ),
  node(
    "tributary_filesystem_predicted_full_timestamp_seconds",
    "When it will be full at the rate of the window; +Inf: not as things are. Stays while the node is dark.",
    ({ record }) =>
      [...record.mounts].flatMap(([mount, { full }]) =>
        windows(full).map(([labels, at]) => [[mount, ...labels], at] as const),
      ),
    ["mount", "window"],
  ),
];
