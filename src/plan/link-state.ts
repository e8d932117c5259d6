/** One link: what it should carry, and what is there of it. */
import { redactDsn, shownLinkDsn } from "../domain/dsn.ts";
import type { Encoded } from "../domain/encoding.ts";
import { replicationSetName, subscriptionName } from "../domain/names.ts";
import type { LinkState, SubscriptionState } from "../domain/state.ts";
import type { Link, ReplicationSet } from "../domain/topology.ts";
import { gapPhrase, leakPhrase } from "./gaps.ts";
import { formerPassword } from "./link-roles.ts";
import type { Outlook } from "./outlook.ts";
import type { Site, Survey } from "./survey.ts";

export interface LinkView {
  readonly link: Link;
  readonly provider: Site;
  readonly subscriber: Site;
  /** The sets that it can carry. */
  readonly sets: readonly ReplicationSet[];
  /** What the stream runs in: of the wanted engine, once it begins where it has to; until then of the engine before. */
  readonly subscription: SubscriptionState | undefined;
  /** One more, of another engine: left from a stream that is going over, or has gone. */
  readonly other: SubscriptionState | undefined;
  /** The subscriber's records by set. */
  readonly known: ReadonlyMap<string, LinkState>;
  /** The slot is gone or has lost WAL, the ends have counted different messages, or some were never written: the stream has a gap and starts anew. */
  readonly isBroken: boolean;
  /** What the counts of both ends say, when they differ, or what was not captured. */
  readonly gap?: string;
}

/** Both ends of a link side by side; undefined when one of them cannot be planned. */
export function viewLink(survey: Survey, { isCarried }: Outlook, link: Link): LinkView | undefined {
  const { sites, tree, topology } = survey;
  const provider = sites.get(link.provider.name);
  const subscriber = sites.get(link.subscriber.name);
  if (provider === undefined || subscriber === undefined) return undefined;
  const name = subscriptionName(topology.project, link.provider.name);
  const [subscription, other] = inUse(link, subscriber.subscriptions.get(name) ?? []);
  const slot = provider.state.slots.find((candidate) => candidate.name === subscription?.slot);
  const known = subscriber.links.get(link.provider.name) ?? new Map<string, LinkState>();
  const gap =
    gapPhrase(subscriber.state, provider.state, [...known.values()]) ??
    (subscription === undefined
      ? undefined
      : leakPhrase(topology.project, subscriber.state, provider.state, subscription, [...known.values()]));
  return {
    link,
    provider,
    subscriber,
    sets: tree.through(link.provider.name).filter((set) => isCarried(link.provider.name, set.name)),
    subscription,
    other,
    known,
    isBroken:
      subscription !== undefined && (slot === undefined || slot.walStatus === "lost" || gap !== undefined),
    ...(gap === undefined ? {} : { gap }),
  };
}

/** A link's subscriptions, the one that carries the stream first. */
export function inUse(link: Link, subscriptions: readonly SubscriptionState[]): readonly SubscriptionState[] {
  return subscriptions.toSorted((one, other) => fitness(link, other) - fitness(link, one));
}

function fitness({ provider }: Link, { engine, isInitialized }: SubscriptionState): number {
  if (engine !== provider.engine) return 1;
  return isInitialized ? 2 : 0;
}

/** The engine's sets that the subscription has and the tree no longer sends over the link. */
export function surplusSets({ topology, tree }: Survey, view: LinkView): readonly string[] {
  const sent = tree
    .through(view.link.provider.name)
    .map((set) => replicationSetName(topology.project, set.name));
  return (view.subscription?.sets ?? []).filter((name) => !sent.includes(name));
}

/** A set is missing in the subscription or in the subscriber's records, the address or its password has changed, or it has too many rights. */
export function subscriptionDiffers({ topology }: Survey, view: LinkView): boolean {
  const { subscription, sets, link, known } = view;
  if (subscription === undefined) return false;
  const present = new Set(subscription.sets);
  return (
    sets.some(
      (set) => !present.has(replicationSetName(topology.project, set.name)) || !known.has(set.name),
    ) ||
    subscription.isSuperuser === true ||
    (subscription.providerDsn !== undefined &&
      redactDsn(subscription.providerDsn) !== shownLinkDsn(link.provider)) ||
    formerPassword(view) !== undefined
  );
}

/** The sets that a subscription has already and keeps, though they cannot be carried in full at present. */
export function keptSets({ topology, tree }: Survey, view: LinkView): readonly ReplicationSet[] {
  const present = new Set(view.subscription?.sets);
  return tree
    .through(view.link.provider.name)
    .filter((set) => view.sets.includes(set) || present.has(replicationSetName(topology.project, set.name)));
}

/** The databases at both ends. */
export const encodedEnds = ({ link, provider, subscriber }: LinkView): readonly [Encoded, Encoded] => [
  { name: link.provider.name, ...provider.state.server },
  { name: link.subscriber.name, ...subscriber.state.server },
];
