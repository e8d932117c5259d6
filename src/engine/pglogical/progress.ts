/** Has a step's effect arrived? Read-only: asks the node what it has, and compares. */
import type { KeptPassword, TributaryState } from "../../domain/state.ts";
import type { StepOf } from "../../domain/step.ts";
import type { Session } from "../../postgres/session.ts";
import { type EngineStep, type Progress, progress } from "../engine.ts";
import { isLinkStep, linkProgress } from "../link-progress.ts";
import { type EngineState, type Replication, observeReplication } from "../replication.ts";
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
  if (step.kind === "close-extension") return closed(found);
  if (step.kind === "forget-passwords") return forgotten(step, state);
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

function closed({ pglogical_rights: rights }: Replication): Progress {
  return progress(rights?.isOpen !== true && rights?.isUsable !== false, "its functions are everybody's");
}

function forgotten(
  { interfaces }: StepOf<"forget-passwords">,
  { keptPasswords = [] }: EngineState,
): Progress {
  const isKept = interfaces.some((wanted) => keptPasswords.some((kept) => isSame(kept, wanted)));
  return progress(!isKept, "the passwords are still there");
}

function isSame(kept: KeptPassword, wanted: KeptPassword): boolean {
  return kept.engineNode === wanted.engineNode && kept.interface === wanted.interface;
}

/** Others use the node that we made: then it stays. */
function isShared({ subscriptions, replicationSets }: EngineState): boolean {
  return subscriptions.length > 0 || replicationSets.some(({ tables }) => tables.length > 0);
}
