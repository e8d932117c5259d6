/** What `status` tells: every node and every link, from the state and from what arrived at each subscriber. */
import { damagesOf } from "../domain/damage.ts";
import { operatorRole, subscriptionName } from "../domain/names.ts";
import {
  type Imposture,
  type LinkState,
  reachable,
  type ReachableNode,
  type SlotState,
  type State,
  type SubscriptionState,
  type SubscriptionStatus,
} from "../domain/state.ts";
import { enginesAt, linksUpward, subtreeOf, type Link, type Topology } from "../domain/topology.ts";
import { gapPhrase, leakPhrase, takenPhrase } from "../plan/gaps.ts";
import { inUse } from "../plan/link-state.ts";
import { type Arrived, judge } from "./link-verdict.ts";
import type { ParkedGroup } from "./parked-rows.ts";

/** What came to a subscriber from one node below it, at whatever distance. */
export interface Arrival {
  readonly node: string;
  /** Since the last message. Absent: none ever came. */
  readonly secondsAgo?: number;
  readonly parkedRows: number;
  /** Why the newest of the parked rows could not be applied. */
  readonly reason?: string;
}

export interface NodeReport {
  readonly name: string;
  readonly tier: string;
  readonly reachable: boolean;
  readonly serverVersion: string | null;
  readonly engine: string | null;
  /** What the messages that are kept here take on disk. Absent: not known. */
  readonly outboxBytes?: number;
  readonly error?: string;
  /** What to do about it. */
  readonly hint?: string;
}

export interface LinkReport {
  readonly name: string;
  readonly provider: string;
  readonly subscriber: string;
  readonly sets: readonly string[];
  readonly state: SubscriptionStatus;
  readonly lagBytes: number | null;
  /** Null as long as it cannot be told right: behind, but nobody knows since when. */
  readonly lagSeconds: number | null;
  readonly retainedWalBytes: number | null;
  readonly slot: string | null;
  /** How often the guard has stopped the stream since it last moved on. */
  readonly refusals: number;
  readonly parkedRows: number;
  /** Why rows are parked, where anything is known of it. */
  readonly parked?: readonly ParkedGroup[];
  /** Since the last message from below arrived. */
  readonly lastMessageSecondsAgo: number | null;
  readonly error?: string;
  /** What to do about it. */
  readonly hint?: string;
}

export interface StatusReport {
  readonly project: string;
  readonly healthy: boolean;
  readonly nodes: readonly NodeReport[];
  readonly subscriptions: readonly LinkReport[];
}

/** What was asked besides the state, by node. */
export interface Findings {
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>;
  readonly parked?: ReadonlyMap<string, readonly ParkedGroup[]>;
  readonly outboxBytes?: ReadonlyMap<string, number>;
}

/** Puts the report together. */
export function reportStatus(
  topology: Topology,
  state: State,
  { arrivals, parked, outboxBytes }: Findings,
): StatusReport {
  const nodes = topology.nodes.map(({ name, tier }) => {
    const size = outboxBytes?.get(name);
    return {
      ...nodeReport(topology, state, name, tier),
      ...(size === undefined ? {} : { outboxBytes: size }),
    };
  });
  const subscriptions = linksUpward(topology).map((link) => {
    const { name } = link.subscriber;
    return linkReport(
      topology,
      state,
      link,
      sumUp(topology, link, arrivals.get(name) ?? [], parked?.get(name) ?? []),
    );
  });
  const healthy =
    nodes.every((node) => node.error === undefined) &&
    subscriptions.every((link) => link.error === undefined && link.state === "replicating");
  return { project: topology.project, healthy, nodes, subscriptions };
}

function nodeReport(topology: Topology, state: State, name: string, tier: string): NodeReport {
  const found = state.nodes.find((node) => node.name === name);
  if (found?.reachable !== true) {
    const { error = "it was not observed", fix: hint } = found ?? {};
    const unknown = { reachable: false, serverVersion: null, engine: null } as const;
    return { name, tier, ...unknown, error, ...(hint === undefined ? {} : { hint }) };
  }
  const kinds = enginesAt(topology, name).flatMap((kind) => {
    const version = found.server.installedExtensions[kind];
    if (kind === "native") return [kind];
    return version === undefined ? [] : [`${kind} ${version}`];
  });
  const [damage, ...others] = damagesOf(found.tributary);
  const unseen = (found.unseen ?? []).filter((part) => part !== "addresses");
  const more = others.length === 0 ? "" : ` (and ${others.length} more: tributary doctor)`;
  return {
    name,
    tier,
    reachable: true,
    serverVersion: found.server.version,
    engine: kinds.length === 0 ? null : kinds.join(" and "),
    ...(unseen.length === 0 ? {} : { error: notSeen(topology, found) }),
    ...(damage === undefined
      ? {}
      : { error: `${damage.what}; ${damage.effect}${more}. ${damage.fix ?? "Run tributary apply."}` }),
  };
}

/** What cannot be seen is not taken for well. */
const notSeen = ({ project }: Topology, { server }: ReachableNode): string =>
  `not seen: its subscriptions; for that user "${server.user}" needs to be a member of ${operatorRole(project)}.`;

function linkReport(topology: Topology, state: State, link: Link, arrived: Arrived): LinkReport {
  const name = subscriptionName(topology.project, link.provider.name);
  const subscriber = reachable(state, link.subscriber.name);
  const provider = reachable(state, link.provider.name);
  const subscription = streamOf(name, link, subscriber);
  const slot = provider?.slots.find((found) => found.name === subscription?.slot);
  const known = subscriber?.tributary?.links.filter((found) => found.provider === link.provider.name) ?? [];
  const refusals = Math.max(0, ...known.map((found) => found.refusals));
  const { state: how, ...trouble } = judge({
    link,
    subscriber,
    provider,
    stream: subscription,
    hasSlot: slot !== undefined && slot.walStatus !== "lost",
    isLive: isLive(known),
    refusals,
    impostures: imposturesOf(subscriber, link.provider.name),
    gap: gapOf(topology.project, subscriber, provider, subscription, known),
    arrived,
  });
  return {
    name,
    provider: link.provider.name,
    subscriber: link.subscriber.name,
    sets: known.map((found) => found.set),
    state: how,
    ...flowOf(slot),
    slot: subscription?.slot ?? null,
    refusals,
    parkedRows: arrived.parkedRows,
    ...(arrived.parked.length === 0 ? {} : { parked: arrived.parked }),
    lastMessageSecondsAgo: arrived.secondsAgo,
    ...trouble,
  };
}

const streamOf = (
  name: string,
  link: Link,
  subscriber: ReachableNode | undefined,
): SubscriptionState | undefined =>
  inUse(link, subscriber?.subscriptions.filter((found) => found.name === name) ?? [])[0];

const imposturesOf = (subscriber: ReachableNode | undefined, provider: string): readonly Imposture[] =>
  subscriber?.tributary?.impostures?.filter((found) => found.provider === provider) ?? [];

function gapOf(
  project: string,
  subscriber: ReachableNode | undefined,
  provider: ReachableNode | undefined,
  subscription: SubscriptionState | undefined,
  known: readonly LinkState[],
): string | undefined {
  if (subscriber === undefined || provider === undefined) return undefined;
  return (
    gapPhrase(subscriber, provider, known) ??
    takenPhrase(subscriber, provider, known) ??
    (subscription === undefined ? undefined : leakPhrase(project, subscriber, provider, subscription, known))
  );
}

const isLive = (known: readonly LinkState[]): boolean =>
  known.length > 0 && known.every((found) => found.phase === "live");

function flowOf(
  slot: SlotState | undefined,
): Pick<LinkReport, "lagBytes" | "lagSeconds" | "retainedWalBytes"> {
  if (slot === undefined) return { lagBytes: null, lagSeconds: null, retainedWalBytes: null };
  const { lagBytes, retainedWalBytes } = slot;
  return { lagBytes, lagSeconds: lagBytes === 0 ? 0 : null, retainedWalBytes };
}

/** What came over one link: from its provider and from every node below that. */
function sumUp(
  topology: Topology,
  link: Link,
  arrivals: readonly Arrival[],
  parked: readonly ParkedGroup[],
): Arrived {
  const below = new Set(subtreeOf(topology, link.provider.name));
  const over = arrivals.filter((arrival) => below.has(arrival.node));
  const ages = over.flatMap((arrival) => arrival.secondsAgo ?? []);
  return {
    parkedRows: over.reduce((sum, arrival) => sum + arrival.parkedRows, 0),
    parked: parked.filter(({ owner }) => below.has(owner)),
    secondsAgo: ages.length === 0 ? null : Math.min(...ages),
    reason: over.find((arrival) => arrival.reason !== undefined)?.reason,
  };
}
