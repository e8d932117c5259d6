/** For whoever watches the whole tree: is it fresh, what is in danger, and which node first? One screen answers. */
import { type Board, ROOT, UIDS, linkTo } from "./board.ts";
import { comparisons } from "./comparisons.ts";
import {
  AGE_AT_ROOT,
  CHOSEN,
  FRESH,
  FRESH_AT_ROOT,
  LAST_SIGN,
  LOST,
  REACH,
  SENDERS_BY_PARENT,
  TIME_LEFT,
  byNode,
  lossIn,
  fullIn,
  stateNumber,
} from "./expressions.ts";
import { type AnyPanel, graph, grid, stat, table, timeline } from "./panels.ts";
import {
  FRESH_WORDS,
  NONE_IS_GOOD,
  REACH_WORDS,
  REASON_WORDS,
  SOME_IS_ODD,
  SOON_SECONDS,
  STATE_NUMBERS,
  STATE_WORDS,
  type Steps,
  TIME_LEFT_STEPS,
  TIME_LEFT_WORDS,
} from "./words.ts";

/** What share of nodes is to be fresh at any time. */
const OBJECTIVE = 0.99;
const FRESHNESS: Steps = [["red"], ["orange", 0.95], ["green", OBJECTIVE]];

const NODE = "${__data.fields.Node}";
const TO_NODE = { title: "This node", url: linkTo(UIDS.district, `var-node=${NODE}`) };
const TO_LINK = { title: "Its link", url: linkTo(UIDS.link, `var-provider=${NODE}`) };

const here = (expression: string): string => `${expression} and on (node) ${CHOSEN}`;
const countHere = (expression: string): string => `count(${here(expression)}) or vector(0)`;

const summary: readonly AnyPanel[] = [
  stat({
    title: "Freshness",
    description:
      "The share of nodes whose newest beat at the root is younger than their staleness budget: now, and over the time that is shown. Nodes out of reach within their offline budget do not count. " +
      `Burn says how fast the last hour used up the ${((1 - OBJECTIVE) * 100).toFixed(0)} % that may be stale: above 14.4 a month's allowance is gone in two days. ` +
      "Nothing is shown while the root is out of reach: nobody else can tell. When it is low: the grid below says under which upstream.",
    width: 7,
    unit: "percentunit",
    decimals: 1,
    absent: "root out of reach",
    steps: FRESHNESS,
    queries: [
      { expression: `avg(${FRESH})`, legend: "now" },
      { expression: `avg_over_time((avg(${FRESH}))[$__range:5m])`, legend: "shown" },
      {
        expression: `(1 - avg_over_time((avg(${FRESH}))[1h:1m])) / ${(1 - OBJECTIVE).toFixed(2)}`,
        legend: "burn",
        unit: "none",
        steps: [["green"], ["orange", 1], ["red", 14.4]],
      },
    ],
  }),
  stat({
    title: "Nodes",
    description:
      "Each node that is not the root is fresh, stale by what has arrived at the root, or out of reach within its offline budget, which needs nobody. " +
      "Over budget counts those that were neither seen nor heard of for longer: call the site. Stale and in reach: a link; the table has the reason.",
    width: 9,
    unit: "none",
    queries: [
      { expression: `sum(${FRESH})`, legend: "fresh", steps: [["green"]] },
      { expression: `sum(1 - ${FRESH})`, legend: "stale", steps: NONE_IS_GOOD },
      { expression: countHere(`(${REACH} == 1)`), legend: "out of reach", steps: SOME_IS_ODD },
      { expression: countHere(`(${REACH} == 2)`), legend: "over budget", steps: NONE_IS_GOOD },
    ],
  }),
  stat({
    title: "In danger",
    description:
      "Slots that are lost, slots that will be lost, and disks that will be full within 72 hours as things are. Forecasts stay while a node is dark. " +
      "A lost slot: run tributary apply, which starts the link anew. The others: restore the line, or raise max_slot_wal_keep_size where the disk allows it.",
    width: 8,
    unit: "none",
    steps: NONE_IS_GOOD,
    queries: [
      { expression: countHere(`(${LOST})`), legend: "slots lost" },
      {
        expression: countHere(
          `((${lossIn("node, consumer", "")} < ${SOON_SECONDS}) unless on (node, consumer) (${LOST}))`,
        ),
        legend: "slots < 72 h",
      },
      { expression: countHere(`(${fullIn("node, mount", "")} < ${SOON_SECONDS})`), legend: "disks < 72 h" },
    ],
  }),
];

const nodes = table({
  title: "Nodes, the soonest to lose something first",
  description:
    "Time left until the node's slot is lost or a disk is full, whichever comes first; a dark node keeps its last forecast. " +
    "Lag is what waits at the node, age is how old the root's picture of it is. Start at the top: the reason says what is in the way, " +
    "and tributary status the next step. A click on the node shows its own dashboard, one on the state both ends of its link.",
  width: 24,
  key: "node",
  sortBy: "Time left",
  queries: [
    {
      expression: 'max by (node, parent) (tributary_node_info{tier=~"$tier"})',
      labels: { node: { title: "Node", link: TO_NODE }, parent: { title: "Upstream" } },
    },
    {
      expression: TIME_LEFT,
      value: {
        title: "Time left",
        unit: "s",
        words: TIME_LEFT_WORDS,
        steps: TIME_LEFT_STEPS,
      },
      labels: { first: { title: "First", width: 70 } },
    },
    {
      expression: here(byNode("tributary_subscription_state == 1", "provider", ", state")),
      labels: { state: { title: "Link", words: STATE_WORDS, link: TO_LINK } },
    },
    {
      expression: here(byNode("tributary_subscription_down_reason == 1", "provider", ", reason")),
      labels: { reason: { title: "Reason", words: REASON_WORDS, width: 190 } },
    },
    {
      expression: here(byNode("tributary_link_lag_seconds", "provider")),
      value: { title: "Lag", unit: "s" },
    },
    { expression: FRESH_AT_ROOT, value: { title: "At the root", words: FRESH_WORDS, width: 100 } },
    { expression: here(AGE_AT_ROOT), value: { title: "Age", unit: "s" } },
    {
      expression: here(REACH),
      value: { title: "Contact", words: REACH_WORDS, width: 210 },
    },
    {
      expression: here(`time() - ${LAST_SIGN}`),
      value: { title: "Last sign", unit: "s" },
    },
  ],
});

const history: readonly AnyPanel[] = [
  grid({
    title: "Freshness by upstream and hour",
    description:
      "For each hour, the share of the nodes below each upstream that were fresh at the root. One dark row is one link or one line, not many nodes: look at that upstream first. " +
      "One dark column is the root, or the monitor.",
    width: 12,
    unit: "percentunit",
    decimals: 0,
    span: "1h",
    steps: FRESHNESS,
    absent: "root out of reach",
    queries: [
      {
        expression: `avg_over_time((avg by (parent) (${FRESH} * on (node) group_left (parent) ${SENDERS_BY_PARENT}))[1h:5m])`,
        legend: "{{parent}}",
      },
    ],
  }),
  timeline({
    title: "Links into the root",
    description:
      "The state of each link that ends at the root, judged from both of its ends. Everything below waits behind one that is down: mend it before anything under it. " +
      "A gap: the monitor could not see the root.",
    width: 12,
    words: STATE_NUMBERS,
    absent: "root out of reach",
    link: { title: "This link", url: linkTo(UIDS.link, "var-provider=${__field.labels.provider}") },
    queries: [{ expression: stateNumber('node="$root"'), legend: "{{provider}}" }],
  }),
];

const AGES = here(AGE_AT_ROOT);

const further: readonly AnyPanel[] = [
  graph({
    title: "Age of the root's picture",
    description:
      "How old what the root has is: of the node in the middle, of the one that only 5 % are behind, and of the oldest. " +
      "All rise together: the root or the monitor. Only the oldest rises: one node; the table has it.",
    width: 8,
    unit: "s",
    queries: [
      { expression: `quantile(0.5, ${AGES})`, legend: "half of the nodes" },
      { expression: `quantile(0.95, ${AGES})`, legend: "95 % of the nodes" },
      { expression: `max(${AGES})`, legend: "oldest" },
    ],
  }),
  graph({
    title: "WAL written, top ten",
    description:
      "The nodes that write most WAL. A node that writes much while its link is down loses its slot first: pause bulk writes there, or mend the line.",
    width: 8,
    unit: "Bps",
    queries: [
      {
        expression: `topk(10, ${here("max by (node) (rate(tributary_wal_written_bytes_total[$__rate_interval]))")})`,
        legend: "{{node}}",
      },
    ],
  }),
  graph({
    title: "Looks that failed",
    description:
      "How often the monitor could not look at a node, by reason. Many nodes at one time: the line or the name service, not the nodes. " +
      "Reason auth or permission: tributary doctor says what the monitor's role lacks.",
    width: 8,
    unit: "suffix: per minute",
    queries: [
      {
        expression: "60 * sum by (reason) (rate(tributary_node_poll_failures_total[$__rate_interval]))",
        legend: "{{reason}}",
      },
    ],
  }),
  comparisons,
  table({
    title: "Alerts that fire",
    description:
      "What Prometheus would wake somebody for, by our rules; empty also where the rules are not loaded. Each alert's runbook says what to do.",
    width: 16,
    sortBy: "Severity",
    queries: [
      {
        expression:
          'count by (severity, alertname, node, provider, parent, mount, check) (ALERTS{job=~"$job|",alertname=~"Tributary.+",alertstate="firing",severity!="none"})',
        labels: {
          severity: {
            title: "Severity",
            words: { critical: ["critical", "red"], warning: ["warning", "orange"] },
          },
          alertname: { title: "Alert", width: 280 },
          node: { title: "Node" },
          provider: { title: "Provider" },
          parent: { title: "Upstream" },
          mount: { title: "Disk" },
          check: { title: "Check" },
        },
      },
    ],
  }),
  stat({
    title: "The monitor",
    description:
      "How long ago its last round over all nodes ended, and how long that took. More than five minutes ago: the monitor is stuck, and everything else here is old: restart it, then look at its own dashboard.",
    width: 8,
    unit: "s",
    absent: "no monitor is scraped",
    link: { title: "The monitor itself", url: linkTo(UIDS.monitor) },
    queries: [
      {
        expression: "max(time() - tributary_poll_cycle_last_completed_timestamp_seconds)",
        legend: "last round ended",
        steps: [["green"], ["orange", 120], ["red", 300]],
      },
      { expression: "max(tributary_poll_cycle_duration_seconds)", legend: "last round took" },
    ],
  }),
];

export const operator: Board = {
  uid: UIDS.operator,
  title: "Tributary / The whole tree",
  description: "Is the root's picture fresh, what will be lost when, and which node first?",
  since: "now-24h",
  variables: [{ name: "tier", label: "Tier", series: "tributary_node_info", of: "tier", isMany: true }, ROOT],
  rows: [
    { height: 4, panels: summary },
    { height: 10, panels: [nodes] },
    { height: 7, panels: history },
    { title: "More", height: 8, panels: further },
  ],
};
