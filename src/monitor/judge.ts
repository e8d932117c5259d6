/** How a link stands, from both of its ends: PostgreSQL itself calls a half-dead one replicating, and active. Pure. */
import type { LinkVitals, SlotVitals, SubscriptionVitals, Vitals } from "../domain/vitals.ts";
import type { Link } from "../domain/topology.ts";
import type { NodeRecord } from "./record.ts";
import { secondsOf } from "./slot-record.ts";

export const LINK_STATES = ["replicating", "catchup", "initializing", "disabled", "down", "unknown"] as const;
export type LinkStatus = (typeof LINK_STATES)[number];

export const DOWN_REASONS = [
  "disabled",
  "provider_unreachable",
  "slot_missing",
  "slot_lost",
  "slot_in_use",
  "plugin_not_allowed",
  "command_refused",
  "apply_error",
  "half_open",
  "not_set_up",
] as const;
export type DownReason = (typeof DOWN_REASONS)[number];

export interface Verdict {
  readonly state: LinkStatus;
  readonly reason?: DownReason;
}

export interface LinkEnds {
  readonly link: Link;
  readonly provider: NodeRecord;
  readonly subscriber: NodeRecord;
  readonly subscription: SubscriptionVitals | undefined;
  readonly slot: SlotVitals | undefined;
}

/** A worker that has just been started may take so long until its provider has noticed. */
const START_SECONDS = 30;
const DEFAULT_SENDER_TIMEOUT_SECONDS = 60;

/** The link's state, and why it is not replicating; the first that applies. */
export function judge(ends: LinkEnds, at: number): Verdict {
  const { subscriber, subscription, link } = ends;
  if (!subscriber.isUp) return { state: "unknown" };
  const known = subscriber.vitals?.links.filter(({ provider }) => provider === link.provider.name) ?? [];
  if (subscription === undefined || known.length === 0) return { state: "unknown", reason: "not_set_up" };
  return judgeStream(ends, subscription, known, at);
}

function judgeStream(
  ends: LinkEnds,
  subscription: SubscriptionVitals,
  known: readonly LinkVitals[],
  at: number,
): Verdict {
  const isLive = known.every(({ phase }) => phase === "live");
  // A first copy holds the stream.
  if (!subscription.isEnabled)
    return isLive ? { state: "disabled", reason: "disabled" } : { state: "initializing" };
  const isRefused = known.some(({ refusals }) => refusals > 0);
  const fault = faultOf(ends, subscription, at);
  // The guard is why it cannot be applied, whether or not a worker is trying again just now.
  if (isRefused && (fault === undefined || fault === "apply_error"))
    return { state: "down", reason: "command_refused" };
  if (fault !== undefined) return { state: "down", reason: fault };
  return isLive ? carrying(ends) : { state: "initializing" };
}

function carrying({ provider, slot }: LinkEnds): Verdict {
  if (!provider.isUp) return { state: "unknown", reason: "provider_unreachable" };
  return { state: slot?.senderState === "catchup" ? "catchup" : "replicating" };
}

function faultOf(ends: LinkEnds, subscription: SubscriptionVitals, at: number): DownReason | undefined {
  const { slot } = ends;
  const provider = ends.provider.isUp ? ends.provider.vitals : undefined;
  // What its worker says cannot be compared with anything.
  if (provider === undefined) return subscription.isWorking ? undefined : "provider_unreachable";
  if (slot === undefined) return "slot_missing";
  if (slot.walStatus === "lost") return "slot_lost";
  if (subscription.isWorking)
    return isHalfOpen(ends, { slot, subscription, provider }, at) ? "half_open" : undefined;
  if (!allowsPlugin(provider, slot.plugin)) return "plugin_not_allowed";
  return slot.isActive && slot.sender !== subscription.name ? "slot_in_use" : "apply_error";
}

interface BothEnds {
  readonly slot: SlotVitals;
  readonly subscription: SubscriptionVitals;
  readonly provider: Vitals;
}

/** The worker says that all is well. Does its provider say so, too, and does anything arrive? */
function isHalfOpen(ends: LinkEnds, { slot, subscription, provider }: BothEnds, at: number): boolean {
  const timeout = secondsOf(provider.settings["wal_sender_timeout"]) ?? DEFAULT_SENDER_TIMEOUT_SECONDS;
  const isLong = (since = at): boolean => at - since > 2 * timeout;
  if (!isLong(ends.subscriber.subscriptions.get(subscription.name)?.lastProgressAt)) return false;
  if (!slot.isActive) return at - (subscription.startedAt ?? 0) > START_SECONDS;
  const hasPending = (slot.unconfirmedBytes ?? 0) > 0;
  // The provider's clock tells both: how it is set does not matter.
  const isSilent = provider.now - (slot.repliedAt ?? provider.now) > 2 * timeout;
  return hasPending && isSilent && isLong(ends.provider.slots.get(slot.name)?.confirmedChangedAt);
}

/** Servers that do not list output plugins allow them all. */
export function allowsPlugin({ settings }: Vitals, plugin: string | undefined): boolean {
  const listed = settings["output_plugin_libraries"];
  if (listed === undefined || plugin === undefined) return true;
  const names = listed.split(",").map((name) => name.trim().replaceAll('"', ""));
  return names.includes(plugin) || names.includes("*");
}
