/** Has a step's effect arrived? Read-only: asks the node what it has, and compares. */
import type { TributaryState } from "../../domain/state.ts";
import type { Session } from "../../postgres/session.ts";
import { type EngineStep, type Progress, progress } from "../engine.ts";
import { isLinkStep, linkProgress } from "../link-progress.ts";
import { observeReplication } from "../replication.ts";
import { observeNative } from "./observe.ts";

/** Asks two questions at most. An extension and a node are pglogical's. */
export async function progressOf(
  step: EngineStep,
  session: Session,
  node: TributaryState | undefined,
): Promise<Progress> {
  const found = await observeReplication(session);
  if (isLinkStep(step)) return await linkProgress(step, await observeNative(session, found), node, session);
  if (step.kind !== "create-slot") return { done: true };
  const slot = found.slots.find(({ name }) => name === step.slot);
  return progress(slot !== undefined && slot.walStatus !== "lost", "the slot is not there");
}
