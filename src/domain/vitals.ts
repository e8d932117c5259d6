/** What one look at a node gives the monitor. Positions in the WAL are bytes from its start, moments seconds since 1970. */
import type { LinkPhase } from "./state.ts";
import type { EngineKind } from "./topology.ts";
import type { Verdict } from "./verification.ts";

export interface Vitals {
  readonly now: number;
  readonly startedAt: number;
  readonly versionNum: number;
  /** As people read it: "15.20". */
  readonly version: string;
  readonly inRecovery: boolean;
  readonly systemIdentifier: string;
  readonly position: number;
  readonly walBytes: number;
  readonly dataDirectory: string;
  /** Folders by name, where they are not in the data directory. */
  readonly tablespaces: Readonly<Record<string, string>>;
  /** Version of pglogical, where it is installed. */
  readonly extension?: string;
  readonly settings: Readonly<Record<string, string>>;
  /** What a slot may keep before it is lost. Absent: all that the disk has. */
  readonly walKeepBytes?: number;
  readonly used: { readonly slots: number; readonly senders: number; readonly workers: number };
  readonly slots: readonly SlotVitals[];
  readonly subscriptions: readonly SubscriptionVitals[];
  readonly database: { readonly commits: number; readonly rollbacks: number };
  readonly node: { readonly project: string; readonly name: string; readonly version: number };
  readonly links: readonly LinkVitals[];
  readonly heartbeats: readonly Heartbeat[];
  readonly arrivals: readonly ArrivalVitals[];
  readonly parked: readonly ParkedVitals[];
  /** Links into this node. */
  readonly verified: readonly VerifiedVitals[];
  readonly impostures: readonly {
    readonly provider: string;
    readonly node: string;
    readonly messages: number;
  }[];
  /** By set. */
  readonly outboxBytes: Readonly<Record<string, number>>;
  /** Of a thorough look only. */
  readonly databaseBytes?: number;
  /** Of a thorough look only: the zone that the application's sessions have. */
  readonly timeZone?: string;
  /** Of a thorough look only: what is not as it was made, in words. */
  readonly damage?: readonly string[];
}

export interface SlotVitals {
  readonly name: string;
  readonly plugin?: string;
  readonly isActive: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string;
  /** Up to where the subscriber has everything. */
  readonly confirmed?: number;
  readonly retainedBytes?: number;
  readonly unconfirmedBytes?: number;
  /** Until it may be lost; below zero it will be at the next checkpoint. Absent: no limit, or lost. */
  readonly safeBytes?: number;
  readonly catalogXminAge?: number;
  /** When the file of the WAL that holds `confirmed` was last written. */
  readonly confirmedFileAt?: number;
  readonly inactiveSince?: number;
  /** Why the server gave it up. */
  readonly invalidation?: string;
  readonly decodedBytes?: number;
  readonly spilledBytes?: number;
  /** Who reads it. */
  readonly sender?: string;
  readonly senderState?: string;
  readonly senderStartedAt?: number;
  /** When who reads it last answered. */
  readonly repliedAt?: number;
}

export interface SubscriptionVitals {
  readonly engine: EngineKind;
  readonly name: string;
  readonly slot?: string;
  readonly isEnabled: boolean;
  /** A worker is there. */
  readonly isWorking: boolean;
  readonly startedAt?: number;
  /** When the provider was last heard, where the engine tells. */
  readonly heardAt?: number;
  /** The provider's position up to which everything is here. */
  readonly received?: number;
  /** Where the engine counts them. */
  readonly applyErrors?: number;
  /** By type, where the engine counts them. */
  readonly conflicts?: Readonly<Record<string, number>>;
}

export interface LinkVitals {
  readonly provider: string;
  readonly set: string;
  readonly phase: LinkPhase;
  /** How often the stream was stopped at a command, since it last moved on. */
  readonly refusals: number;
  /** When its phase changed, or the first copy of a range or a table ended, whichever is later. */
  readonly progressAt: number;
}

/** The newest beat of a node through one set's outbox. */
export interface Heartbeat {
  readonly node: string;
  readonly set: string;
  readonly number: number;
  readonly sentAt: number;
  readonly arrivedAt: number;
  readonly vitals: BeatVitals;
}

/** What a beat says of its node. */
export interface BeatVitals {
  readonly mounts?: readonly Mount[] | undefined;
  readonly walBytes?: number | undefined;
  readonly retainedBytes?: number | undefined;
}

/** What is seen of the machine under a node. */
export interface MachineSight {
  readonly mounts: readonly Mount[];
  /** When the server's program was last written, by the machine's clock. Absent: nothing tells. */
  readonly programChangedAt?: number;
}

/** A file system under a node. */
export interface Mount {
  /** `data`, `wal`, or `ts:` and the name of a tablespace. */
  readonly mount: string;
  readonly sizeBytes: number;
  readonly availBytes: number;
}

export interface ArrivalVitals {
  readonly node: string;
  readonly arrivedAt: number;
  readonly sentAt: number;
  /** When a message came that showed that the node went back in time. */
  readonly wentBackAt?: number;
}

export interface ParkedVitals {
  readonly owner: string;
  readonly rows: number;
  readonly since: number;
  readonly reason: string;
}

/** What the last comparisons of a link found, over the tables that travel on it now. */
export interface VerifiedVitals {
  readonly provider: string;
  readonly tables: number;
  /** Of these, so many were ever compared. */
  readonly compared: number;
  /** The worst. Absent: some were never compared, and none of the others differs. */
  readonly verdict?: Verdict;
  /** Of the table that waits longest; one that was never compared counts from its first copy. */
  readonly lastAt: number;
  /** How long all of them took. */
  readonly seconds: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly parked: number;
  readonly unsettled: number;
}
