/** What each kind of step may hurt. */
import type { Hazard, StepKind } from "../domain/step.ts";

const HAZARDS: Readonly<Partial<Record<StepKind, Hazard>>> = {
  "deliver-table": "locks-writes",
  "capture-table": "locks-writes",
  "seed-table": "copies-data",
  "drop-slot": "drops-data",
  "drop-capture": "locks-writes",
  "drop-delivery": "locks-writes",
  "drop-outbox": "drops-data",
  "drop-schema": "drops-data",
};

/** The hazard of a step, if it has one. */
export function hazardOf(kind: StepKind): Hazard | undefined {
  return HAZARDS[kind];
}
