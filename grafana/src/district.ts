/** For whoever runs one node's database: is my data arriving, how long have I got, and what is in the way? */
import { type Board, ROOT, UIDS, linkTo } from "./board.ts";
import { AGE_AT_ROOT, LAST_SIGN, REACH, fullIn, lossIn, reasonNumber, stateNumber } from "./expressions.ts";
import { type AnyPanel, graph, stat, timeline } from "./panels.ts";
import { failed, notTaken, tablesByState } from "./queries.ts";
import {
  CHECK_WORDS,
  NONE_IS_GOOD,
  REACH_WORDS,
  REASON_NUMBERS,
  STATE_NUMBERS,
  TIME_LEFT_STEPS,
  TIME_LEFT_WORDS,
} from "./words.ts";

const TO_LINK = { title: "Both ends of the link", url: linkTo(UIDS.link, "var-provider=${node}") };

const AGES =
  'clamp_min(time() - max by (observer) (tributary_heartbeat_sent_timestamp_seconds{origin="$node"}), 0)';
const UNCONFIRMED = 'tributary_slot_unconfirmed_bytes{node="$node"}';
const GROWTH = `max by (node) (deriv(${UNCONFIRMED}[$__rate_interval]))`;
const WRITTEN = 'max by (node) (rate(tributary_wal_written_bytes_total{node="$node"}[$__rate_interval]))';
const own = (metric: string, by = "node"): string => `max by (${by}) (${metric}{node="$node"})`;

const arriving: readonly AnyPanel[] = [
  stat({
    title: "Link to the upstream",
    description:
      "How the link from this node to its upstream stands, judged from both of its ends. Down or disabled: read the reason beside it. A click shows both ends.",
    width: 5,
    words: STATE_NUMBERS,
    absent: "not known",
    link: TO_LINK,
    queries: [{ expression: stateNumber('provider="$node"'), legend: "{{provider}}" }],
  }),
  stat({
    title: "Reason",
    description:
      "Why the link does not carry. tributary status says the same with the next step: most are mended by tributary apply.",
    width: 6,
    words: REASON_NUMBERS,
    absent: "not known",
    link: TO_LINK,
    queries: [{ expression: reasonNumber('provider="$node"'), legend: "{{provider}}" }],
  }),
  stat({
    title: "Age of what others have",
    description:
      "How old this node's newest beat is, at each node above it. Old everywhere: the first link. Old only farther up: a link above, and nothing is wrong here.",
    width: 8,
    unit: "s",
    absent: "no beat has arrived",
    queries: [{ expression: AGES, legend: "at {{observer}}" }],
  }),
  stat({
    title: "Staleness budget used",
    description:
      "The age at the root as a share of what this node may be behind. Above 100 % the node counts as stale, and somebody is told.",
    width: 5,
    unit: "percentunit",
    decimals: 0,
    absent: "root out of reach",
    steps: [["green"], ["orange", 0.8], ["red", 1]],
    queries: [
      {
        expression: `(${AGE_AT_ROOT} / on (node) ${own("tributary_node_staleness_budget_seconds")})`,
        legend: "{{node}}",
      },
    ],
  }),
];

const lasting: readonly AnyPanel[] = [
  stat({
    title: "Until the slot is lost",
    description:
      "At the present rate of WAL, until PostgreSQL gives the slot up; the last forecast stays while the node is dark. " +
      "Red, below a day: bring the link back, raise max_slot_wal_keep_size (a reload is enough), or pause bulk writes.",
    width: 6,
    unit: "s",
    steps: TIME_LEFT_STEPS,
    words: TIME_LEFT_WORDS,
    absent: "not known yet",
    queries: [{ expression: lossIn("consumer", 'node="$node"'), legend: "slot of {{consumer}}" }],
  }),
  stat({
    title: "Until a disk is full",
    description:
      "At the rate at which space goes, or at which WAL is written while a slot holds it. Red, below a day: see below what takes the room. " +
      "PostgreSQL stops when it cannot write WAL; a slot can be given up, and its link started anew.",
    width: 6,
    unit: "s",
    steps: TIME_LEFT_STEPS,
    words: TIME_LEFT_WORDS,
    absent: "not known yet",
    queries: [{ expression: fullIn("mount", 'node="$node"'), legend: "{{mount}}" }],
  }),
  stat({
    title: "Contact",
    description:
      "Can the monitor look at this node? Out of reach within budget needs nobody; over budget: call the site.",
    width: 6,
    words: REACH_WORDS,
    absent: "not known",
    queries: [{ expression: `${REACH} and on (node) tributary_node_info{node="$node"}`, legend: "{{node}}" }],
  }),
  stat({
    title: "Offline budget left",
    description:
      "How much longer the node may be out of reach before somebody is told. The budget is its own: the topology file has it.",
    width: 6,
    unit: "s",
    absent: "never seen",
    steps: [["red"], ["orange", 1], ["green", 3600]],
    queries: [
      {
        expression: `${own("tributary_node_offline_budget_seconds")} - on (node) (time() - ${LAST_SIGN})`,
        legend: "left",
      },
    ],
  }),
];

const room: readonly AnyPanel[] = [
  graph({
    title: "WAL, and the slot's limit",
    description:
      "What pg_wal takes, what of that is kept for the slot, and where PostgreSQL gives the slot up. No limit is drawn where there is none: then the disk is the limit. " +
      "When the kept WAL nears the limit: mend the line, or raise max_slot_wal_keep_size.",
    width: 12,
    unit: "bytes",
    queries: [
      { expression: own("tributary_wal_directory_bytes"), legend: "pg_wal" },
      {
        expression: own("tributary_slot_retained_bytes", "consumer"),
        legend: "kept for {{consumer}}",
      },
      {
        expression:
          'max by (consumer) (tributary_slot_retained_bytes{node="$node"} + tributary_slot_safe_bytes{node="$node"})',
        legend: "limit of the slot of {{consumer}}",
        isLimit: true,
      },
    ],
  }),
  graph({
    title: "Free on its disks",
    description:
      "What is free for PostgreSQL on each file system, and who saw it: the monitor itself, or a beat that told. " +
      "It falls as fast as WAL is kept: the link. It falls otherwise: the database, see at the end.",
    width: 12,
    unit: "bytes",
    queries: [
      {
        expression: own("tributary_filesystem_avail_bytes", "mount, source"),
        legend: "{{mount}} ({{source}})",
      },
      {
        expression: own("tributary_filesystem_size_bytes", "mount"),
        legend: "size of {{mount}}",
        isLimit: true,
      },
    ],
  }),
];

const catchingUp: readonly AnyPanel[] = [
  graph({
    title: "What waits",
    description:
      "WAL that the upstream has not confirmed, and how long the oldest of it has waited. Both rise together while the link is cut. " +
      "Seconds rise and bytes do not: something small does not get through; look at the reason above.",
    width: 12,
    unit: "bytes",
    queries: [
      { expression: `max by (consumer) (${UNCONFIRMED})`, legend: "not confirmed by {{consumer}}" },
      {
        expression: 'max by (consumer) (tributary_link_lag_seconds{provider="$node"})',
        legend: "lag at {{consumer}}",
        unit: "s",
        isRight: true,
      },
    ],
  }),
  graph({
    title: "Written and drained",
    description:
      "How fast WAL is written here and how fast the upstream confirms it; while it drains faster, the seconds say when it will have caught up. " +
      "Drained stays below written for long: the line, or the upstream's disk, is too slow for this node.",
    width: 12,
    unit: "Bps",
    queries: [
      { expression: WRITTEN, legend: "written" },
      { expression: `clamp_min(${WRITTEN} - on (node) ${GROWTH}, 0)`, legend: "drained" },
      {
        expression: `max by (node) (${UNCONFIRMED}) / on (node) (-1 * ${GROWTH} > 0)`,
        legend: "caught up in",
        unit: "s",
        isRight: true,
      },
    ],
  }),
];

const inTheWay: readonly AnyPanel[] = [
  timeline({
    title: "Configuration",
    description:
      "Whether the node still allows what it has to do, by check. output_plugin_allowed and wal_level stop the link at the next reconnect. " +
      "tributary doctor --node has the statement that mends each.",
    width: 12,
    words: CHECK_WORDS,
    absent: "node out of reach",
    queries: [{ expression: 'min by (check) (tributary_node_config_ok{node="$node"})', legend: "{{check}}" }],
  }),
  stat({
    title: "What did not go through",
    description:
      "At the upstream: rows that could not be applied, commands that were refused, and messages in the name of nodes that are not below. " +
      "tributary parked shows the rows and why; tributary skip moves past commands, once it is known who sent them.",
    width: 4,
    unit: "none",
    steps: NONE_IS_GOOD,
    absent: "upstream out of reach",
    queries: notTaken('provider="$node"'),
  }),
  graph({
    title: "Errors, conflicts and tables",
    description:
      "Messages that could not be applied and conflicts, as the engine counts them, and tables by state. Errors at a steady rate are one row tried again and again: its reason is in the server's log at the upstream. " +
      "Tables stay long in copying: the first copy; tributary status has its share.",
    width: 8,
    unit: "none",
    queries: [...failed('provider="$node"'), tablesByState('provider="$node"')],
  }),
];

const beats: readonly AnyPanel[] = [
  graph({
    title: "Age of what others have",
    description:
      "How old this node's newest beat was at each node above it, and the budget. The distance between two lines is the link between the two: the widest is the one to mend.",
    width: 12,
    unit: "s",
    queries: [
      { expression: AGES, legend: "at {{observer}}" },
      {
        expression: own("tributary_node_staleness_budget_seconds"),
        legend: "staleness budget",
        isLimit: true,
      },
    ],
  }),
  graph({
    title: "Size of the database and its outboxes",
    description:
      "What the database takes, and what messages take that are kept for the upstream, by set. Outboxes are emptied once all is confirmed: one that grows waits for the link.",
    width: 9,
    unit: "bytes",
    queries: [
      { expression: own("tributary_database_size_bytes"), legend: "database" },
      { expression: own("tributary_outbox_bytes", "set"), legend: "outbox of {{set}}" },
    ],
  }),
  stat({
    title: "Restored from an older backup",
    description:
      "When a message showed that this node had gone back to an older backup: both ends differ, and part of what it sends is passed by. Run tributary apply within the day.",
    width: 3,
    unit: "dateTimeFromNow",
    absent: "not seen",
    steps: [["orange"]],
    queries: [
      {
        expression: '1000 * max(tributary_subscription_went_back_timestamp_seconds{provider="$node"})',
        legend: "went back",
      },
    ],
  }),
];

export const district: Board = {
  uid: UIDS.district,
  title: "Tributary / One node",
  description: "Is this node's data arriving, how long has it got, and what is in the way?",
  since: "now-6h",
  variables: [{ name: "node", label: "Node", series: "tributary_node_info", of: "node" }, ROOT],
  rows: [
    { title: "Is my data arriving?", height: 5, panels: arriving },
    { title: "How long have I got?", height: 5, panels: lasting },
    { title: "Room", height: 8, panels: room },
    { title: "Catching up", height: 8, panels: catchingUp },
    { title: "What is in the way", height: 9, panels: inTheWay },
    { title: "Beats and size", height: 8, panels: beats },
  ],
};
