/** What stopped a plan, in one error. */
import {
  ConnectionError,
  DeadlineError,
  type ErrorDetail,
  Interrupted,
  PreconditionError,
  StepError,
  TributaryError,
} from "../domain/errors.ts";
import type { Step } from "../domain/step.ts";
import type { Topology } from "../domain/topology.ts";
import { connectionOptions } from "../postgres/dsn.ts";
import { errorPlace, explainError } from "../postgres/errors.ts";
import { consentHint, DropsRowsError } from "./consent.ts";

export interface Failure {
  readonly step: Step;
  readonly error: unknown;
}

/** These say more by their exit code than that a step failed. */
const TELLING = [ConnectionError, DeadlineError, PreconditionError] as const;

/** What a driver threw while a step moved data, as one of our errors. */
export function explainFailure(step: Step, error: unknown, topology: Topology): unknown {
  const node = topology.nodes.find(({ name }) => name === step.node);
  if (node === undefined || error instanceof TributaryError) return error;
  return explainError(error, errorPlace(node.name, node.dsn, connectionOptions(node.dsn)));
}

/** The error of a run. What is no error of ours is a bug, and stays as it is. */
export function failureOf(failures: readonly Failure[], notRun: readonly Step[]): unknown {
  const bug = failures.find(({ error }) => !(error instanceof TributaryError));
  if (bug !== undefined) return bug.error;
  const first = failures.find(({ error }) => !(error instanceof ConnectionError)) ?? failures[0];
  if (first === undefined || !(first.error instanceof TributaryError)) return undefined;
  const cause = first.error;
  const others = failures.filter((failure) => failure !== first).map(({ step }) => `"${step.id}"`);
  const message = [
    `step "${first.step.id}" failed: ${cause.message}`,
    ...(others.length === 0 ? [] : [`also failed: ${others.join(", ")}`]),
    ...(notRun.length === 0
      ? []
      : [`not run: ${stepCount(notRun)} that ${notRun.length === 1 ? "needs" : "need"} what failed`]),
  ].join("; ");
  const detail: ErrorDetail = {
    code: cause.code,
    node: first.step.node,
    hint: resuming(cause.hint),
    cause,
  };
  const wanted = failures.flatMap(({ error }) => (error instanceof DropsRowsError ? error.wanted : []));
  if (cause instanceof DropsRowsError)
    return new DropsRowsError(message, wanted, { ...detail, hint: resuming(consentHint(wanted)) });
  const Telling = TELLING.find((kind) => cause instanceof kind);
  return Telling === undefined ? new StepError(message, detail) : new Telling(message, detail);
}

/** The next move, and that the work done so far is not lost. */
function resuming(hint: string | undefined): string {
  const next = hint?.replace(/[;,] run the same command again/u, "") ?? "Read the message.";
  return `${next} Then run the same command again: it goes on where it stopped.`;
}

/** The error of a run that was told to stop. */
export function interruption(notRun: readonly Step[]): Interrupted {
  return new Interrupted(`interrupted; ${stepCount(notRun)} not begun`, {
    code: "interrupted",
    hint: "Run the same command again: it goes on where it stopped.",
  });
}

const stepCount = (steps: readonly Step[]): string =>
  `${steps.length} ${steps.length === 1 ? "step" : "steps"}`;
