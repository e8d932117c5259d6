/** What applying a plan needs. */
import type { Topology } from "../domain/topology.ts";
import type { Statement } from "../domain/statement.ts";
import type { Step } from "../domain/step.ts";
import type { Progress } from "../engine/engine.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import type { SeedWay } from "./data-tools.ts";
import type { StepEvent } from "./event.ts";
import type { Journal } from "./journal.ts";

/** What a step is in SQL, and whether its effect is there: of `engine/steps.ts`. */
export interface Steps {
  statementsOf(step: Step): readonly Statement[];
  progressOf(step: Step, session: Session): Promise<Progress>;
}

export interface ApplyTools {
  readonly topology: Topology;
  readonly steps: Steps;
  readonly sessions: Sessions;
  /** Once aborted, what runs is finished and nothing else is begun. */
  readonly signal: AbortSignal;
  /** How long one step may wait: for a lock, for its effect. */
  readonly timeoutMs: number;
  /** How many nodes to work on at the same time. Default: 8. */
  readonly parallel?: number;
  readonly seed?: SeedWay;
  /** By the node in whose name they are: the most rows that may go from a node above. Absent: a handful. */
  readonly dropRowsOf?: Readonly<Record<string, number>>;
  readonly journal?: Journal;
  readonly onEvent?: (event: StepEvent) => void;
}
