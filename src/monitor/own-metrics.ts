/** What the monitor says of itself. */
import { type Family, type Format, headerText, seriesText } from "./exposition.ts";
import type { Watcher } from "./watcher.ts";

const family = (name: string, help: string, labels: readonly string[] = []): Family => ({
  name,
  type: name.endsWith("_total") ? "counter" : "gauge",
  help,
  labels,
});

interface OwnMetric extends Family {
  readonly read: (watcher: Watcher) => readonly [readonly string[], number | undefined];
}

export const OWN_METRICS: readonly OwnMetric[] = [
  {
    ...family("tributary_build_info", "The monitor itself. Always 1.", ["version", "runtime"]),
    read: ({ version }) => [[version, `node ${process.versions.node}`], 1],
  },
  {
    ...family("tributary_poll_cycle_duration_seconds", "How long the last round over all nodes took."),
    read: ({ poller }) => [[], poller.cycleSeconds],
  },
  {
    ...family(
      "tributary_poll_cycle_last_completed_timestamp_seconds",
      "When the last round over all nodes ended.",
    ),
    read: ({ poller }) => [[], poller.cycleCompletedAt],
  },
  {
    ...family("tributary_poll_interval_seconds", "How often a round begins."),
    read: ({ intervalSeconds }) => [[], intervalSeconds],
  },
  {
    ...family("tributary_monitor_start_timestamp_seconds", "When the monitor was started."),
    read: ({ startedAt }) => [[], startedAt],
  },
  {
    ...family("tributary_monitor_resident_memory_bytes", "Memory that the monitor takes."),
    read: () => [[], process.memoryUsage.rss()],
  },
  {
    ...family("tributary_monitor_cpu_seconds_total", "CPU that the monitor has used."),
    read: () => {
      const { user, system } = process.cpuUsage();
      return [[], (user + system) / 1e6];
    },
  },
];

/** The monitor's own metrics as text. */
export function ownMetrics(watcher: Watcher, format: Format): string {
  return OWN_METRICS.map((metric) => {
    const [labels, value] = metric.read(watcher);
    return value === undefined ? "" : headerText(metric, format) + seriesText(metric, [[labels, value]]);
  }).join("");
}
