/** What the monitor knows of a node: the last look, and what several looks tell together. */
import type { Mount, SlotVitals, SubscriptionVitals, Vitals } from "../domain/vitals.ts";
import { type Forecast, WINDOWS, forecastFull, forecastLoss } from "./forecast.ts";
import { History } from "./history.ts";

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

export interface Disks {
  readonly source: DiskSource;
  readonly mounts: readonly Mount[];
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
  damage?: readonly string[];
  walWrittenBytes: number;
  readonly positions: History;
  readonly slots: Map<string, SlotRecord>;
  readonly subscriptions: Map<string, SubscriptionRecord>;
  readonly mounts: Map<string, MountRecord>;
}

export interface SlotRecord {
  /** Lost for good: this stays told, whatever else is known. */
  isLost: boolean;
  inactiveSince?: number;
  /** When everything that its subscriber has not confirmed was not written yet. */
  oldestUnconfirmedAt: number;
  confirmed: number;
  confirmedChangedAt: number;
  readonly retained: History;
  loss: Forecast;
  /** What it would be if nobody read the slot from now on: nobody may, once the node is dark. */
  lossUnread: Forecast;
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
  if (vitals.damage !== undefined) record.damage = vitals.damage;
  notePosition(record, vitals.position, at);
  forget(record.slots, vitals.slots);
  for (const slot of vitals.slots) record.slots.set(slot.name, noteSlot(record, slot, at));
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

function noteSlot(record: NodeRecord, slot: SlotVitals, at: number): SlotRecord {
  const known = record.slots.get(slot.name);
  const confirmed = slot.confirmed ?? known?.confirmed ?? 0;
  const isPending = (slot.unconfirmedBytes ?? 0) > 0;
  const retained = known?.retained ?? new History([], GROWTH_SECONDS);
  if (slot.retainedBytes !== undefined) retained.add(at, slot.retainedBytes);
  const inactiveSince = slot.inactiveSince ?? known?.inactiveSince ?? at;
  const isLost = slot.walStatus === "lost";
  const outlook = {
    slot,
    inactiveSince,
    idleTimeoutSeconds: secondsOf(record.vitals?.settings["idle_replication_slot_timeout"]),
    walRate: (seconds: number) => record.positions.rate(seconds),
    growth: retained.rate(GROWTH_SECONDS),
  };
  const loss = isLost && known?.isLost === true ? known.loss : forecastLoss(outlook, at);
  return {
    isLost,
    ...(slot.isActive ? {} : { inactiveSince }),
    oldestUnconfirmedAt: isPending ? oldestUnconfirmed(record, slot, confirmed, at) : at,
    confirmed,
    confirmedChangedAt: known?.confirmed === confirmed ? known.confirmedChangedAt : at,
    retained,
    loss,
    lossUnread: slot.isActive
      ? forecastLoss({ ...outlook, slot: { ...slot, isActive: false }, inactiveSince: at }, at)
      : loss,
  };
}

/** Over how long a slot that is read is watched for falling behind. */
const GROWTH_SECONDS = 1800;

/** The slot's last confirmed position was the newest one at this moment. After a restart: when its file was last written. */
function oldestUnconfirmed(record: NodeRecord, slot: SlotVitals, confirmed: number, at: number): number {
  const seen = record.positions.lastAtOrBelow(confirmed);
  const skew = record.clockSkewSeconds ?? 0;
  const written = slot.confirmedFileAt === undefined ? undefined : slot.confirmedFileAt - skew;
  return Math.min(seen ?? written ?? record.slots.get(slot.name)?.oldestUnconfirmedAt ?? at, at);
}

function noteSubscription(
  known: SubscriptionRecord | undefined,
  { received = 0, applyErrors }: SubscriptionVitals,
  at: number,
): SubscriptionRecord {
  const hasMoved = known === undefined || known.received !== received;
  const counted = applyErrors ?? known?.countedErrors ?? 0;
  return {
    received,
    lastProgressAt: hasMoved ? at : known.lastProgressAt,
    applyErrors: (known?.applyErrors ?? 0) + Math.max(0, counted - (known?.countedErrors ?? counted)),
    countedErrors: counted,
    ...(known?.erredAt === undefined ? {} : { erredAt: known.erredAt }),
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

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };

/** Seconds of a setting as PostgreSQL prints it: `1min`, `0`. Undefined: none, or switched off. */
export function secondsOf(setting: string | undefined): number | undefined {
  const parts = /^(\d+)(ms|s|min|h|d)$/u.exec(setting ?? "");
  return parts === null ? undefined : Number(parts[1]) * (UNIT_SECONDS[parts[2] ?? ""] ?? 1);
}
