/** One way of carrying outboxes from node to node. Each engine is a folder with the same files. */
import type { ServerFacts } from "../domain/server.ts";
import type { SubscriptionState, TributaryState } from "../domain/state.ts";
import type { Statement } from "../domain/statement.ts";
import type { Problem, StepOf } from "../domain/step.ts";
import type { EngineKind } from "../domain/topology.ts";
import type { Session } from "../postgres/session.ts";
import type { Refusals } from "./refusals.ts";
import type { EngineState, Replication } from "./replication.ts";
import type { EngineStepKind } from "./schema-statements.ts";

/** A step that is another one for each engine. */
export type EngineStep = StepOf<EngineStepKind>;

export interface Engine {
  readonly kind: EngineKind;
  /** Preconditions of the server, pure. `links` says how many subscriptions and slots the topology asks of it. */
  check(
    node: string,
    server: ServerFacts,
    links: { readonly below: number; readonly above: number },
  ): readonly Problem[];
  /** Read-only, and right also where the extension is not installed. `found` is what PostgreSQL itself told just before. */
  observe(session: Session, found: Replication): Promise<EngineState>;
  /** The SQL of a step, pure. */
  statements(step: EngineStep): readonly Statement[];
  /** Stops a subscription of this node's, at once; nothing when it is stopped. Pure. */
  pause(subscription: string): readonly Statement[];
  /** Lets a subscription run, at once and without the wait of a retry. Pure. */
  resume(subscription: string): readonly Statement[];
  readonly handover: Handover;
  /** How to move a stream past a transaction at which it stands still. */
  readonly refusals: Refusals;
  /** Has this step's effect arrived? Read-only. `node` is what the schema tells of itself, where it is there. */
  progress(step: EngineStep, session: Session, node: TributaryState | undefined): Promise<Progress>;
}

/** How a stream goes over from another engine to this one, at one position. Pure: statements for the subscriber. */
export interface Handover {
  /** What is needed before the slot: its name may come from it. Done twice, it is the same. */
  prepare(step: StepOf<"change-engine">): readonly Statement[];
  /** At the provider, for the slot of that name: from then on it keeps what comes. */
  createSlot(slot: string, failover: boolean): readonly Statement[];
  /** The slot of a subscription that may not be there yet. */
  slotName(name: string, present: SubscriptionState | undefined): string;
  /** In one transaction: a subscription that does not run yet, and begins behind the position, in bytes of the provider's WAL. */
  takeOver(step: StepOf<"change-engine">, position: number): readonly Statement[];
  /** Leaves the stream to the other engine: the subscription goes, what is known of the link stays. */
  leave(subscription: string): readonly Statement[];
}

export type Progress = { readonly done: true } | Unfinished;

interface Unfinished {
  readonly done: false;
  readonly detail: string;
  /** A subscription that has failed, though nothing seems to be in its way: it would try again by itself after minutes. */
  readonly stalled?: string;
}

/** Done, or what is in the way. */
export function progress(done: boolean, detail: string): Progress {
  return done ? { done: true } : { done: false, detail };
}
