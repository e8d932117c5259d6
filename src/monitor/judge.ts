/** How a link stands, from both of its ends: PostgreSQL itself calls a half-dead one replicating, and active. Pure. */
import type { SlotVitals, SubscriptionVitals, Vitals } from "../domain/vitals.ts";
import type { Link } from "../domain/topology.ts";
import { type NodeRecord, secondsOf } from "./record.ts";

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
  const { provider, subscriber, subscription } = ends;
  if (!subscriber.isUp || subscriber.vitals === undefined) return { state: "unknown" };
  const links = subscriber.vitals.links.filter((known) => known.provider === ends.link.provider.name);
  if (subscription === undefined || links.length === 0) return { state: "unknown", reason: "not_set_up" };
  const isLive = links.every(({ phase }) => phase === "live");
  // A first copy holds the stream.
  if (!subscription.isEnabled)
    return isLive ? { state: "disabled", reason: "disabled" } : { state: "initializing" };
  const fault = subscription.isWorking
    ? faultOfWorking(ends, subscription, at)
    : faultOfStopped(ends, subscriber.vitals, provider);
  if (fault !== undefined) return { state: "down", reason: fault };
  if (!isLive) return { state: "initializing" };
  if (!provider.isUp) return { state: "unknown", reason: "provider_unreachable" };
  return { state: ends.slot?.senderState === "catchup" ? "catchup" : "replicating" };
}

function faultOfStopped(
  { slot, link, subscription }: LinkEnds,
  subscriber: Vitals,
  provider: NodeRecord,
): DownReason {
  if (!provider.isUp || provider.vitals === undefined) return "provider_unreachable";
  if (slot === undefined) return "slot_missing";
  if (slot.walStatus === "lost") return "slot_lost";
  if (!allowsPlugin(provider.vitals, slot.plugin)) return "plugin_not_allowed";
  if (subscriber.links.some(({ refusals, provider: name }) => name === link.provider.name && refusals > 0))
    return "command_refused";
  if (slot.isActive && slot.sender !== subscription?.name) return "slot_in_use";
  return "apply_error";
}

/** The worker says that all is well. Does its provider say so, too, and does anything arrive? */
function faultOfWorking(
  ends: LinkEnds,
  subscription: SubscriptionVitals,
  at: number,
): DownReason | undefined {
  const { provider, subscriber, slot } = ends;
  if (!provider.isUp || provider.vitals === undefined) return undefined;
  if (slot === undefined) return "slot_missing";
  if (slot.walStatus === "lost") return "slot_lost";
  const timeout = secondsOf(provider.vitals.settings["wal_sender_timeout"]) ?? DEFAULT_SENDER_TIMEOUT_SECONDS;
  const isLong = (since: number | undefined): boolean => since !== undefined && at - since > 2 * timeout;
  if (!isLong(subscriber.subscriptions.get(subscription.name)?.lastProgressAt)) return undefined;
  const isStarting = subscription.startedAt !== undefined && at - subscription.startedAt < START_SECONDS;
  if (!slot.isActive) return isStarting ? undefined : "half_open";
  const isPending =
    (slot.unconfirmedBytes ?? 0) > 0 && isLong(provider.slots.get(slot.name)?.confirmedChangedAt);
  // The provider's clock tells both: how it is set does not matter.
  const { now } = provider.vitals;
  const isSilent = now - (slot.repliedAt ?? now) > 2 * timeout;
  return isPending && isSilent ? "half_open" : undefined;
}

/** Servers that do not list output plugins allow them all. */
export function allowsPlugin({ settings }: Vitals, plugin: string | undefined): boolean {
  const listed = settings["output_plugin_libraries"];
  if (listed === undefined || plugin === undefined) return true;
  const names = listed.split(",").map((name) => name.trim().replaceAll('"', ""));
  return names.includes(plugin) || names.includes("*");
}
