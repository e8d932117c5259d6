/** Where a row is, and why it is not further. Data only. */
import type { SubscriptionStatus } from "../domain/state.ts";
import type { ColumnDifference } from "../domain/verification.ts";
import type { KeptMessage, ParkedRow } from "./queries.ts";

/** A condition of the filter, and whether the row meets it: `true`, `false`, `null`, or why that cannot be told. */
export interface FilterPart {
  readonly condition: string;
  readonly answer: string;
}

/** Who wrote the row last at a node, as far as its server still knows. */
export interface Writing {
  readonly xid: string;
  /** Absent: the server keeps no commit times, or no longer this one. */
  readonly at?: Date;
  /** The stream that brought it. Absent: written there, or not known. */
  readonly origin?: string;
}

/** What one node says of the row. */
export interface Place {
  readonly node: string;
  readonly tier: string;
  /** Why nothing is known: the node cannot be reached, or the table is not set up there. */
  readonly unknown?: string;
  readonly isPresent: boolean;
  /** Whose row it is; the node itself where it was written there. Absent: the row is not here. */
  readonly owner?: string;
  /** It goes up from here, or would if there were anything above. */
  readonly isSent: boolean;
  /** Of the node's own row: whether it passes the filter. Absent: not its own, or nothing is captured here. */
  readonly isApproved?: boolean;
  /** Where it does not pass. */
  readonly parts: readonly FilterPart[];
  /** on_leave is keep. */
  readonly keeps: boolean;
  readonly written?: Writing;
  readonly parked?: ParkedRow;
  /** Newest first. */
  readonly messages: readonly KeptMessage[];
  /** Messages before that are no longer kept. Absent: none is kept. */
  readonly messagesSince?: Date;
  /** False: the outbox is too large to look through. */
  readonly isSearched: boolean;
  /** When the newest message of the row's owner that arrived here was sent, by the owner's clock. */
  readonly newestSentAt?: Date;
  /** Its columns that travel: the first characters of each value, and a digest of all of it. */
  readonly values: ReadonlyMap<string, { readonly text: string | null; readonly digest: string | null }>;
}

/** How a link stands, as `status` tells it. */
export interface Standing {
  readonly state: SubscriptionStatus;
  readonly slot: string | null;
  readonly error?: string;
  readonly hint?: string;
}

/** Up to where a link's subscriber has everything. */
export interface Position {
  /** Where the provider's WAL ended when the row was looked at, in bytes. */
  readonly present: number;
  readonly confirmed: number;
  /** Milliseconds of our clock. */
  readonly at: number;
}

/**
 * arrived: the row's last change was committed before what the subscriber has confirmed. after: it was committed later than
 * that. unknown: neither can be told.
 */
export type Passage = "arrived" | "after" | "unknown";

/**
 * Of a node, held against the owner; where that is out of reach, against the nearest below that is not. extra: the owner
 * sends no such row. kept: nor does it, and `on_leave: keep` wants it so.
 */
export type Finding = "equal" | "nothing" | "missing" | "different" | "extra" | "kept" | "unknown";

/**
 * Why it is not as it should be. taken: another node's row has the key. below: it has not come as far as the provider. link:
 * the stream does not run, or not yet. way: it is on its way. unexplained: what was sent has arrived, and yet.
 */
export type Cause = "parked" | "taken" | "below" | "link" | "way" | "unexplained";

/** A link on the way, and how its upper end is. */
export interface Hop {
  readonly provider: string;
  readonly subscriber: string;
  readonly finding: Finding;
  readonly cause?: Cause;
  readonly standing: Standing;
  readonly passage: Passage;
  /** What waits at the provider. Absent: it is not known. */
  readonly waitingBytes?: number;
  readonly bytesPerSecond?: number;
  /** When it will be there, at that rate. Absent: never, or not known. */
  readonly seconds?: number;
  readonly columns: readonly ColumnDifference[];
}

/** From the node where the row was written up to the root. */
export interface Path {
  readonly owner: string;
  /** The owner first. */
  readonly places: readonly Place[];
  /** One fewer than places. */
  readonly hops: readonly Hop[];
  /** False: it is not where it should be, or it cannot be told. */
  readonly isWell: boolean;
}

export interface Trace {
  readonly relation: string;
  readonly key: readonly string[];
  readonly at: Date;
  /** One for each node that has, had, or sent such a row. None: nobody knows of it. */
  readonly paths: readonly Path[];
  /** Nodes that were asked and said nothing, with the reason. */
  readonly silent: readonly { readonly node: string; readonly reason: string }[];
}
