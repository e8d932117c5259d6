/** Streams whose ends do not have the same messages, in words. */
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import { replicationSetName } from "../domain/names.ts";
import {
  carriedTables,
  type LinkState,
  type Miscount,
  type ReachableNode,
  type SubscriptionState,
} from "../domain/state.ts";

/** Why what came over a link cannot be whole, as a clause; undefined when nothing says so. */
export function gapPhrase(
  subscriber: ReachableNode,
  provider: ReachableNode,
  known: readonly LinkState[],
): string | undefined {
  return (
    countPhrase(provider.name, subscriber.miscounts) ??
    setbackPhrase(provider.name, known) ??
    placePhrase(subscriber, provider, known) ??
    missedPhrase(provider, known)
  );
}

/**
 * Where native replication passes messages by in silence: the publication has not all of an outbox, or the subscription does
 * not take all of it. As a clause; undefined when all is well.
 */
export function leakPhrase(
  project: string,
  subscriber: ReachableNode,
  provider: ReachableNode,
  { engine, sets, tables }: SubscriptionState,
  known: readonly LinkState[],
): string | undefined {
  if (engine !== "native") return undefined;
  const live = known.filter(
    ({ phase, set }) => phase === "live" && sets.includes(replicationSetName(project, set)),
  );
  const lacking = (node: ReachableNode, set: string, present: readonly string[] = []): string | undefined =>
    node.tributary?.outboxes
      .find((outbox) => outbox.set === set)
      ?.tables.find((table) => !present.includes(table));
  for (const { set } of live) {
    const name = replicationSetName(project, set);
    const unpublished = lacking(provider, set, carriedTables(provider, engine, name));
    if (unpublished !== undefined)
      return `publication "${name}" of node "${provider.name}" lacks table "${unpublished}": messages were not sent`;
    const untaken = lacking(subscriber, set, tables);
    if (untaken !== undefined)
      return `the subscription of node "${subscriber.name}" does not take table "${untaken}": messages were passed by`;
  }
  return undefined;
}

/** What both ends counted. */
function countPhrase(provider: string, miscounts: readonly Miscount[] = []): string | undefined {
  const over = miscounts.filter((miscount) => miscount.provider === provider);
  if (over.some(({ hasProviderGoneBack }) => hasProviderGoneBack))
    return `node "${provider}" has gone back in time, as after a restore from a backup: what it sends now is skipped`;
  const [first] = over;
  if (first === undefined) return undefined;
  const { node, sentMessages, arrivedMessages } = first;
  const whose = `messages of node "${node}"`;
  return sentMessages > arrivedMessages
    ? `${sentMessages - arrivedMessages} of ${sentMessages} ${whose} were skipped on the way, as after a slot was made again or a restore above`
    : `${arrivedMessages - sentMessages} ${whose} arrived of which node "${provider}" knows nothing any more, as after a restore from a backup`;
}

/** What the subscriber noticed when a message arrived. */
function setbackPhrase(provider: string, known: readonly LinkState[]): string | undefined {
  const at = known.find(({ wentBackAt }) => wentBackAt !== undefined)?.wentBackAt;
  if (at === undefined) return undefined;
  return `node "${provider}" numbers messages since ${at} as it had numbered earlier ones, as after a restore from a backup`;
}

/** An end that is another server than when the link was opened, which may lack what the one before it had. */
function placePhrase(
  subscriber: ReachableNode,
  provider: ReachableNode,
  known: readonly LinkState[],
): string | undefined {
  const isOther = ({ tributary }: ReachableNode, before: string | undefined): boolean =>
    before !== undefined && tributary?.place !== undefined && tributary.place !== before;
  const live = known.filter(({ phase }) => phase === "live");
  if (live.some(({ subscriberPlace }) => isOther(subscriber, subscriberPlace)))
    return `${otherServer(subscriber.name)}: it may lack rows that the server before it had taken last`;
  if (live.some(({ providerPlace }) => isOther(provider, providerPlace)))
    return `${otherServer(provider.name)}: it may lack rows that the server before it had sent last`;
  return undefined;
}

const otherServer = (node: string): string =>
  `node "${node}" runs on another server, or on another timeline of it, than when the link was opened, as after a standby was promoted`;

/** A view, or something else that is no table, in the place of a table at either end: no stream that starts anew would mend that. */
export function takenPhrase(
  subscriber: ReachableNode,
  provider: ReachableNode,
  known: readonly LinkState[],
): string | undefined {
  const isKnown = ({ set }: { readonly set: string }): boolean => known.some((link) => link.set === set);
  const at = ({ name, tributary }: ReachableNode, found: readonly { taken?: string; set: string }[] = []) =>
    tributary?.version === SCHEMA_VERSION
      ? found
          .filter(isKnown)
          .flatMap(({ taken }) => (taken === undefined ? [] : [`at node "${name}" ${taken}`]))
      : [];
  const [phrase] = [
    ...at(provider, provider.tributary?.captures),
    ...at(provider, provider.tributary?.deliveries),
    ...at(subscriber, subscriber.tributary?.deliveries),
  ];
  return phrase;
}

/** What the provider's capture may have missed since the link went live. */
function missedPhrase({ tributary }: ReachableNode, known: readonly LinkState[]): string | undefined {
  if (tributary?.version !== SCHEMA_VERSION) return undefined;
  const links = new Map(known.map((link) => [link.set, link]));
  const missed = tributary.captures.find(({ set, isIntact, doubtedAt, taken }) => {
    const { liveSince } = links.get(set) ?? {};
    if (taken !== undefined) return false;
    // Both are by the provider's clock and in UTC, so they sort as text.
    return !isIntact || (doubtedAt !== undefined && liveSince !== undefined && doubtedAt > liveSince);
  });
  if (missed === undefined) return undefined;
  const until = missed.isIntact ? `was not intact until ${missed.doubtedAt}` : "is not intact";
  return `capture of table "${missed.relation}" ${until}: changes may be missing above`;
}
