/** Has a step's effect arrived? Read-only: asks the node what it has, and compares. */
import type { TributaryState } from "../../domain/state.ts";
import type { Session } from "../../postgres/session.ts";
import { type EngineStep, type Progress, progress } from "../engine.ts";
import { isLinkStep, linkProgress } from "../link-progress.ts";
import { type EngineState, observeReplication } from "../replication.ts";
import { observePglogical } from "./observe.ts";

/** Asks two questions. */
export async function progressOf(
  step: EngineStep,
  session: Session,
  node: TributaryState | undefined,
): Promise<Progress> {
  const found = await observeReplication(session);
  const state = await observePglogical(session, found);
  if (isLinkStep(step)) return await linkProgress(step, state, node, session);
  switch (step.kind) {
    case "create-extension":
      return progress(found.has_pglogical, "the extension is not installed");
    case "create-node":
      return progress(state.engineNode !== undefined, "pglogical has no node here");
    case "create-slot":
      return progress(true, "");
    case "drop-node":
      return progress(state.engineNode !== step.engineNode || isShared(state), "the node is still there");
    case "drop-extension":
      return progress(!found.has_pglogical || state.engineNode !== undefined, "the extension is still there");
  }
}

/** Others use the node that we made: then it stays. */
function isShared({ subscriptions, replicationSets }: EngineState): boolean {
  return subscriptions.length > 0 || replicationSets.some(({ tables }) => tables.length > 0);
}
