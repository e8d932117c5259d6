/** Steps with their ids. */
import type { Reason, Step, StepBody, StepKind } from "../domain/step.ts";
import { hazardOf } from "./hazards.ts";

/** The id of a step: its kind, its node, and what on that node it is about. */
export function stepId(kind: StepKind, node: string, about?: string): string {
  return about === undefined ? `${kind} ${node}` : `${kind} ${node} ${about}`;
}

export interface StepFrame {
  readonly node: string;
  readonly reason: Reason;
  /** What on the node the step is about, when its kind alone does not tell. */
  readonly about?: string;
  /** Steps that this one needs. Those that turn out not to be in the plan are done already, and fall away. */
  readonly after?: readonly string[];
  /** Rows above that it may take away. */
  readonly drops?: { readonly owner: string; readonly rows: number };
}

/** One step. */
export function makeStep(frame: StepFrame, body: StepBody): Step {
  const hazard = frame.drops === undefined ? hazardOf(body.kind) : "drops-rows";
  return {
    id: stepId(body.kind, frame.node, frame.about),
    node: frame.node,
    reason: frame.reason,
    ...(hazard === undefined ? {} : { hazard }),
    ...(frame.drops === undefined ? {} : { drops: frame.drops }),
    after: frame.after ?? [],
    ...body,
  };
}
