/** One step: is it done already? Do it. Has its effect arrived? */
import { ConnectionError, Interrupted } from "../domain/errors.ts";
import type { Step } from "../domain/step.ts";
import { engines } from "../engine/index.ts";
import { expectReach } from "../engine/provider-probe.ts";
import type { Session } from "../postgres/session.ts";
import { changeEngine } from "./change-engine.ts";
import { claimNode } from "./claim.ts";
import type { Consents } from "./consent.ts";
import type { StepStatus } from "./event.ts";
import { withLinkPassword } from "./link-password.ts";
import { pauseLink, STALLED_MS } from "./link.ts";
import { openLink } from "./open-link.ts";
import { recordOnNode } from "./record.ts";
import { runGently } from "./run-gently.ts";
import { seedTable } from "./seed/seed-table.ts";
import type { ApplyTools } from "./tools.ts";
import { until } from "../postgres/until.ts";

/** How a step ended. An error, unless it ended well. */
export type Outcome =
  | { readonly status: "done"; readonly detail?: string }
  | { readonly status: "skipped" }
  | { readonly status: "failed" | "in-doubt"; readonly error: unknown };

/** Of one run. */
export type RunTools = ApplyTools & { readonly consents: Consents };

type Tell = (status: StepStatus, detail?: string) => void;

/** Before the first and after the last of these a node has no journal. */
const WITHOUT_JOURNAL: readonly Step["kind"][] = ["create-extension", "drop-schema", "drop-extension"];

/** Runs a step to its end. `tell` hears that it began and how far it is. Never throws. */
export async function runStep(step: Step, tools: RunTools, tell: Tell): Promise<Outcome> {
  let isActing = false;
  try {
    const session = await tools.sessions.get(step.node);
    // Again, as the connection may be another one than at the start of the run.
    await claimNode(session, tools.signal);
    if ((await tools.steps.progressOf(step, session)).done) return { status: "skipped" };
    tell("started");
    isActing = true;
    const detail = await act(step, tools, session, tell);
    await waitForEffect(step, tools, session, tell);
    if (!WITHOUT_JOURNAL.includes(step.kind)) await recordOnNode(session, step.id, "done", detail);
    return detail === undefined ? { status: "done" } : { status: "done", detail };
  } catch (error) {
    const isOpen = error instanceof ConnectionError || error instanceof Interrupted;
    return { status: isActing && isOpen ? "in-doubt" : "failed", error };
  }
}

async function act(step: Step, tools: RunTools, session: Session, tell: Tell): Promise<string | undefined> {
  const data = { ...tools, progress: (detail: string) => tell("progress", detail) };
  if (step.kind === "seed-table") return seedTable(step, data);
  if (step.kind === "open-link") return openLink(step, data);
  if (step.kind === "change-engine") return changeEngine(step, data);
  // What works is not dropped where what replaces it could not connect.
  if (step.kind === "drop-subscription" && step.heir !== undefined)
    await expectReach(session, step.project, step.heir, "The subscription stays as it is");
  // A worker that is on its way out must be gone: PostgreSQL 15 starts none beside it, and looks again after three minutes.
  if (step.kind === "enable-subscription")
    await pauseLink({ ...step, provider: step.provider.name, subscriber: session }, data);
  const whole =
    step.kind === "create-subscription" || step.kind === "alter-subscription"
      ? await withLinkPassword(step, data)
      : step;
  await runGently(session, tools.steps.statementsOf(whole), data);
  return undefined;
}

async function waitForEffect(step: Step, tools: ApplyTools, session: Session, tell: Tell): Promise<void> {
  const { steps, timeoutMs, signal } = tools;
  let seen = "not seen";
  let toldAt = performance.now();
  const hasArrived = async (): Promise<true | undefined> => {
    const progress = await steps.progressOf(step, session);
    if (progress.done) return true;
    if (progress.stalled !== undefined && "engine" in step && performance.now() - toldAt > STALLED_MS) {
      await session.run(engines[step.engine].resume(progress.stalled));
      toldAt = performance.now();
    }
    if (progress.detail !== seen) tell("progress", progress.detail);
    seen = progress.detail;
    return undefined;
  };
  await until(hasArrived, { timeoutMs, signal, describe: () => `the effect of "${step.id}" (${seen})` });
}
