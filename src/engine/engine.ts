/** One way of carrying outboxes from node to node. Each engine is a folder with the same files. */
import type { ReachableNode, SlotState, SubscriptionState } from "../domain/state.ts";
import type { ServerFacts } from "../domain/server.ts";
import type { Statement } from "../domain/statement.ts";
import type { Problem, Step } from "../domain/step.ts";
import type { EngineKind } from "../domain/topology.ts";
import type { Session } from "../postgres/session.ts";
import type { Refusals } from "./refusals.ts";

/** What an engine sees of a node; the rest of a node's state is the same for every engine. */
export type EngineState = Pick<ReachableNode, "replicationSets"> & {
  readonly engineNode?: string;
  /** The engine's extension is there because we made it. */
  readonly madeExtension: boolean;
  readonly subscriptions: readonly SubscriptionState[];
  readonly slots: readonly SlotState[];
};

export interface Engine {
  readonly kind: EngineKind;
  /** Preconditions of the server, pure. `links` says how many subscriptions and slots the topology asks of it. */
  check(
    node: string,
    server: ServerFacts,
    links: { readonly below: number; readonly above: number },
  ): readonly Problem[];
  /** Read-only, and right also where the extension is not installed. */
  observe(session: Session): Promise<EngineState>;
  /** The SQL of a step, pure. Steps that move data have none. */
  statements(step: Step): readonly Statement[];
  /** Stops a subscription of this node's, at once; nothing when it is stopped. Pure. */
  pause(subscription: string): readonly Statement[];
  /** Lets a subscription run, at once and without the wait of a retry. Pure. */
  resume(subscription: string): readonly Statement[];
  /** How to move a stream past commands that the guard refused. Absent: the engine carries no commands. */
  readonly refusals?: Refusals;
  /** Has this step's effect arrived? Read-only. */
  progress(step: Step, session: Session): Promise<Progress>;
}

export type Progress = { readonly done: true } | { readonly done: false; readonly detail: string };
