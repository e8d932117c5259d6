/** The monitor itself: does it look, how long does that take, and what does it cost? */
import { type Board, UIDS, linkTo } from "./board.ts";
import { CHOSEN, LAST_SIGN, REACH } from "./expressions.ts";
import { type AnyPanel, graph, stat, table } from "./panels.ts";
import { FAILURE_WORDS, REACH_WORDS, YES_NO } from "./words.ts";

const TO_NODE = { title: "This node", url: linkTo(UIDS.district, "var-node=${__data.fields.Node}") };
const here = (expression: string): string => `${expression} and on (node) ${CHOSEN}`;

const health: readonly AnyPanel[] = [
  stat({
    title: "Scraped",
    description:
      "Whether Prometheus reaches the monitor. No: nothing else here is of now. Look whether tributary monitor runs, at its address and its token.",
    width: 4,
    words: YES_NO,
    absent: "not scraped",
    queries: [{ expression: 'min(up{job="$job"})', legend: "scraped" }],
  }),
  stat({
    title: "Last round ended",
    description:
      "How long ago the last round over all nodes was complete. More than five minutes: the monitor serves, but does not look any more: restart it, and keep its log.",
    width: 5,
    unit: "s",
    absent: "no round yet",
    steps: [["green"], ["orange", 120], ["red", 300]],
    queries: [
      {
        expression: "max(time() - tributary_poll_cycle_last_completed_timestamp_seconds)",
        legend: "ended",
      },
    ],
  }),
  stat({
    title: "Nodes",
    description:
      "Nodes of the tree, and those that the last look at them saw whole. Many fewer: the line of the monitor, rather than so many nodes.",
    width: 6,
    unit: "none",
    queries: [
      { expression: `count(${CHOSEN})`, legend: "in the file" },
      { expression: `sum(${here("max by (node) (tributary_node_up)")})`, legend: "in reach" },
    ],
  }),
  stat({
    title: "Running for",
    description:
      "How long the monitor has been running. Short, again and again: something ends it; look at its log.",
    width: 5,
    unit: "s",
    absent: "not scraped",
    queries: [{ expression: "time() - min(tributary_monitor_start_timestamp_seconds)", legend: "running" }],
  }),
  stat({
    title: "Monitors by version",
    description:
      "How many monitors watch this tree, by version. More than one version: one was not upgraded with the others.",
    width: 4,
    unit: "none",
    absent: "not scraped",
    queries: [{ expression: "count by (version) (tributary_build_info)", legend: "{{version}}" }],
  }),
];

const looking: readonly AnyPanel[] = [
  graph({
    title: "A round over all nodes",
    description:
      "How long rounds take. Above the interval of the topology file they follow each other without a pause: a few slow nodes, seen beside, or too many for one monitor; then one for each region.",
    width: 8,
    unit: "s",
    queries: [
      { expression: "max by (instance) (tributary_poll_cycle_duration_seconds)", legend: "{{instance}}" },
      { expression: "max(tributary_poll_interval_seconds)", legend: "interval", isLimit: true },
    ],
  }),
  graph({
    title: "Slowest looks, top ten",
    description:
      "How long the last look at a node took. Seconds: the line is slow, or the server busy; a look is given up when it takes too long, and counts as failed.",
    width: 8,
    unit: "s",
    queries: [
      {
        expression: `topk(10, ${here("max by (node) (tributary_node_poll_duration_seconds)")})`,
        legend: "{{node}}",
      },
    ],
  }),
  graph({
    title: "Looks that failed",
    description:
      "How often a look failed, by reason. dns, refused, timeout: line or server. tls, auth, permission: what the monitor comes with; tributary doctor says what it lacks. query: look at the monitor's log.",
    width: 8,
    unit: "suffix: per minute",
    queries: [
      {
        expression: "60 * sum by (reason) (rate(tributary_node_poll_failures_total[$__rate_interval]))",
        legend: "{{reason}}",
      },
    ],
  }),
  table({
    title: "Nodes out of reach",
    description:
      "Nodes that the last look did not see, the longest first, and the reason most often met in the last hour. Those over budget need a call; a click shows the node.",
    width: 16,
    key: "node",
    sortBy: "Last sign",
    isDescending: true,
    queries: [
      {
        expression: `max by (node, parent, tier) (tributary_node_info{tier=~"$tier"}) and on (node) ${REACH} > 0`,
        labels: {
          node: { title: "Node", link: TO_NODE },
          tier: { title: "Tier" },
          parent: { title: "Upstream" },
        },
      },
      { expression: here(`(${REACH} > 0)`), value: { title: "Contact", words: REACH_WORDS, width: 220 } },
      {
        expression:
          "topk by (node) (1, max by (node, reason) (increase(tributary_node_poll_failures_total[1h])) > 0) " +
          `and on (node) ${REACH} > 0`,
        labels: { reason: { title: "Reason", words: FAILURE_WORDS, width: 140 } },
      },
      {
        expression: here(`(time() - ${LAST_SIGN} and on (node) ${REACH} > 0)`),
        value: { title: "Last sign", unit: "s" },
      },
    ],
  }),
  graph({
    title: "Clocks, the ten farthest off",
    description:
      "How far the clocks of nodes are from the monitor's. Seconds make ages look wrong. One node: its time service. All by the same: the monitor's.",
    width: 8,
    unit: "s",
    queries: [
      {
        expression: `topk(10, ${here("max by (node) (abs(tributary_node_clock_skew_seconds))")})`,
        legend: "{{node}}",
      },
    ],
  }),
];

const cost: readonly AnyPanel[] = [
  graph({
    title: "Memory",
    description:
      "What the monitor takes. It grows with the number of nodes and stays level after a day. Growth without end is a fault: restart it, and tell its makers.",
    width: 8,
    unit: "bytes",
    queries: [
      {
        expression: "max by (instance) (tributary_monitor_resident_memory_bytes)",
        legend: "{{instance}}",
      },
    ],
  }),
  graph({
    title: "CPU",
    description:
      "The share of one processor that the monitor uses. Near 100 % it answers late: look less often, or run one monitor for each region.",
    width: 8,
    unit: "percentunit",
    queries: [
      {
        expression: "max by (instance) (rate(tributary_monitor_cpu_seconds_total[$__rate_interval]))",
        legend: "{{instance}}",
      },
    ],
  }),
  graph({
    title: "What Prometheus gets",
    description:
      "How long a scrape takes and how many series it brings: some seventy for each node. A scrape near its timeout: let it wait longer.",
    width: 8,
    unit: "short",
    queries: [
      {
        expression: 'max by (instance) (scrape_samples_scraped{job="$job"})',
        legend: "series of {{instance}}",
      },
      {
        expression: 'max by (instance) (scrape_duration_seconds{job="$job"})',
        legend: "scrape of {{instance}}",
        unit: "s",
        isRight: true,
      },
    ],
  }),
];

export const monitor: Board = {
  uid: UIDS.monitor,
  title: "Tributary / The monitor",
  description: "Does the monitor look, how long does that take, and what does it cost?",
  since: "now-6h",
  variables: [{ name: "tier", label: "Tier", series: "tributary_node_info", of: "tier", isMany: true }],
  rows: [
    { height: 5, panels: health },
    { title: "Looking", height: 8, panels: looking },
    { title: "Cost", height: 8, panels: cost },
  ],
};
