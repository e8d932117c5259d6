/** A stream that stands still before a transaction: what that is, and how to move past it. */
import type { Session } from "../postgres/session.ts";

/** A link whose subscription is paused. */
export interface StandingStream {
  readonly provider: Session;
  readonly subscriber: Session;
  readonly subscription: string;
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
  /** What the guard refuses. Empty: the guard is not what stops the stream. */
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

/** How an engine moves past a transaction. */
export interface Refusals {
  /** Up to where the subscriber has applied what came, as a position in the provider's WAL. */
  position(stream: StandingStream): Promise<string>;
  /** What the stream would bring next, behind a position. Undefined: nothing is on its way. Changes nothing. */
  next(stream: StandingStream, position: string): Promise<NextTransaction | undefined>;
  /** Lets the stream begin behind a transaction, once it runs again. */
  skip(stream: StandingStream, transaction: NextTransaction): Promise<void>;
}

/** The slot begins where the subscriber last confirmed, which may be well before what it has applied. */
const LOOKS = [1, 1000, 100_000, 10_000_000];

interface Look {
  /** Changes that were looked through. */
  readonly seen: number;
  readonly transaction?: NextTransaction;
}

/** Looks through more and more changes, until there are no others. */
export async function lookFurther(
  look: (changes: number) => Promise<Look>,
): Promise<NextTransaction | undefined> {
  for (const changes of LOOKS) {
    const { seen, transaction } = await look(changes);
    if (transaction !== undefined || seen < changes) return transaction;
  }
  return undefined;
}
