/** What applying a plan needs. */
import type { Topology } from "../domain/topology.ts";
import type { Engine } from "../engine/engine.ts";
import type { Sessions } from "../postgres/sessions.ts";
import type { SeedWay } from "./data-tools.ts";
import type { StepEvent } from "./event.ts";
import type { Journal } from "./journal.ts";

export interface ApplyTools {
  readonly topology: Topology;
  readonly engine: Engine;
  readonly sessions: Sessions;
  /** Once aborted, what runs is finished and nothing else is begun. */
  readonly signal: AbortSignal;
  /** How long one step may wait: for a lock, for its effect. */
  readonly timeoutMs: number;
  /** How many nodes to work on at the same time. Default: 8. */
  readonly parallel?: number;
  readonly seed?: SeedWay;
  readonly journal?: Journal;
  readonly onEvent?: (event: StepEvent) => void;
}
