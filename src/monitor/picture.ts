/** The whole tree as the monitor sees it: what metrics, page and `status --watch` show. Pure. */
import { isSlotOfProject, subscriptionName } from "../domain/names.ts";
import type { Link, Node, Watch } from "../domain/topology.ts";
import type {
  Heartbeat,
  LinkVitals,
  Mount,
  SlotVitals,
  SubscriptionVitals,
  VerifiedVitals,
  Vitals,
} from "../domain/vitals.ts";
import { type Check, checksOf, programCheck } from "./checks.ts";
import type { Forecast } from "./forecast.ts";
import { type Verdict, judge } from "./judge.ts";
import { type DiskSource, type NodeRecord, type SubscriptionRecord, newRecord } from "./record.ts";
import type { Shape } from "./shape.ts";
import type { SlotRecord } from "./slot-record.ts";

/** Moments are seconds since 1970. */
export interface Picture {
  readonly project: string;
  readonly at: number;
  readonly root: string;
  readonly nodes: readonly NodeView[];
  readonly links: readonly LinkView[];
  readonly heartbeats: readonly HeartbeatView[];
}

export interface NodeView {
  readonly node: Node;
  readonly record: NodeRecord;
  readonly watch: Watch;
  /** Of a node that is up. */
  readonly checks: readonly Check[];
  readonly disks: readonly DiskView[];
  /** The node's beat at the observer nearest to the root that can tell. Absent: of the root, and where none came. */
  readonly beatNearestRoot?: HeartbeatView;
}

export interface DiskView extends Mount {
  readonly source: DiskSource;
  readonly full: Forecast;
}

export interface LinkView extends Verdict {
  readonly link: Link;
  readonly subscriptionName: string;
  readonly slotName: string;
  /** Of a subscriber that is up. */
  readonly isSubscriptionPresent?: boolean;
  readonly subscription?: SubscriptionVitals;
  /** Stays when the subscriber goes dark. */
  readonly progress?: SubscriptionRecord;
  /** Of a provider that is up. */
  readonly slot?: SlotVitals;
  /** Stays when the provider goes dark. */
  readonly slotRecord?: SlotRecord;
  /** When the slot will be lost. Of a dark provider whose stream does not move: as if nobody read it since. */
  readonly loss: Forecast;
  /** How long the oldest has waited that is not confirmed. Of a dark provider: at most. */
  readonly lagSeconds?: number;
  /** Of a provider that is up: is the slot there that should be? */
  readonly isSlotPresent?: boolean;
  /** When its first copy last got on. Absent: there is none under way, or nobody knows. */
  readonly firstCopyProgressAt?: number;
  readonly tables: { readonly ready: number; readonly copying: number; readonly catchup: number };
  readonly parkedRows: number;
  readonly parkedSince?: number;
  readonly parkedReason?: string;
  readonly refusals: number;
  readonly impostures: number;
  /** What the last comparison found, whoever ran it. Stays when the subscriber goes dark. */
  readonly verified?: VerifiedVitals;
  /** How often this monitor compares both ends, at the least. Absent: it does not. */
  readonly verifyIntervalSeconds?: number;
  /** When a message showed that the provider was restored from an older backup. Its own link tells: there it is mended. */
  readonly wentBackAt?: number;
}

/** The beats of one node, as one node above has them; of several sets the oldest. */
export interface HeartbeatView extends Heartbeat {
  readonly observer: string;
}

export const DEFAULT_WATCH: Watch = {
  heartbeatMs: 60_000,
  offlineBudgetMs: 8 * 3_600_000,
  stalenessBudgetMs: 3_600_000,
};

/** Draws the picture at a moment. */
export function draw(shape: Shape, records: ReadonlyMap<string, NodeRecord>, at: number): Picture {
  const { topology, root } = shape;
  const recordOf = (name: string): NodeRecord => records.get(name) ?? newRecord(name);
  const heartbeats = topology.nodes.flatMap(({ name }) => heartbeatsAt(shape, recordOf(name)));
  const beats = new Map(heartbeats.map((beat) => [`${beat.node} ${beat.observer}`, beat]));
  return {
    project: topology.project,
    at,
    root,
    nodes: topology.nodes.map((node) => nodeView(shape, node, recordOf(node.name), beats)),
    links: shape.links.map((link) =>
      linkView(shape, link, recordOf(link.provider.name), recordOf(link.subscriber.name), at),
    ),
    heartbeats,
  };
}

function nodeView(
  { topology, above }: Shape,
  node: Node,
  record: NodeRecord,
  beats: ReadonlyMap<string, HeartbeatView>,
): NodeView {
  const { vitals, damage } = record;
  const [nearestRoot] = above(node.name)
    .flatMap((upper) => beats.get(`${node.name} ${upper.name}`) ?? [])
    .toReversed();
  const intact: readonly Check[] =
    damage === undefined ? [] : [{ name: "intact", isOk: damage.length === 0, says: damage.join("; ") }];
  const changedAt = record.disks?.programChangedAt;
  const program: readonly Check[] =
    changedAt === undefined || vitals === undefined ? [] : [programCheck(vitals, changedAt)];
  return {
    node,
    record,
    watch: topology.monitor?.watches.get(node.name) ?? DEFAULT_WATCH,
    checks:
      record.isUp && vitals !== undefined ? [...checksOf(topology, node, vitals), ...program, ...intact] : [],
    disks: disksOf(record),
    ...(nearestRoot === undefined ? {} : { beatNearestRoot: nearestRoot }),
  };
}

/** What only a look can tell goes with it; what came with a beat stays, and says so. */
function disksOf({ isUp, disks, mounts }: NodeRecord): readonly DiskView[] {
  if (disks === undefined || (!isUp && disks.source !== "heartbeat")) return [];
  return disks.mounts.map((mount) => ({
    ...mount,
    source: disks.source,
    full: mounts.get(mount.mount)?.full ?? {},
  }));
}

function heartbeatsAt({ subtrees }: Shape, { name, isUp, vitals }: NodeRecord): readonly HeartbeatView[] {
  if (!isUp || vitals === undefined) return [];
  const below = subtrees.get(name) ?? new Set();
  const oldest = new Map<string, Heartbeat>();
  for (const beat of vitals.heartbeats) {
    const known = oldest.get(beat.node);
    if (below.has(beat.node) && beat.node !== name && (known === undefined || beat.sentAt < known.sentAt))
      oldest.set(beat.node, beat);
  }
  return [...oldest.values()].map((beat) => ({ ...beat, observer: name }));
}

function linkView(
  shape: Shape,
  link: Link,
  provider: NodeRecord,
  subscriber: NodeRecord,
  at: number,
): LinkView {
  const name = subscriptionName(shape.topology.project, link.provider.name);
  const above = subscriber.isUp ? subscriber.vitals : undefined;
  const below = provider.isUp ? provider.vitals : undefined;
  const slotName = slotNameOf(shape, name, provider, subscriber);
  const subscription = above?.subscriptions.find((found) => found.name === name);
  const slot = below?.slots.find((found) => found.name === slotName);
  const progress = subscriber.subscriptions.get(name);
  const slotRecord = provider.slots.get(slotName);
  const known = above?.links.filter((found) => found.provider === link.provider.name) ?? [];
  return {
    link,
    subscriptionName: name,
    slotName,
    ...judge({ link, provider, subscriber, subscription, slot }, at),
    ...present({ subscription, progress, slot, slotRecord }),
    ...comparisonOf(shape, link, subscriber),
    ...(above === undefined ? {} : { isSubscriptionPresent: subscription !== undefined }),
    ...(below === undefined || known.length === 0 ? {} : { isSlotPresent: slot !== undefined }),
    loss: lossOf(provider, slotRecord, progress, at),
    ...lagOf(slot, slotRecord, at),
    ...firstCopyOf(known),
    tables: tablesOf(shape.tables.get(link.provider.name) ?? new Map(), known),
    refusals: Math.max(0, ...known.map(({ refusals }) => refusals)),
    ...arrivedOver(link, shape.subtrees.get(link.provider.name) ?? new Set(), above),
  };
}

/** A finding of the past stays true while the subscriber is dark. */
function comparisonOf(
  { topology }: Shape,
  { provider: { name } }: Link,
  { vitals }: NodeRecord,
): Pick<LinkView, "verified" | "verifyIntervalSeconds"> {
  return present({
    verified: vitals?.verified.find(({ provider }) => provider === name),
    verifyIntervalSeconds: topology.monitor?.watches.get(name)?.verify?.intervalSeconds,
  });
}

/** After a restart, while the subscriber is dark, the provider's record has it: a node has one upstream. */
function slotNameOf(
  { topology }: Shape,
  subscription: string,
  provider: NodeRecord,
  subscriber: NodeRecord,
): string {
  const used = subscriber.vitals?.subscriptions.find(({ name }) => name === subscription)?.slot;
  const known = [...provider.slots.keys()].find((name) => isSlotOfProject(topology.project, name));
  return used ?? known ?? subscription;
}

const present = <Part extends object>(parts: Part): { [K in keyof Part]?: Exclude<Part[K], undefined> } =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [K in keyof Part]?: Exclude<Part[K], undefined>;
  };

/** What did not go through, and what it says of the provider. */
function arrivedOver(
  link: Link,
  owners: ReadonlySet<string>,
  above: Vitals | undefined,
): Pick<LinkView, "parkedRows" | "parkedSince" | "parkedReason" | "impostures" | "wentBackAt"> {
  const { parked = [], impostures = [], arrivals = [] } = above ?? {};
  const wentBackAt = arrivals.find(({ node }) => node === link.provider.name)?.wentBackAt;
  const over = parked.filter(({ owner }) => owners.has(owner));
  return {
    parkedRows: over.reduce((sum, { rows }) => sum + rows, 0),
    ...oldestOf(over),
    impostures: impostures
      .filter(({ provider }) => provider === link.provider.name)
      .reduce((sum, { messages }) => sum + messages, 0),
    ...(wentBackAt === undefined ? {} : { wentBackAt }),
  };
}

/** A stream that moved so lately is read, whoever sees its provider. */
const MOVING_SECONDS = 300;

function lossOf(
  { isUp }: NodeRecord,
  slotRecord: SlotRecord | undefined,
  progress: SubscriptionRecord | undefined,
  at: number,
): Forecast {
  if (slotRecord === undefined) return {};
  const isMoving = progress !== undefined && at - progress.lastProgressAt < MOVING_SECONDS;
  return isUp || isMoving ? slotRecord.loss : slotRecord.lossUnread;
}

function lagOf(
  slot: SlotVitals | undefined,
  slotRecord: SlotRecord | undefined,
  at: number,
): Pick<LinkView, "lagSeconds"> {
  if (slotRecord === undefined || slotRecord.isLost) return {};
  if (slot !== undefined && (slot.unconfirmedBytes ?? 0) === 0) return { lagSeconds: 0 };
  return { lagSeconds: Math.max(0, at - slotRecord.oldestUnconfirmedAt) };
}

function oldestOf(
  parked: readonly { readonly since: number; readonly reason: string }[],
): Pick<LinkView, "parkedSince" | "parkedReason"> {
  const [oldest] = parked.toSorted((one, other) => one.since - other.since);
  return oldest === undefined ? {} : { parkedSince: oldest.since, parkedReason: oldest.reason };
}

function firstCopyOf(known: readonly LinkVitals[]): Pick<LinkView, "firstCopyProgressAt"> {
  const moments = known.flatMap(({ phase, progressAt }) => (phase === "live" ? [] : [progressAt]));
  return moments.length === 0 ? {} : { firstCopyProgressAt: Math.max(...moments) };
}

/** Tables of the link's sets: those of a set that is live are ready. */
function tablesOf(
  sets: ReadonlyMap<string, number>,
  known: readonly { readonly set: string; readonly phase: string }[],
): LinkView["tables"] {
  const count = { ready: 0, copying: 0, catchup: 0 };
  for (const [name, tables] of sets) {
    const phase = known.find(({ set }) => set === name)?.phase;
    count[phase === "live" ? "ready" : phase === "catching-up" ? "catchup" : "copying"] += tables;
  }
  return count;
}
