/** What several looks at a slot tell together. */
import type { SlotVitals } from "../domain/vitals.ts";
import { type Forecast, type SlotOutlook, forecastLoss } from "./forecast.ts";
import { History } from "./history.ts";

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

export interface SlotSeen {
  readonly slot: SlotVitals;
  /** How long the node's WAL was when. */
  readonly positions: History;
  readonly skewSeconds: number;
  /** As PostgreSQL 18 prints its setting. */
  readonly idleTimeout: string | undefined;
}

/** Over how long a slot that is read is watched for falling behind. */
const GROWTH_SECONDS = 1800;

/** The record after another look. */
export function noteSlot(known: SlotRecord | undefined, seen: SlotSeen, at: number): SlotRecord {
  const { slot } = seen;
  const retained = known?.retained ?? new History([], GROWTH_SECONDS);
  if (slot.retainedBytes !== undefined) retained.add(at, slot.retainedBytes);
  const confirmed = slot.confirmed ?? known?.confirmed ?? 0;
  return {
    isLost: slot.walStatus === "lost",
    ...(slot.isActive ? {} : { inactiveSince: inactiveSince(known, slot, at) }),
    oldestUnconfirmedAt: oldestUnconfirmed(known, seen, confirmed, at),
    confirmed,
    confirmedChangedAt: known?.confirmed === confirmed ? known.confirmedChangedAt : at,
    retained,
    ...foresee(known, seen, retained, at),
  };
}

const inactiveSince = (known: SlotRecord | undefined, slot: SlotVitals, at: number): number =>
  slot.inactiveSince ?? known?.inactiveSince ?? at;

/** The slot's last confirmed position was the newest one at this moment. After a restart: when its file was last written. */
function oldestUnconfirmed(
  known: SlotRecord | undefined,
  { slot, positions, skewSeconds }: SlotSeen,
  confirmed: number,
  at: number,
): number {
  if ((slot.unconfirmedBytes ?? 0) === 0) return at;
  const written = slot.confirmedFileAt === undefined ? undefined : slot.confirmedFileAt - skewSeconds;
  return Math.min(positions.lastAtOrBelow(confirmed) ?? written ?? known?.oldestUnconfirmedAt ?? at, at);
}

function foresee(
  known: SlotRecord | undefined,
  { slot, positions, idleTimeout }: SlotSeen,
  retained: History,
  at: number,
): Pick<SlotRecord, "loss" | "lossUnread"> {
  // When it was lost stays told.
  if (slot.walStatus === "lost" && known?.isLost === true)
    return { loss: known.loss, lossUnread: known.lossUnread };
  const outlook: SlotOutlook = {
    slot,
    inactiveSince: inactiveSince(known, slot, at),
    idleTimeoutSeconds: secondsOf(idleTimeout),
    walRate: (seconds) => positions.rate(seconds),
    growth: retained.rate(GROWTH_SECONDS),
  };
  const loss = forecastLoss(outlook, at);
  if (!slot.isActive) return { loss, lossUnread: loss };
  const unread = { ...outlook, slot: { ...slot, isActive: false }, inactiveSince: at };
  return { loss, lossUnread: forecastLoss(unread, at) };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };

/** Seconds of a setting as PostgreSQL prints it: `1min`, `0`. Undefined: none, or switched off. */
export function secondsOf(setting: string | undefined): number | undefined {
  const parts = /^(\d+)(ms|s|min|h|d)$/u.exec(setting ?? "");
  return parts === null ? undefined : Number(parts[1]) * (UNIT_SECONDS[parts[2] ?? ""] ?? 1);
}
