/** What happens while a plan is applied. */

/**
 * skipped: its effect was there already. in-doubt: the connection was lost, or the work was interrupted, while a
 * statement ran; the next run looks whether it took effect.
 */
export type StepStatus = "started" | "progress" | "done" | "skipped" | "failed" | "in-doubt";

export interface StepEvent {
  /** ISO 8601. */
  readonly time: string;
  /** Id of the step. */
  readonly step: string;
  readonly node: string;
  readonly status: StepStatus;
  readonly detail?: string;
}

/** Steps by how they ended. Those that need a failed one, or come after an interruption, are in none of the numbers. */
export interface ApplySummary {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
}
