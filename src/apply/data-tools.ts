/** What the steps that move data need. */
import type { Topology } from "../domain/topology.ts";
import type { Sessions } from "../postgres/sessions.ts";

export interface DataTools {
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
  /** How long one wait may take. */
  readonly timeoutMs: number;
  /** Tells a person how far the step is. */
  progress(detail: string): void;
}
