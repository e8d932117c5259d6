/** One link, both of its ends on one axis of time: which end changed first? */
import { type Board, UIDS, linkTo } from "./board.ts";
import {
  comparedAgo,
  differingRows,
  lossIn,
  reasonNumber,
  stateNumber,
  walStatusNumber,
} from "./expressions.ts";
import { type AnyPanel, graph, stat, timeline } from "./panels.ts";
import { failed, notTaken, tablesByState } from "./queries.ts";
import {
  EQUAL_WORDS,
  NEVER_SECONDS,
  REASON_NUMBERS,
  SOME_IS_ODD,
  STATE_NUMBERS,
  WAL_NUMBERS,
  YES_NO,
} from "./words.ts";

/** Of the provider's end, and of the subscriber's. */
const SLOT = 'node="$provider",consumer="$consumer"';
const SUBSCRIPTION = 'node="$consumer",provider="$provider"';
const LINK = 'provider="$provider",consumer="$consumer"';

const ends: readonly AnyPanel[] = [
  timeline({
    title: "Both ends",
    description:
      "The verdict and what it is made of: who was in reach, whether somebody read the slot, what PostgreSQL said of its WAL, whether the worker was there. " +
      "What changed first is the cause: read from the left. Both ends say yes and nothing moves below: the line is half dead; tributary apply connects anew.",
    width: 24,
    link: { title: "The provider", url: linkTo(UIDS.district, "var-node=${provider}") },
    queries: [
      { expression: stateNumber(SUBSCRIPTION), legend: "the link", words: STATE_NUMBERS },
      { expression: reasonNumber(SUBSCRIPTION), legend: "in its way", words: REASON_NUMBERS },
      ...yesNo('tributary_node_up{node="$provider"}', "$provider in reach"),
      ...yesNo(`tributary_slot_present{${SLOT}}`, "$provider: slot there"),
      ...yesNo(`tributary_slot_active{${SLOT}}`, "$provider: slot read"),
      { expression: walStatusNumber(SLOT), legend: "$provider: slot's WAL", words: WAL_NUMBERS },
      ...yesNo('tributary_node_up{node="$consumer"}', "$consumer in reach"),
      ...yesNo(`tributary_subscription_present{${SUBSCRIPTION}}`, "$consumer: subscription there"),
      ...yesNo(`tributary_subscription_enabled{${SUBSCRIPTION}}`, "$consumer: enabled"),
      ...yesNo(`tributary_subscription_worker_up{${SUBSCRIPTION}}`, "$consumer: worker there"),
    ],
  }),
];

function yesNo(series: string, legend: string) {
  return [{ expression: `max(${series})`, legend, words: YES_NO }];
}

const flow: readonly AnyPanel[] = [
  graph({
    title: "Written below, applied above",
    description:
      "How fast the provider writes WAL, how fast its sender decodes it, and how fast the subscriber's position moves. " +
      "Decoded and not applied: look at the subscriber, for locks and errors. Written and not decoded: look at the slot and the line. " +
      "The position moves only with what is sent over the link.",
    width: 12,
    unit: "Bps",
    queries: [
      {
        expression: 'max(rate(tributary_wal_written_bytes_total{node="$provider"}[$__rate_interval]))',
        legend: "$provider: written",
      },
      {
        expression: `max(rate(tributary_slot_decoded_bytes_total{${SLOT}}[$__rate_interval]))`,
        legend: "$provider: decoded",
      },
      {
        expression: `max(rate(tributary_slot_spilled_bytes_total{${SLOT}}[$__rate_interval]))`,
        legend: "$provider: spilled to disk",
      },
      {
        expression: `clamp_min(max(deriv(tributary_subscription_applied_position_bytes{${SUBSCRIPTION}}[$__rate_interval])), 0)`,
        legend: "$consumer: applied",
      },
    ],
  }),
  graph({
    title: "What waits at the provider",
    description:
      "WAL that is kept for the slot, WAL that the subscriber has not confirmed, and where PostgreSQL gives the slot up. " +
      "Kept grows and not confirmed does not: one long transaction at the provider holds the slot; find it in pg_stat_activity.",
    width: 12,
    unit: "bytes",
    queries: [
      { expression: `max(tributary_slot_retained_bytes{${SLOT}})`, legend: "kept" },
      { expression: `max(tributary_slot_unconfirmed_bytes{${SLOT}})`, legend: "not confirmed" },
      {
        expression: `max(tributary_slot_retained_bytes{${SLOT}} + tributary_slot_safe_bytes{${SLOT}})`,
        legend: "limit",
        isLimit: true,
      },
    ],
  }),
  graph({
    title: "How late",
    description:
      "How long the oldest has waited at the provider, since when the subscriber's position has not moved, and the age of the provider's newest beat there. " +
      "Position and beat age rise while lag is none: beats are not written; is there a monitor that may write at the provider?",
    width: 12,
    unit: "s",
    queries: [
      { expression: `max(tributary_link_lag_seconds{${LINK}})`, legend: "lag" },
      {
        expression: `time() - max(tributary_subscription_last_progress_timestamp_seconds{${SUBSCRIPTION}})`,
        legend: "$consumer: position has not moved for",
      },
      {
        expression:
          'clamp_min(time() - max(tributary_heartbeat_sent_timestamp_seconds{origin="$provider",observer="$consumer"}), 0)',
        legend: "$consumer: age of the newest beat",
      },
      {
        expression: `time() - min(tributary_slot_inactive_since_timestamp_seconds{${SLOT}})`,
        legend: "$provider: slot not read for",
      },
    ],
  }),
  graph({
    title: "How much longer",
    description:
      "How long until the slot is lost, at the rate of the last six hours and of the last day; no line: no end in sight. " +
      "It falls by an hour each hour: nothing has changed. It falls faster: more is written. At zero the link has to be started anew: tributary apply.",
    width: 12,
    unit: "s",
    queries: [
      {
        expression: `${lossIn("window", SLOT)} < ${NEVER_SECONDS}`,
        legend: "at the rate of {{window}}",
      },
    ],
  }),
];

const refused: readonly AnyPanel[] = [
  graph({
    title: "What did not go through",
    description:
      "Rows that wait because they could not be applied, commands and messages that were refused, errors and conflicts as the engine counts them. " +
      "tributary parked shows rows and why they wait; tributary skip moves past refused commands.",
    width: 8,
    unit: "none",
    queries: [...notTaken(SUBSCRIPTION), ...failed(SUBSCRIPTION)],
  }),
  graph({
    title: "Tables and the oldest parked row",
    description:
      "Tables of the link's sets, by state, and how long the oldest parked row has waited. Copying for hours: the first copy is slow, or stopped; tributary apply goes on with it. " +
      "A row that waits for days needs a person: tributary parked.",
    width: 8,
    unit: "none",
    queries: [
      tablesByState(SUBSCRIPTION),
      {
        expression: `time() - min(tributary_subscription_parked_since_timestamp_seconds{${SUBSCRIPTION}})`,
        legend: "oldest parked row",
        unit: "s",
        isRight: true,
      },
    ],
  }),
  graph({
    title: "Clocks and old rows",
    description:
      "How far the clocks of both ends are from the monitor's, which makes ages look wrong, and how many transactions the slot keeps catalog rows for. " +
      "A clock off by more than seconds: mend its time service. Hundreds of millions of transactions: the provider's catalog bloats; bring the link back or drop the slot.",
    width: 8,
    unit: "s",
    queries: [
      {
        expression: 'max by (node) (tributary_node_clock_skew_seconds{node=~"$provider|$consumer"})',
        legend: "{{node}}: clock",
      },
      {
        expression: `max(tributary_slot_catalog_xmin_age{${SLOT}})`,
        legend: "$provider: transactions held",
        unit: "short",
        isRight: true,
      },
    ],
  }),
];

const compared: readonly AnyPanel[] = [
  graph({
    title: "Both ends compared",
    description:
      "How long ago both ends were compared row by row, whoever did it, and how many rows were not alike then. A saw is right: it falls with each comparison. " +
      "It only rises: the monitor's log says why. Rows that differ: tributary verify lists them.",
    width: 16,
    unit: "s",
    queries: [
      { expression: comparedAgo(LINK), legend: "compared so long ago" },
      { expression: differingRows(LINK), legend: "rows that differ", unit: "none", isRight: true },
      {
        expression: `2 * max(tributary_verify_interval_seconds{${LINK}}) + 86400`,
        legend: "limit",
        isLimit: true,
      },
    ],
  }),
  stat({
    title: "The last comparison",
    description:
      "What the last comparison of the link's tables found, how many of them never were compared, and how long that took. Different: tributary verify lists the rows, and which columns differ.",
    width: 8,
    unit: "none",
    absent: "nobody has compared",
    queries: [
      { expression: `min(tributary_verify_equal{${LINK}})`, legend: "both ends", words: EQUAL_WORDS },
      {
        expression: `max(tributary_verify_uncompared_tables{${LINK}})`,
        legend: "tables never compared",
        steps: SOME_IS_ODD,
      },
      { expression: `max(tributary_verify_duration_seconds{${LINK}})`, legend: "took", unit: "s" },
    ],
  }),
];

export const link: Board = {
  uid: UIDS.link,
  title: "Tributary / One link",
  description: "Both ends of one link on one axis of time: which of them changed first?",
  since: "now-6h",
  variables: [
    { name: "provider", label: "Provider", series: 'tributary_node_info{parent!=""}', of: "node" },
    {
      name: "consumer",
      label: "Subscriber",
      series: 'tributary_node_info{node="$provider"}',
      of: "parent",
    },
  ],
  rows: [
    { height: 11, panels: ends },
    { title: "What flows, and what waits", height: 9, panels: flow },
    { title: "What is in the way", height: 9, panels: refused },
    { title: "Is it all there?", height: 8, panels: compared },
  ],
};
