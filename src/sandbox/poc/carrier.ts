/** What the scenes need to know of the way in which rows travel in a tree. */
import type { Session } from "../../postgres/session.ts";

/** What a site above has of one office, once it had its chance. */
export interface Arrived {
  readonly ms: number;
  readonly rows: number;
  /** Approved rows of the office. */
  readonly wanted: number;
  /** Every one of them is there, as it is in the office, and no other. */
  readonly isEqual: boolean;
}

/** By site. */
export type Arrival = ReadonlyMap<string, Arrived>;

export interface Clock {
  /** When it began, by `performance.now()`. Default: now. */
  readonly since?: number;
  readonly timeoutMs?: number;
}

export interface Carrier {
  /** Waits until whatever will travel from the office to the sites has arrived there. */
  arrival(office: string, sites: readonly string[], clock?: Clock): Promise<Arrival>;
  /** Has servers whose connection is down try again now. Absent: by themselves they do so every few seconds. */
  readonly reconnect?: () => Promise<void>;
  /** How much there is at a site that must not be above a district. */
  countStrays(session: Session): Promise<number>;
}
