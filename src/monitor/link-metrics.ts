/** What is exported of links, from both of their ends, and of the beats that pass them. */
import type { Verdict } from "../domain/verification.ts";
import type { VerifiedVitals } from "../domain/vitals.ts";
import { LINK_STATES } from "./judge.ts";
import type { LinkView } from "./picture.ts";
import { type Metric, flag, heartbeat, link, oneOf, slot, some, subscription, windows } from "./metric.ts";

export const VERIFY_KINDS = ["missing", "extra", "different", "parked", "unsettled"] as const;
const WAL_STATES = ["reserved", "extended", "unreserved", "lost"] as const;

export const LINK_METRICS: readonly Metric[] = [
  slot("tributary_slot_present", "1 when the slot that should be there is.", ({ isSlotPresent }) =>
    flag(isSlotPresent),
  ),
  slot("tributary_slot_active", "1 when somebody reads the slot.", ({ slot: found }) =>
    flag(found?.isActive),
  ),
  slot(
    "tributary_slot_wal_status",
    "1 for what PostgreSQL says of the slot's WAL. lost stays while the node is dark.",
    ({ slot: found, slotRecord }) => {
      const status = found?.walStatus ?? (slotRecord?.isLost === true ? "lost" : undefined);
      return status === undefined ? [] : oneOf(WAL_STATES, status);
    },
    ["status"],
  ),
  slot("tributary_slot_retained_bytes", "WAL that the server keeps for the slot.", ({ slot: found }) =>
    some(found?.retainedBytes),
  ),
  slot("tributary_slot_unconfirmed_bytes", "WAL that the consumer has not confirmed.", ({ slot: found }) =>
    some(found?.unconfirmedBytes),
  ),
  slot(
    "tributary_slot_safe_bytes",
    "WAL that may still be written until the slot can be lost; below zero: at the next checkpoint.",
    ({ slot: found }) => some(found?.safeBytes),
  ),
  slot(
    "tributary_slot_predicted_loss_timestamp_seconds",
    "When the slot will be lost at the rate of the window; +Inf: not as things are. Stays while the node is dark.",
    ({ loss }) => windows(loss),
    ["window"],
  ),
  slot(
    "tributary_slot_oldest_unconfirmed_timestamp_seconds",
    "When the oldest that is not confirmed was written; now when nothing is pending. Stays while the node is dark.",
    ({ slotRecord }) => some(slotRecord?.oldestUnconfirmedAt),
  ),
  slot(
    "tributary_slot_inactive_since_timestamp_seconds",
    "Since when nobody reads the slot.",
    ({ slotRecord }) => some(slotRecord?.inactiveSince),
  ),
  slot(
    "tributary_slot_catalog_xmin_age",
    "Transactions that the slot keeps catalog rows for.",
    ({ slot: found }) => some(found?.catalogXminAge),
  ),
  slot("tributary_slot_decoded_bytes_total", "What the slot's sender has decoded.", ({ slot: found }) =>
    some(found?.decodedBytes),
  ),
  slot("tributary_slot_spilled_bytes_total", "What of that went through the disk.", ({ slot: found }) =>
    some(found?.spilledBytes),
  ),

  subscription(
    "tributary_subscription_present",
    "1 when the subscription that should be there is.",
    ({ isSubscriptionPresent }) => flag(isSubscriptionPresent),
  ),
  subscription(
    "tributary_subscription_enabled",
    "1 when the subscription is enabled.",
    ({ subscription: found }) => flag(found?.isEnabled),
  ),
  subscription(
    "tributary_subscription_worker_up",
    "1 when the subscription's worker is there.",
    ({ subscription: found }) => flag(found?.isWorking),
  ),
  subscription(
    "tributary_subscription_state",
    "1 for the state of the link, judged from both of its ends.",
    ({ state, subscription: found }) => (found === undefined ? [] : oneOf(LINK_STATES, state)),
    ["state"],
  ),
  subscription(
    "tributary_subscription_down_reason",
    "1 for why the link does not carry.",
    ({ reason }) => (reason === undefined ? [] : [[[reason], 1]]),
    ["reason"],
  ),
  subscription(
    "tributary_subscription_applied_position_bytes",
    "The provider's WAL position up to which everything has been applied.",
    ({ subscription: found }) => some(found?.received),
  ),
  subscription(
    "tributary_subscription_last_progress_timestamp_seconds",
    "When that last moved. Stays while the node is dark.",
    ({ progress }) => some(progress?.lastProgressAt),
  ),
  subscription(
    "tributary_subscription_apply_errors_total",
    "Messages that could not be applied, as far as the engine counts them; of pglogical: attempts, as they are seen.",
    ({ progress }) => some(progress?.applyErrors),
  ),
  subscription(
    "tributary_subscription_conflicts_total",
    "Conflicts, by type, where the engine counts them.",
    ({ subscription: found }) =>
      Object.entries(found?.conflicts ?? {}).map(([type, count]) => [[type], count]),
    ["type"],
  ),
  subscription(
    "tributary_subscription_tables",
    "Tables of the link's sets, by state.",
    ({ tables, subscription: found }) =>
      found === undefined ? [] : Object.entries(tables).map(([state, count]) => [[state], count]),
    ["state"],
  ),
  subscription(
    "tributary_subscription_first_copy_progress_timestamp_seconds",
    "When the first copy last got on; absent when there is none under way.",
    ({ firstCopyProgressAt }) => some(firstCopyProgressAt),
  ),
  subscription(
    "tributary_subscription_parked_rows",
    "Rows that came over the link and could not be applied.",
    ({ parkedRows, subscription: found }) => (found === undefined ? [] : some(parkedRows)),
  ),
  subscription(
    "tributary_subscription_parked_since_timestamp_seconds",
    "Since when the oldest of them waits.",
    ({ parkedSince }) => some(parkedSince),
  ),
  subscription(
    "tributary_subscription_refused_commands",
    "How often the stream was stopped at a command from below since it last moved on.",
    ({ refusals, subscription: found }) => (found === undefined ? [] : some(refusals)),
  ),
  subscription(
    "tributary_subscription_impostures",
    "Messages of the last days in the name of nodes that are not below; they were not taken.",
    ({ impostures, subscription: found }) => (found === undefined ? [] : some(impostures)),
  ),
  subscription(
    "tributary_subscription_went_back_timestamp_seconds",
    "When a message showed that the provider was restored from an older backup.",
    ({ wentBackAt }) => some(wentBackAt),
  ),
  link(
    "tributary_link_lag_seconds",
    "How long the oldest has waited that is not confirmed; 0 when nothing waits. Grows while the link is cut.",
    ({ lagSeconds }) => some(lagSeconds),
  ),

  link(
    "tributary_verify_last_timestamp_seconds",
    "When both ends were last compared: the table that waits longest; one that never was counts from its first copy. Absent where nobody compares. Stays while the node is dark.",
    (view) => some(comparedOf(view)?.lastAt),
  ),
  link(
    "tributary_verify_uncompared_tables",
    "Tables that travel over the link and were never compared. Absent where nobody compares.",
    (view) => {
      const verified = comparedOf(view);
      return verified === undefined ? [] : some(verified.tables - verified.compared);
    },
  ),
  link(
    "tributary_verify_equal",
    "1 when both ends were found equal at the last comparison, 0 when they differed; absent when that is not known. Stays while the node is dark.",
    ({ verified }) => (isKnown(verified?.verdict) ? flag(verified?.verdict === "equal") : []),
  ),
  link(
    "tributary_verify_rows",
    "Rows that the last comparison found not alike at both ends, by kind; absent where both are equal. Stays while the node is dark.",
    // Five series that are zero on each of five hundred links would tell nobody anything.
    ({ verified }) =>
      verified === undefined || verified.compared === 0 || verified.verdict === "equal"
        ? []
        : VERIFY_KINDS.map((kind) => [[kind], verified[kind]]),
    ["kind"],
  ),
  link(
    "tributary_verify_duration_seconds",
    "How long the last comparison of all tables took.",
    ({ verified }) => (verified === undefined || verified.compared === 0 ? [] : some(verified.seconds)),
  ),
  link(
    "tributary_verify_interval_seconds",
    "How often this monitor compares both ends, at the least; absent where it does not.",
    ({ verifyIntervalSeconds }) => some(verifyIntervalSeconds),
  ),
];

/** Where nobody compares, and nobody is to, there is nothing to say. */
const comparedOf = ({ verified, verifyIntervalSeconds }: LinkView): VerifiedVitals | undefined =>
  verified === undefined || (verified.compared === 0 && verifyIntervalSeconds === undefined)
    ? undefined
    : verified;

const isKnown = (verdict: Verdict | undefined): boolean => verdict === "equal" || verdict === "different";

export const HEARTBEAT_METRICS: readonly Metric[] = [
  heartbeat(
    "tributary_heartbeat_sent_timestamp_seconds",
    "When the newest beat of origin that observer has was written.",
    ({ sentAt }) => some(sentAt),
  ),
  heartbeat("tributary_heartbeat_sequence", "Number of that beat's message.", ({ number }) => some(number)),
  heartbeat(
    "tributary_heartbeat_reported_fs_avail_bytes",
    "What was free at origin then, by mount.",
    ({ vitals }) => (vitals.mounts ?? []).map(({ mount, availBytes }) => [[mount], availBytes]),
    ["mount"],
  ),
  heartbeat(
    "tributary_heartbeat_reported_fs_size_bytes",
    "Size of the file system at origin then, by mount.",
    ({ vitals }) => (vitals.mounts ?? []).map(({ mount, sizeBytes }) => [[mount], sizeBytes]),
    ["mount"],
  ),
  heartbeat(
    "tributary_heartbeat_reported_slot_retained_bytes",
    "WAL that origin kept for its slots then.",
    ({ vitals }) => some(vitals.retainedBytes),
  ),
];
