/** Trees as a monitor knows them, made by hand: what was seen of every node, and what happened to some. */
import type { Node, Topology } from "../../src/domain/topology.ts";
import { SCHEMA_VERSION } from "../../src/domain/schema-version.ts";
import { subscriptionName } from "../../src/domain/names.ts";
import type { Heartbeat, Mount, SlotVitals, SubscriptionVitals, Vitals } from "../../src/domain/vitals.ts";
import { type Overview, overviewOf } from "../../src/monitor/overview.ts";
import type { NodeOverview } from "../../src/monitor/overview/place.ts";
import { DEFAULT_WATCH, type Picture, draw } from "../../src/monitor/picture.ts";
import {
  type Disks,
  type Failure,
  type NodeRecord,
  newRecord,
  noteDisks,
  noteFailure,
  noteSuccess,
} from "../../src/monitor/record.ts";
import { type Shape, shapeOf } from "../../src/monitor/shape.ts";

const PROJECT = "slm";
/** 2026-11-21 14:03:20 UTC. */
const NOON = 1_795_269_800;
export const GB = 1024 ** 3;
export const HOUR = 3600;
/** What nobody may ever see. */
export const SECRETS = {
  password: "hunter2",
  host: "db.inner.example",
  user: "app_owner",
  database: "slm_inner",
};

export class WatchedTree {
  readonly topology: Topology;
  readonly shape: Shape;
  readonly records: Map<string, NodeRecord>;
  readonly at: number;

  constructor(topology: Topology, at: number) {
    this.topology = topology;
    this.shape = shapeOf(topology);
    this.records = new Map(topology.nodes.map(({ name }) => [name, newRecord(name)]));
    this.at = at;
    for (const { name } of topology.nodes) this.see(name);
  }

  /** A look at a node, some time ago. */
  see(name: string, change: (vitals: Vitals) => Vitals = (same) => same, ago = 0, disks?: Disks): void {
    const at = this.at - ago;
    noteSuccess(
      this.record(name),
      {
        vitals: change(healthy(this.shape, this.#node(name), at)),
        pollSeconds: 0.004,
        disks: disks ?? DISKS,
      },
      at,
    );
  }

  /** What was known of a node is told anew from here on. */
  forget(name: string): void {
    this.records.set(name, newRecord(name));
  }

  /** Nobody has seen the node for so long. */
  darken(name: string, ago: number, failure: Failure = NO_ANSWER): void {
    this.forget(name);
    this.see(name, (same) => same, ago);
    noteFailure(this.record(name), failure, 4, this.at);
    this.arriveNoMore(name, ago);
  }

  /** The beats of a node, and of all below it, stopped to arrive above it so long ago. */
  arriveNoMore(name: string, ago: number): void {
    const below = this.shape.subtrees.get(name) ?? new Set();
    for (const upper of this.shape.above(name)) {
      const record = this.record(upper.name);
      if (record.vitals === undefined) continue;
      const heartbeats = record.vitals.heartbeats.map((beat) =>
        below.has(beat.node) ? { ...beat, sentAt: this.at - ago, arrivedAt: this.at - ago } : beat,
      );
      record.vitals = { ...record.vitals, heartbeats };
    }
  }

  /** What is free under a node falls from one figure to another within an hour. */
  fill(name: string, from: number, to: number): void {
    const of = (availBytes: number): Disks => ({ source: "statfs", mounts: [mount(availBytes)] });
    const record = this.record(name);
    record.mounts.clear();
    noteDisks(record, of(from), this.at - HOUR);
    noteDisks(record, of(to), this.at);
  }

  picture(): Picture {
    return draw(this.shape, this.records, this.at);
  }

  overview(): Overview {
    return overviewOf(this.picture(), { endedAt: this.at - 3, isLate: false });
  }

  /** A node of the overview. */
  shown(name: string): NodeOverview {
    const found = this.overview().nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`the overview has no node ${name}`);
    return found;
  }

  record(name: string): NodeRecord {
    const record = this.records.get(name);
    if (record === undefined) throw new Error(`there is no node ${name}`);
    return record;
  }

  #node(name: string): Node {
    const node = this.topology.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }
}

/** A nation, its regions, and as many districts under each, seen at one moment. */
export function watchedTree(regions: number, districts: number, at = NOON): WatchedTree {
  const nodes: Node[] = [nodeOf("nation", "nation")];
  for (let region = 1; region <= regions; region += 1) {
    nodes.push(nodeOf(`region-${region}`, "region", "nation"));
    for (let district = 1; district <= districts; district += 1)
      nodes.push(nodeOf(`district-${region}-${district}`, "district", `region-${region}`));
  }
  const watches = new Map(nodes.map(({ name }) => [name, DEFAULT_WATCH]));
  const topology: Topology = {
    project: PROJECT,
    tiers: ["district", "region", "nation"],
    sets: [
      {
        name: "knowledge",
        tables: [{ schema: "public", table: "document", onLeave: "retract", protect: "refuse" }],
      },
    ],
    nodes,
    monitor: { role: "tributary_monitor", intervalMs: 15_000, watches },
  };
  return new WatchedTree(topology, at);
}

function nodeOf(name: string, tier: string, upstream?: string): Node {
  const { user, password, host, database } = SECRETS;
  const dsn = `postgresql://${user}:${password}@${host}:5432/${database}`;
  const sets = upstream === undefined ? [] : ["knowledge"];
  return {
    name,
    tier,
    dsn,
    linkDsn: dsn,
    engine: "native",
    sets,
    ...(upstream === undefined ? {} : { upstream }),
  };
}

export const NO_ANSWER: Failure = {
  reason: "timeout",
  message: `no answer in time at ${SECRETS.host}:5432`,
  hint: "Check that the server runs and that no firewall drops packets to this port.",
};

const mount = (availBytes: number): Mount => ({ mount: "data", sizeBytes: 500 * GB, availBytes });
const DISKS: Disks = { source: "statfs", mounts: [mount(312 * GB)] };

/** The vitals of a node where all is well. */
function healthy({ topology, subtrees }: Shape, { name, upstream }: Node, at: number): Vitals {
  const below = topology.nodes.filter((node) => node.upstream === name);
  const others = [...(subtrees.get(name) ?? [])].filter((one) => one !== name);
  return {
    now: at,
    startedAt: at - 30 * 24 * HOUR,
    versionNum: 180_001,
    version: "18.1",
    inRecovery: false,
    systemIdentifier: name,
    position: 4 * GB,
    walBytes: GB,
    dataDirectory: "/data",
    tablespaces: {},
    settings: {
      wal_level: "logical",
      max_slot_wal_keep_size: "20GB",
      max_replication_slots: "10",
      max_wal_senders: "10",
      max_worker_processes: "64",
      wal_sender_timeout: "60s",
    },
    walKeepBytes: 20 * GB,
    used: { slots: upstream === undefined ? 0 : 1, senders: upstream === undefined ? 0 : 1, workers: 4 },
    slots: upstream === undefined ? [] : [slotOf(name, at)],
    subscriptions: below.map((node) => subscriptionOf(node.name, at)),
    database: { commits: 1000, rollbacks: 0 },
    node: { project: PROJECT, name, version: SCHEMA_VERSION },
    links: below.map((node) => ({
      provider: node.name,
      set: "knowledge",
      phase: "live",
      refusals: 0,
      progressAt: at,
    })),
    heartbeats: others.map((node) => beatOf(node, at)),
    arrivals: others.map((node) => ({ node, arrivedAt: at - 4, sentAt: at - 5 })),
    parked: [],
    verified: [],
    impostures: [],
    outboxBytes: { knowledge: 24_576 },
    damage: [],
  };
}

const slotOf = (provider: string, at: number): SlotVitals => ({
  name: subscriptionName(PROJECT, provider),
  plugin: "pgoutput",
  isActive: true,
  walStatus: "reserved",
  confirmed: 4 * GB,
  retainedBytes: 16 * 1024 * 1024,
  unconfirmedBytes: 0,
  safeBytes: 20 * GB,
  sender: subscriptionName(PROJECT, provider),
  senderState: "streaming",
  repliedAt: at - 2,
});

const subscriptionOf = (provider: string, at: number): SubscriptionVitals => ({
  engine: "native",
  name: subscriptionName(PROJECT, provider),
  slot: subscriptionName(PROJECT, provider),
  isEnabled: true,
  isWorking: true,
  startedAt: at - 24 * HOUR,
  received: 4 * GB,
});

const beatOf = (node: string, at: number): Heartbeat => ({
  node,
  set: "knowledge",
  number: 7,
  sentAt: at - 42,
  arrivedAt: at - 40,
  vitals: {},
});

/** The slot of a node's link, changed. */
export const withSlot =
  (change: Partial<SlotVitals>) =>
  (vitals: Vitals): Vitals => ({ ...vitals, slots: vitals.slots.map((slot) => ({ ...slot, ...change })) });

/** The subscription to one provider, changed. */
export const withSubscription =
  (provider: string, change: Partial<SubscriptionVitals>) =>
  (vitals: Vitals): Vitals => ({
    ...vitals,
    subscriptions: vitals.subscriptions.map((one) =>
      one.name === subscriptionName(PROJECT, provider) ? { ...one, ...change } : one,
    ),
  });

/** The link was cut two hours ago, and so much WAL is written every hour while nobody reads. */
export function cutLink(tree: WatchedTree, provider: string, subscriber: string, perHour: number): void {
  const inactive =
    (ago: number): ((vitals: Vitals) => Vitals) =>
    (vitals) => {
      const written = perHour * (2 - ago / HOUR);
      const waits = { isActive: false, inactiveSince: tree.at - 2 * HOUR, unconfirmedBytes: written };
      const { sender: _, senderState: __, ...slot } = slotOf(provider, tree.at - ago);
      return {
        ...vitals,
        position: vitals.position + written,
        slots: [{ ...slot, ...waits, retainedBytes: written, safeBytes: 20 * GB - written }],
      };
    };
  tree.forget(provider);
  for (const ago of [2 * HOUR, HOUR, 0]) tree.see(provider, inactive(ago), ago);
  tree.see(subscriber, withSubscription(provider, { isWorking: false }));
  tree.arriveNoMore(provider, 2 * HOUR);
}
