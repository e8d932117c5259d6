/**
 * PromQL that several panels share. Two monitors may see one node, so whatever is joined is first made one series for each
 * node. `$job` keeps several trees apart that one Prometheus knows: `scoped` adds it, so it is not written here.
 */
import { DOWN_REASONS, LINK_STATES } from "../../src/monitor/judge.ts";
import { NEVER_SECONDS, UNKNOWN_SECONDS, WAL_STATES } from "./words.ts";

/** Adds the tree's own label to every series of the monitor. */
export const scoped = (expression: string): string =>
  expression.replaceAll(
    /\b(tributary_\w+)(?:\{([^}]*)\})?/gu,
    (_, name: string, matchers = "") => `${name}{job="$job"${matchers === "" ? "" : `,${matchers}`}}`,
  );

/** A word out of several, which a label holds, as its number: Grafana has words and colours for numbers. */
function ordinal(metric: string, label: string, values: readonly string[], by: string, matcher: string) {
  const numbers = values.map((value, index) => `${index + 1} * ${metric}{${label}="${value}",${matcher}}`);
  return `max by (${by}) (${numbers.join(" or ")})`;
}

export const stateNumber = (matcher: string): string =>
  ordinal("tributary_subscription_state", "state", LINK_STATES, "provider", matcher);

/** 0: the link is known, and nothing is in its way. */
export const reasonNumber = (matcher: string): string =>
  `${ordinal("tributary_subscription_down_reason", "reason", DOWN_REASONS, "provider", matcher)} or ` +
  `0 * max by (provider) (tributary_subscription_state{${matcher}})`;

export const walStatusNumber = (matcher: string): string =>
  ordinal("tributary_slot_wal_status", "status", WAL_STATES, "node", matcher);

/** What another label says of a node, by node. */
export const byNode = (expression: string, label: string, more = ""): string =>
  `max by (node${more}) (label_replace(${expression}, "node", "$1", "${label}", "(.+)"))`;

/** The nodes that are looked at, and those of them that send: all but the root. */
export const CHOSEN = 'max by (node) (tributary_node_info{tier=~"$tier"})';
const SENDERS = 'max by (node) (tributary_node_info{parent!="",tier=~"$tier"})';
export const SENDERS_BY_PARENT = 'max by (node, parent) (tributary_node_info{parent!="",tier=~"$tier"})';

/** How old what the root has of each node is. */
export const AGE_AT_ROOT = byNode(
  'clamp_min(time() - tributary_heartbeat_sent_timestamp_seconds{observer="$root"}, 0)',
  "origin",
);

/** 1 or 0 for each node that sends; nothing while nobody sees the root, which alone could tell. A node that never beat is stale. */
export const FRESH_AT_ROOT =
  `((${AGE_AT_ROOT} <= bool on (node) max by (node) (tributary_node_staleness_budget_seconds) and on (node) ${SENDERS}) or ` +
  `(0 * ${SENDERS} and on () tributary_node_up{node="$root"} == 1))`;

/** When a node was last seen, or last beat: whichever is later. */
export const LAST_SIGN =
  "max by (node) (tributary_node_last_success_timestamp_seconds or " +
  'label_replace(tributary_heartbeat_sent_timestamp_seconds, "node", "$1", "origin", "(.+)"))';

/** 0: in reach, 1: out of reach, 2: and without a sign of life for longer than the node's budget, or ever since. */
export const REACH =
  `((1 - max by (node) (tributary_node_up)) + on (node) ((1 - max by (node) (tributary_node_up)) * on (node) ` +
  `(time() - ${LAST_SIGN} > bool on (node) max by (node) (tributary_node_offline_budget_seconds))) or ` +
  "(2 - max by (node) (tributary_node_up)))";

/** Nobody expects anything of a node that is out of reach within its budget. */
export const FRESH = `(${FRESH_AT_ROOT} unless on (node) ${REACH} == 1)`;

const LOSS = "tributary_slot_predicted_loss_timestamp_seconds";
const FULL = "tributary_filesystem_predicted_full_timestamp_seconds";

/** Seconds until the forecast of a slot's loss or a disk's end, whichever of its windows has it sooner. */
const secondsUntil = (moment: string): string => `clamp(${moment} - time(), 0, ${NEVER_SECONDS})`;
export const lossIn = (by: string, matcher: string): string =>
  secondsUntil(`min by (${by}) (${LOSS}{${matcher}})`);
export const fullIn = (by: string, matcher: string): string =>
  secondsUntil(`min by (${by}) (${FULL}{${matcher}})`);

/** The sooner of both, with what it is in the label `first`. */
export const TIME_LEFT = `(${secondsUntil(
  `bottomk by (node) (1, label_replace(min by (node) (${LOSS}), "first", "slot", "", "") or ` +
    `label_replace(min by (node) (${FULL}), "first", "disk", "", ""))`,
)} and on (node) ${CHOSEN}) or on (node) ${UNKNOWN_SECONDS} * ${CHOSEN}`;

/** Slots that were lost: their forecast is of the past. */
export const LOST = 'max by (node, consumer) (tributary_slot_wal_status{status="lost"}) == 1';

/** Of each link: seconds since both ends were compared, and how many rows were not alike then. */
export const comparedAgo = (matcher: string): string =>
  `time() - max by (provider, consumer) (tributary_verify_last_timestamp_seconds{${matcher}})`;
export const differingRows = (matcher: string): string => {
  const counts = `max by (provider, consumer, kind) (tributary_verify_rows{kind!="unsettled"${matcher === "" ? "" : `,${matcher}`}})`;
  // Of equal ends there are no counts.
  return `sum by (provider, consumer) (${counts}) or max by (provider, consumer) (tributary_verify_equal{${matcher}} - 1)`;
};
