/** A stream that stands still because the guard refused what comes next: what that is, and how to move past it. */
import type { Session } from "../postgres/session.ts";

/** A link whose subscription is paused. */
export interface StandingStream {
  readonly provider: Session;
  readonly subscriber: Session;
  /** The subscription's slot at the provider. */
  readonly slot: string;
  /** The engine's sets that the subscription has. */
  readonly sets: readonly string[];
}

/** The next transaction of a stream. */
export interface NextTransaction {
  readonly xid: string;
  /** As the provider's server wrote it, in UTC. */
  readonly committedAt: string | null;
  /** The position in the provider's WAL right behind it. */
  readonly end: string;
  /** What the guard refuses. Empty: it does not stand in the way. */
  readonly commands: readonly CommandCount[];
  readonly messages: readonly MessageCount[];
  /** Changes of tables that no link of ours carries. */
  readonly otherChanges: number;
}

export interface CommandCount {
  readonly role: string | null;
  /** The engine's letter for it. */
  readonly type: string | null;
  readonly commands: number;
}

export interface MessageCount {
  /** Null: a fence or a beat, or a message that names no table. */
  readonly relation: string | null;
  readonly messages: number;
  readonly rows: number;
}

/** How an engine that carries commands moves past them. */
export interface Refusals {
  /** What the stream would bring next. Undefined: nothing is on its way. Changes nothing. */
  next(stream: StandingStream): Promise<NextTransaction | undefined>;
  /** Lets the stream begin behind a transaction, once it runs again. */
  skip(stream: StandingStream, transaction: NextTransaction): Promise<void>;
}
