/** The nodes of a picture with their links, from the root down. Pure. */
import type { Node } from "../../domain/topology.ts";
import type { LinkView, NodeView, Picture } from "../picture.ts";
import { type EndSight, type LinkOverview, linkOverview } from "./link.ts";
import { type NodeSight, isStale, nodeSight } from "./node.ts";
import { type NodeOverview, type Rank, compareRanks, lossOf, rankOf } from "./place.ts";
import { type Trouble, needsSomebody, worstOf } from "./trouble.ts";

interface Branch {
  readonly node: NodeOverview;
  readonly below: readonly Branch[];
  /** Of its node that comes first. */
  readonly rank: Rank;
}

/** A node of the file, with what is known of it from here. */
interface Place {
  readonly node: Node;
  readonly view?: NodeView;
  readonly link?: LinkView;
  readonly below: readonly string[];
}

interface Index {
  readonly at: number;
  readonly places: ReadonlyMap<string, Place>;
  /** When the newest beat of each node was sent that has arrived anywhere. */
  readonly beats: ReadonlyMap<string, number>;
}

/** In the order in which a tree is drawn. Side by side, what needs somebody comes first; all others keep the file's order. */
export function treeOf({ at, nodes, links, heartbeats }: Picture): readonly NodeOverview[] {
  const views = new Map(nodes.map((view) => [view.node.name, view]));
  const uplinks = new Map(links.map((view) => [view.link.provider.name, view]));
  const unwatched = links.map(({ link }) => link.provider).filter(({ name }) => !views.has(name));
  const known = [...nodes.map(({ node }) => node), ...unwatched];
  const below = new Map<string | undefined, string[]>();
  for (const { name, upstream } of known) {
    const above = upstream !== undefined && views.has(upstream) ? upstream : undefined;
    const siblings = below.get(above) ?? [];
    siblings.push(name);
    below.set(above, siblings);
  }
  const places = known.map((node): [string, Place] => {
    const [view, link] = [views.get(node.name), uplinks.get(node.name)];
    const place = { node, below: below.get(node.name) ?? [] };
    return [
      node.name,
      { ...place, ...(view === undefined ? {} : { view }), ...(link === undefined ? {} : { link }) },
    ];
  });
  const beats = new Map<string, number>();
  for (const { node, sentAt } of heartbeats) beats.set(node, Math.max(sentAt, beats.get(node) ?? 0));
  const index = { at, beats, places: new Map(places) };
  return branchesOf(index, below.get(undefined) ?? [], 0, false).flatMap(flatten);
}

const flatten = ({ node, below }: Branch): readonly NodeOverview[] => [node, ...below.flatMap(flatten)];

/** `isBlocked`: what is told of a node above explains why nothing new of those below arrives. */
function branchesOf(
  index: Index,
  names: readonly string[],
  depth: number,
  isBlocked: boolean,
): readonly Branch[] {
  return names
    .flatMap((name) => {
      const place = index.places.get(name);
      return place === undefined ? [] : [branchOf(index, place, depth, isBlocked)];
    })
    .toSorted((one, other) => compareRanks(one.rank, other.rank));
}

function branchOf(index: Index, place: Place, depth: number, isBlocked: boolean): Branch {
  const { node, view } = place;
  const link = linkOf(index, place);
  const isCut = isBlocked || (link !== undefined && holdsUp(link));
  const isInner = place.below.length > 0;
  const sight =
    view === undefined
      ? NOT_WATCHED
      : nodeSight(view, {
          at: index.at,
          isInner,
          isExplained: isCut,
          beatAt: index.beats.get(node.name),
        });
  const isStop = isCut || isStale(sight) || (view !== undefined && !sight.isSeen);
  const below = branchesOf(index, place.below, depth + 1, isStop);
  const outages = view === undefined ? [] : massOutage(node.name, below, index.at);
  const overview: NodeOverview = {
    name: node.name,
    tier: node.tier,
    depth,
    ...(node.upstream === undefined ? {} : { upstream: node.upstream }),
    isWatched: view !== undefined,
    ...sight,
    troubles: [...outages, ...sight.troubles],
    severity: worstOf([sight.severity, ...outages.map(({ severity }) => severity)]),
    ...(link === undefined ? {} : { link: withDisks(link, sight) }),
  };
  return { node: overview, below, rank: rankOfBranch(overview, below, index.at) };
}

/** As its first node stands. Where nothing is wrong it does not matter what is foreseen. */
function rankOfBranch(node: NodeOverview, below: readonly Branch[], at: number): Rank {
  const [near, severity] = [rankOf(node, at), ...below.map(({ rank }) => rank)].reduce((first, rank) =>
    compareRanks(rank, first) < 0 ? rank : first,
  );
  return [near, severity, 0];
}

const NOT_WATCHED: NodeSight = { isSeen: false, severity: "ok", troubles: [], disks: [] };

/** The link tells by itself why nothing new comes over it. */
const holdsUp = ({ state, reason, severity }: LinkOverview): boolean =>
  state === "initializing" || (reason !== undefined && needsSomebody(severity));

function linkOf({ places, at }: Index, { view: provider, link }: Place): LinkOverview | undefined {
  if (link === undefined) return undefined;
  const subscriber = places.get(link.link.subscriber.name)?.view;
  return linkOverview(link, { provider: sightOf(provider), subscriber: sightOf(subscriber) }, at);
}

function sightOf(end: NodeView | undefined): EndSight {
  if (end === undefined) return "not watched";
  return end.record.isUp ? "seen" : "unseen";
}

/** The slot stands on the provider's disks, and is lost with them. */
function withDisks(link: LinkOverview, { soonest }: NodeSight): LinkOverview {
  const first = lossOf({ link, ...(soonest === undefined ? {} : { soonest }) });
  return first === undefined ? link : { ...link, soonest: first };
}

const OUTAGE = { seconds: 600, least: 3, share: 0.5 };

/** Where most of many are dark at once, it is not each of them. */
function massOutage(name: string, below: readonly Branch[], at: number): readonly Trouble[] {
  const watched = below.map(({ node }) => node).filter(({ isWatched }) => isWatched);
  const dark = watched.filter(
    ({ isSeen, seenAt }) => !isSeen && seenAt !== undefined && at - seenAt > OUTAGE.seconds,
  );
  if (watched.length < OUTAGE.least || dark.length <= watched.length * OUTAGE.share) return [];
  return [
    {
      severity: "critical",
      says: `${dark.length} of the ${watched.length} nodes below it are dark: rather a line or a VPN than ${dark.length} servers`,
      hint: `Look first at what they share on their way to "${name}".`,
      runbook: "TributaryMassOutage",
    },
  ];
}
