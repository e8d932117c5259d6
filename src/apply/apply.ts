/** Runs a plan. There is nothing to resume from but the servers themselves: observe, plan and apply again. */
import { ConnectionError } from "../domain/errors.ts";
import type { Plan, Step } from "../domain/step.ts";
import type { Session } from "../postgres/session.ts";
import { claimNode, releaseNode } from "./claim.ts";
import { Consents } from "./consent.ts";
import type { ApplySummary, StepStatus } from "./event.ts";
import { explainFailure, type Failure, failureOf, interruption } from "./failure.ts";
import { type Outcome, runStep } from "./run-step.ts";
import { runSchedule } from "./schedule.ts";
import { sideBySide } from "./side-by-side.ts";
import type { ApplyTools } from "./tools.ts";

const PARALLEL = 8;

/**
 * Runs the plan's steps, side by side over nodes. A failed step stops what depends on it; the rest goes on, and then the
 * failure is thrown. Nothing is done when another run has one of the nodes.
 */
export async function applyPlan(plan: Plan, tools: ApplyTools): Promise<ApplySummary> {
  if (plan.steps.length === 0) return { done: 0, skipped: 0, failed: 0 };
  const claimed = new Map<string, Session>();
  const failures: Failure[] = [];
  try {
    await claimNodes(plan.steps, claimed, tools);
    return await runClaimed(plan, failures, tools);
  } finally {
    // To those that went away there is nothing to give back.
    for (const { step, error } of failures) if (error instanceof ConnectionError) claimed.delete(step.node);
    await sideBySide([...claimed.values()], tools.parallel ?? PARALLEL, releaseNode);
  }
}

async function runClaimed(plan: Plan, failures: Failure[], tools: ApplyTools): Promise<ApplySummary> {
  const summary = { done: 0, skipped: 0, failed: 0 };
  const { parallel = PARALLEL, signal } = tools;
  const consents = new Consents(tools.dropRowsOf);
  tools.journal?.note({ project: plan.project, fingerprint: plan.fingerprint, steps: plan.steps.length });
  const run = async (step: Step): Promise<boolean> => {
    const tell = (status: StepStatus, detail?: string): void => announce(tools, step, status, detail);
    const outcome = await runStep(step, { ...tools, consents }, tell);
    if (!("error" in outcome)) {
      summary[outcome.status] += 1;
      tell(outcome.status, detailOf(outcome));
      return true;
    }
    const error = explainFailure(step, outcome.error, tools.topology);
    summary.failed += 1;
    failures.push({ step, error });
    tell(outcome.status, error instanceof Error ? error.message : String(error));
    return false;
  };
  const notRun = await runSchedule({ steps: plan.steps, parallel, signal, run });
  const isInterrupted = signal.aborted && (notRun.length > 0 || failures.length > 0);
  tools.journal?.note({ summary, ...(isInterrupted ? { interrupted: true } : {}) });
  if (isInterrupted) throw interruption(notRun);
  if (failures.length > 0) throw failureOf(failures, notRun);
  return summary;
}

/** Takes all nodes before anything is done. One that does not answer is left to its steps, which will tell. */
async function claimNodes(
  steps: readonly Step[],
  claimed: Map<string, Session>,
  { sessions, signal, parallel = PARALLEL }: ApplyTools,
): Promise<void> {
  const nodes = [...new Set(steps.map((step) => step.node))];
  await sideBySide(nodes, parallel, async (node) => {
    try {
      const session = await sessions.get(node);
      await claimNode(session, signal);
      claimed.set(node, session);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
    }
  });
}

const detailOf = (outcome: Outcome): string | undefined => ("detail" in outcome ? outcome.detail : undefined);

function announce(tools: ApplyTools, step: Step, status: StepStatus, detail: string | undefined): void {
  const event = {
    time: new Date().toISOString(),
    step: step.id,
    node: step.node,
    status,
    ...(detail === undefined ? {} : { detail }),
  };
  tools.journal?.record(event);
  tools.onEvent?.(event);
}
