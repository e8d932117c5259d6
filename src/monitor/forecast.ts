/** When will a slot be lost, a disk be full? As moments: they stay true while the node is dark. Pure. */
import type { SlotVitals } from "../domain/vitals.ts";
import type { History } from "./history.ts";

export const WINDOWS = { "6h": 6 * 3600, "24h": 24 * 3600 } as const;
export type Window = keyof typeof WINDOWS;

/** Seconds since 1970 by the window that it is read from; Infinity: not as things are. Absent: not known long enough. */
export type Forecast = { readonly [W in Window]?: number };

export interface SlotOutlook {
  readonly slot: SlotVitals;
  readonly inactiveSince: number;
  /** PostgreSQL 18 gives up a slot that nobody reads for so long. */
  readonly idleTimeoutSeconds: number | undefined;
  /** Bytes of WAL per second. */
  readonly walRate: (seconds: number) => number | undefined;
  /** How fast what the slot keeps grows, in bytes per second. */
  readonly growth: number | undefined;
}

/**
 * A slot that nobody reads keeps all WAL that is written: it is lost when that is as much as the server's limit allows. Of one
 * that is read only what it falls behind counts. PostgreSQL gives a slot up at the next checkpoint, so this is early rather
 * than late.
 */
export function forecastLoss(outlook: SlotOutlook, at: number): Forecast {
  const { slot } = outlook;
  if (slot.walStatus === "lost") return forWindows(() => at);
  return forWindows((seconds) => {
    const timeout =
      slot.isActive || outlook.idleTimeoutSeconds === undefined
        ? Number.POSITIVE_INFINITY
        : outlook.inactiveSince + outlook.idleTimeoutSeconds;
    if (slot.safeBytes === undefined) return timeout;
    const rate = slot.isActive ? Math.max(0, outlook.growth ?? 0) : outlook.walRate(seconds);
    if (rate === undefined) return slot.safeBytes <= 0 ? at : undefined;
    return Math.min(timeout, at + wait(Math.max(slot.safeBytes, 0), rate));
  });
}

export interface DiskOutlook {
  readonly availBytes: number;
  readonly avail: History;
  /** So much WAL will slots that nobody reads yet keep: none is recycled, however flat the last hours looked. */
  readonly heldRoomBytes: number;
  readonly walRate: (seconds: number) => number | undefined;
}

/** At the rate at which space went; and no later than the WAL fills it, where a slot holds that. */
export function forecastFull(
  { availBytes, avail, heldRoomBytes, walRate }: DiskOutlook,
  at: number,
): Forecast {
  return forWindows((seconds) => {
    const rate = avail.rate(seconds);
    if (rate === undefined) return undefined;
    const held = availBytes < heldRoomBytes ? (walRate(seconds) ?? 0) : 0;
    return at + wait(availBytes, Math.max(-rate, held));
  });
}

const wait = (bytes: number, rate: number): number =>
  rate > 0 ? bytes / rate : bytes > 0 ? Number.POSITIVE_INFINITY : 0;

function forWindows(moment: (seconds: number) => number | undefined): Forecast {
  return Object.fromEntries(
    Object.entries(WINDOWS).flatMap(([window, seconds]) => {
      const at = moment(seconds);
      return at === undefined ? [] : [[window, at]];
    }),
  );
}
