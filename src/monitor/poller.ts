/** Looks at every node again and again. A node that does not answer holds up nobody, and is tried less and less often. */
import { setTimeout as pause } from "node:timers/promises";

import { TributaryError } from "../domain/errors.ts";
import type { BeatVitals, Heartbeat, Vitals } from "../domain/vitals.ts";
import type { Probe } from "../observe/probe.ts";
import { failureOf } from "./failures.ts";
import { DEFAULT_WATCH, draw } from "./picture.ts";
import {
  type DiskSource,
  type Disks,
  type NodeRecord,
  newRecord,
  noteApplyError,
  noteDisks,
  noteFailure,
  noteSuccess,
} from "./record.ts";
import type { Shape } from "./shape.ts";

export interface PollerOptions {
  readonly probe: Probe;
  readonly intervalMs: number;
  /** Beats are written where they are due, and outboxes emptied. */
  readonly writes: boolean;
  /** Only these nodes are looked at. Absent: all. */
  readonly nodes?: readonly string[];
  /** What is known of the disks under a node. Undefined: nothing can be seen from here. */
  readonly disksOf?: (record: NodeRecord) => Promise<Disks | undefined>;
  /** A round over all nodes has ended. */
  readonly onRound?: () => void;
  /** Something that a person should read. */
  readonly onTrouble: (text: string) => void;
}

/** Besides those that have kept everybody waiting for a second. */
const AT_A_TIME = 32;
const SLOW_MS = 1000;
const BACK_OFF_MS = { least: 15_000, most: 300_000 };
/** Thorough looks, and pruning: both take longer, and what they see changes slowly. */
const THOROUGH_MS = 300_000;
const TEND_MS = 600_000;
/** Outboxes of that size are pruned at once. */
const TEND_BYTES = 16_777_216;

interface Turn {
  nextAt: number;
  failures: number;
  thoroughAt: number;
  beatAt: number;
  tendAt: number;
  /** What was last told of writing there. */
  trouble: string;
}

export class Poller {
  readonly records: Map<string, NodeRecord>;
  cycleSeconds: number | undefined;
  cycleCompletedAt: number | undefined;
  #shape: Shape;
  #options: PollerOptions;
  readonly #turns = new Map<string, Turn>();
  /** One question at a time to each node. */
  readonly #looking = new Map<string, Promise<void>>();

  constructor(shape: Shape, options: PollerOptions, records = new Map<string, NodeRecord>()) {
    this.#shape = shape;
    this.#options = options;
    this.records = records;
  }

  /** Goes on with another file: nodes that are no more leave nothing behind. */
  change(shape: Shape, options: PollerOptions): void {
    this.#shape = shape;
    this.#options = options;
    const names = new Set(shape.topology.nodes.map(({ name }) => name));
    for (const known of [this.records, this.#turns])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    for (const turn of this.#turns.values()) turn.nextAt = 0;
  }

  /** Looks until the signal, one cycle after the other. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const started = performance.now();
      await this.cycle();
      const left = Math.max(0, this.#options.intervalMs - (performance.now() - started));
      await pause(left, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Looks once at every node whose turn it is. */
  async cycle(): Promise<void> {
    const started = performance.now();
    const only = this.#options.nodes;
    const due = this.#shape.topology.nodes
      .map(({ name }) => name)
      .filter((name) => (only?.includes(name) ?? true) && this.#turn(name).nextAt <= Date.now());
    const looks = new Set<Promise<void>>();
    const queue = due.values();
    const work = async (): Promise<void> => {
      for (const name of queue) {
        const look = this.#look(name);
        looks.add(look);
        await noLongerThan(look, SLOW_MS);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    await Promise.all(looks);
    this.#passOn();
    this.#noteErrors();
    this.cycleSeconds = (performance.now() - started) / 1000;
    this.cycleCompletedAt = Date.now() / 1000;
    this.#options.onRound?.();
  }

  /** Looks at one node now, whoever's turn it is. */
  async lookAt(name: string): Promise<void> {
    await this.#look(name);
  }

  /** Nobody waits for the node's answer any longer: until it comes, nothing is known. */
  giveUp(name: string): void {
    const record = this.records.get(name);
    if (record === undefined || !this.#looking.has(name)) return;
    noteFailure(record, { reason: "timeout", message: "no answer in time" }, 0, Date.now() / 1000);
  }

  #look(name: string): Promise<void> {
    const present = this.#looking.get(name);
    if (present !== undefined) return present;
    const look = this.#lookOnce(name).finally(() => this.#looking.delete(name));
    this.#looking.set(name, look);
    return look;
  }

  async #lookOnce(name: string): Promise<void> {
    const { probe } = this.#options;
    const turn = this.#turn(name);
    const record = this.records.get(name) ?? newRecord(name);
    this.records.set(name, record);
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      const isThorough = turn.thoroughAt <= Date.now();
      const look = await probe.look(name, isThorough);
      if (isThorough) turn.thoroughAt = Date.now() + THOROUGH_MS;
      const pollSeconds = seconds();
      const disks = await this.#options.disksOf?.({ ...record, ...look });
      noteSuccess(
        record,
        { ...look, pollSeconds, ...(disks === undefined ? {} : { disks }) },
        Date.now() / 1000,
      );
      turn.failures = 0;
      turn.nextAt = 0;
      if (this.#options.writes) await this.#write(name, record, turn);
    } catch (error) {
      if (!(error instanceof TributaryError)) throw error;
      noteFailure(record, failureOf(error), seconds(), Date.now() / 1000);
      turn.failures += 1;
      turn.nextAt = Date.now() + backOff(turn.failures);
      await probe.drop(name).catch(() => undefined);
    }
  }

  /** A beat, and room in the outboxes. What fails here is told by the next look. */
  async #write(name: string, record: NodeRecord, turn: Turn): Promise<void> {
    const { vitals } = record;
    if (vitals === undefined || vitals.inRecovery) return;
    try {
      if (name !== this.#shape.root && turn.beatAt <= Date.now()) await this.#beat(name, record, turn);
      await this.#tend(name, vitals, turn);
      turn.trouble = "";
    } catch (error) {
      if (!(error instanceof TributaryError)) throw error;
      // Once, and not four times a minute for years.
      if (turn.trouble !== error.message) this.#options.onTrouble(`${error.message}. ${error.hint ?? ""}`);
      turn.trouble = error.message;
    }
  }

  async #beat(name: string, record: NodeRecord, turn: Turn): Promise<void> {
    const { heartbeatMs } = this.#shape.topology.monitor?.watches.get(name) ?? DEFAULT_WATCH;
    // Somebody else may beat there, too: whoever comes first.
    await this.#options.probe.beat(name, beatOf(record, record.disks), (heartbeatMs / 1000) * BEAT_SLACK);
    turn.beatAt = Date.now() + heartbeatMs - this.#options.intervalMs / 2;
  }

  async #tend(name: string, { outboxBytes }: Vitals, turn: Turn): Promise<void> {
    const kept = Object.values(outboxBytes).reduce((sum, bytes) => sum + bytes, 0);
    if (turn.tendAt > Date.now() && kept <= TEND_BYTES) return;
    await this.#options.probe.tend(name);
    turn.tendAt = Date.now() + TEND_MS;
  }

  /** What the newest beats tell of disks that nobody here can see. */
  #passOn(): void {
    for (const [name, { vitals, sentAt }] of newestBeats(this.records.values())) {
      const record = this.records.get(name);
      const { source = "estimate" } = record?.disks ?? {};
      if (record !== undefined && vitals.mounts?.length && BEATS_KNOW_BETTER.includes(source))
        noteDisks(record, { source: "heartbeat", mounts: vitals.mounts }, sentAt);
    }
  }

  #noteErrors(): void {
    const at = Date.now() / 1000;
    for (const { reason, link, subscriptionName } of draw(this.#shape, this.records, at).links) {
      const subscriber = this.records.get(link.subscriber.name);
      if (reason === "apply_error" && subscriber !== undefined)
        noteApplyError(subscriber, subscriptionName, at);
    }
  }

  #turn(name: string): Turn {
    const known = this.#turns.get(name) ?? {
      nextAt: 0,
      failures: 0,
      thoroughAt: 0,
      beatAt: 0,
      tendAt: Date.now(),
      trouble: "",
    };
    this.#turns.set(name, known);
    return known;
  }
}

/** Waits for the work, or for the time. */
async function noLongerThan(work: Promise<void>, limitMs: number): Promise<void> {
  const done = new AbortController();
  const late = pause(limitMs, undefined, { ref: false, signal: done.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  done.abort();
}

const BEATS_KNOW_BETTER: readonly DiskSource[] = ["heartbeat", "estimate"];

/** By node, from whichever node above it has the newest. */
function newestBeats(records: Iterable<NodeRecord>): ReadonlyMap<string, Heartbeat> {
  const newest = new Map<string, Heartbeat>();
  for (const { isUp, vitals } of records)
    for (const beat of isUp ? (vitals?.heartbeats ?? []) : []) {
      const known = newest.get(beat.node);
      if (known === undefined || known.sentAt < beat.sentAt) newest.set(beat.node, beat);
    }
  return newest;
}

/** A beat may come a little early: else every second one would wait for another look. */
const BEAT_SLACK = 0.75;

function beatOf({ vitals }: NodeRecord, disks: Disks | undefined): BeatVitals {
  const retained = vitals?.slots.map(({ retainedBytes = 0 }) => retainedBytes) ?? [];
  return {
    ...(vitals === undefined ? {} : { walBytes: vitals.walBytes, retainedBytes: Math.max(0, ...retained) }),
    // What came with a beat goes nowhere again.
    ...(disks === undefined || disks.source === "heartbeat" ? {} : { mounts: disks.mounts }),
  };
}

/** Doubling, and never for all at one time. */
function backOff(failures: number): number {
  const wanted = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.least * 2 ** (failures - 1));
  return wanted * (0.75 + Math.random() / 2);
}
