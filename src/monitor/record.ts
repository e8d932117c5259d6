/** What the monitor knows of a node: the last look, and what several looks tell together. */
import type { MachineSight, SubscriptionVitals, Vitals } from "../domain/vitals.ts";
import { type Forecast, WINDOWS, forecastFull } from "./forecast.ts";
import { History } from "./history.ts";
import { type SlotRecord, noteSlot } from "./slot-record.ts";

export const FAILURE_REASONS = [
  "dns",
  "refused",
  "timeout",
  "tls",
  "auth",
  "permission",
  "not_set_up",
  "query",
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface Failure {
  readonly reason: FailureReason;
  readonly message: string;
  readonly hint?: string;
}

/** Where a disk's figures come from. */
export type DiskSource = "statfs" | "ssh" | "heartbeat" | "estimate";

export interface Disks extends MachineSight {
  readonly source: DiskSource;
}

/** Moments are seconds since 1970, by the monitor's clock. */
export interface NodeRecord {
  readonly name: string;
  /** Everything was seen at the last attempt. */
  isUp: boolean;
  lastAttemptAt?: number;
  lastSuccessAt?: number;
  pollSeconds?: number;
  failure?: Failure;
  readonly failures: Map<FailureReason, number>;
  /** Of the last look that succeeded. Only `isUp` says that it is so still. */
  vitals?: Vitals;
  clockSkewSeconds?: number;
  disks?: Disks;
  /** Of the last thorough look. */
  databaseBytes?: number;
  timeZone?: string;
  damage?: readonly string[];
  walWrittenBytes: number;
  readonly positions: History;
  readonly slots: Map<string, SlotRecord>;
  readonly subscriptions: Map<string, SubscriptionRecord>;
  readonly mounts: Map<string, MountRecord>;
}

export interface SubscriptionRecord {
  received: number;
  lastProgressAt: number;
  applyErrors: number;
  /** The server's counter at the last look. */
  countedErrors: number;
  /** When one that no server counts was last seen. */
  erredAt?: number;
}

export interface MountRecord {
  readonly avail: History;
  full: Forecast;
}

/** A node that nothing is known of yet. */
export function newRecord(name: string): NodeRecord {
  return {
    name,
    isUp: false,
    failures: new Map(),
    walWrittenBytes: 0,
    positions: new History(),
    slots: new Map(),
    subscriptions: new Map(),
    mounts: new Map(),
  };
}

export interface Seen {
  readonly vitals: Vitals;
  readonly clockSkewSeconds?: number;
  readonly disks?: Disks;
  readonly pollSeconds: number;
}

/** Notes a look that succeeded. */
export function noteSuccess(record: NodeRecord, seen: Seen, at: number): void {
  const { vitals, pollSeconds, clockSkewSeconds, disks } = seen;
  Object.assign(record, { isUp: true, lastAttemptAt: at, lastSuccessAt: at, pollSeconds, vitals });
  delete record.failure;
  delete record.clockSkewSeconds;
  if (clockSkewSeconds !== undefined) record.clockSkewSeconds = clockSkewSeconds;
  if (vitals.databaseBytes !== undefined) record.databaseBytes = vitals.databaseBytes;
  if (vitals.timeZone !== undefined) record.timeZone = vitals.timeZone;
  if (vitals.damage !== undefined) record.damage = vitals.damage;
  notePosition(record, vitals.position, at);
  forget(record.slots, vitals.slots);
  const { clockSkewSeconds: skewSeconds = 0, positions } = record;
  const idleTimeout = vitals.settings["idle_replication_slot_timeout"];
  for (const slot of vitals.slots)
    record.slots.set(
      slot.name,
      noteSlot(record.slots.get(slot.name), { slot, positions, skewSeconds, idleTimeout }, at),
    );
  forget(record.subscriptions, vitals.subscriptions);
  for (const one of vitals.subscriptions)
    record.subscriptions.set(one.name, noteSubscription(record.subscriptions.get(one.name), one, at));
  if (disks !== undefined) noteDisks(record, disks, at);
}

/** Notes an attempt that failed. */
export function noteFailure(record: NodeRecord, failure: Failure, pollSeconds: number, at: number): void {
  Object.assign(record, { isUp: false, lastAttemptAt: at, pollSeconds, failure });
  record.failures.set(failure.reason, (record.failures.get(failure.reason) ?? 0) + 1);
}

const LONGEST_WINDOW = Math.max(...Object.values(WINDOWS));

/** What a node's disks were when somebody last could look; kept apart from the node, which may be dark. */
export function noteDisks(record: NodeRecord, disks: Disks, at: number): void {
  record.disks = disks;
  const walRate = (seconds: number): number | undefined => record.positions.rate(seconds);
  const heldRoomBytes = heldRoom(record.vitals);
  for (const { mount, availBytes } of disks.mounts) {
    const known = record.mounts.get(mount) ?? { avail: new History([], LONGEST_WINDOW), full: {} };
    known.avail.add(at, availBytes);
    known.full = forecastFull({ availBytes, avail: known.avail, heldRoomBytes, walRate }, at);
    record.mounts.set(mount, known);
  }
}

/** How much more WAL slots that nobody reads will hold, before the server gives them up. 0: there are none. */
function heldRoom(vitals: Vitals | undefined): number {
  const held = vitals?.slots.filter(({ isActive, walStatus }) => !isActive && walStatus !== "lost") ?? [];
  const limit = vitals?.walKeepBytes ?? Number.POSITIVE_INFINITY;
  return Math.max(0, ...held.map(({ retainedBytes = 0 }) => limit - retainedBytes));
}

function notePosition(record: NodeRecord, position: number, at: number): void {
  const [, last] = record.positions.last ?? [at, position];
  // A server that was restored from a backup begins a history of its own.
  if (position < last) record.positions.clear();
  else record.walWrittenBytes += position - last;
  record.positions.add(at, position);
}

function noteSubscription(
  known: SubscriptionRecord | undefined,
  { received = 0, applyErrors }: SubscriptionVitals,
  at: number,
): SubscriptionRecord {
  if (known === undefined)
    return { received, lastProgressAt: at, applyErrors: 0, countedErrors: applyErrors ?? 0 };
  const countedErrors = applyErrors ?? known.countedErrors;
  return {
    ...known,
    received,
    lastProgressAt: known.received === received ? known.lastProgressAt : at,
    // Below zero: somebody has reset the server's statistics.
    applyErrors: known.applyErrors + Math.max(0, countedErrors - known.countedErrors),
    countedErrors,
  };
}

/** pglogical tries again every three minutes, for milliseconds: nobody sees it, and no server counts. */
const RETRY_SECONDS = 180;

/** Notes that what arrives cannot be applied, where the engine does not count that: one for each time it was tried. */
export function noteApplyError({ subscriptions, vitals }: NodeRecord, name: string, at: number): void {
  const known = subscriptions.get(name);
  const isCounted = vitals?.subscriptions.some((one) => one.name === name && one.applyErrors !== undefined);
  if (known === undefined || isCounted === true || at - (known.erredAt ?? 0) < RETRY_SECONDS) return;
  known.applyErrors += 1;
  known.erredAt = at;
}

/** What is no more leaves no series behind. */
function forget(records: Map<string, unknown>, present: readonly { readonly name: string }[]): void {
  for (const name of records.keys()) if (!present.some((one) => one.name === name)) records.delete(name);
}
