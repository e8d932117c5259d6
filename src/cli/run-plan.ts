/** What `apply` and `remove` have in common: a plan is shown, agreed to, run and accounted for. */
import { applyPlan } from "../apply/apply.ts";
import type { SeedWay } from "../apply/data-tools.ts";
import type { ApplySummary, StepEvent } from "../apply/event.ts";
import { journalFile, openJournal } from "../apply/journal.ts";
import { ConnectionError, Interrupted, PreconditionError } from "../domain/errors.ts";
import type { Plan, Problem } from "../domain/step.ts";
import type { Topology } from "../domain/topology.ts";
import * as steps from "../engine/steps.ts";
import { Sessions, type SessionsOptions } from "../postgres/sessions.ts";
import type { Context } from "./context.ts";
import { renderPlan } from "./render/plan.ts";
import { countEvents, jsonProgress, plainProgress, type Progress, renderSummary } from "./render/progress.ts";

export interface RunOptions {
  readonly sessions: Sessions;
  /** Do not ask. */
  readonly yes: boolean;
  readonly parallel?: number | undefined;
  readonly question: string;
  readonly seed?: SeedWay;
  readonly dropRowsOf?: Readonly<Record<string, number>>;
}

/** How long one step may wait, unless --timeout says otherwise: a stream may have much to catch up with. */
const TIMEOUT_MS = 300_000;
/** When interrupted: how long what runs may go on, so that it ends in order. */
const FAREWELL_MS = 5000;

/** One connection to each node for the whole command, to whatever its dsn leads. They outlive an interruption by a moment. */
export function openSessions(context: Context, topology: Topology, how: SessionsOptions = {}): Sessions {
  const farewell = new AbortController();
  context.signal.addEventListener(
    "abort",
    () => void setTimeout(() => farewell.abort(), FAREWELL_MS).unref(),
  );
  return new Sessions(topology.nodes, {
    signal: farewell.signal,
    statementTimeoutMs: context.timeoutMs ?? TIMEOUT_MS,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
    ...how,
  });
}

/** Shows the plan, asks, runs it and tells what was achieved. Throws what stopped it. */
export async function runPlan(
  context: Context,
  topology: Topology,
  plan: Plan,
  options: RunOptions,
): Promise<void> {
  if (plan.steps.length === 0) return tell(context, plan, [], { done: 0, skipped: 0, failed: 0 });
  if (!context.json || !options.yes) context.stderr(renderPlan(plan));
  if (!options.yes && !(await context.confirm(options.question)))
    throw new Interrupted("nothing was done", {
      code: "declined",
      hint: "Run the same command again when the plan suits you.",
    });
  const journal = openJournal(journalFile(context.topologyFile));
  const progress = await progressFor(context, plan);
  const events: StepEvent[] = [];
  const onEvent = (event: StepEvent): void => {
    if (event.status !== "progress") events.push(event);
    progress.onEvent(event);
  };
  try {
    await applyPlan(plan, {
      topology,
      steps,
      sessions: options.sessions,
      signal: context.signal,
      timeoutMs: context.timeoutMs ?? TIMEOUT_MS,
      journal,
      ...(options.dropRowsOf === undefined ? {} : { dropRowsOf: options.dropRowsOf }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      onEvent,
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    });
  } finally {
    await progress.end();
    tell(context, plan, events, countEvents(events));
  }
}

/** Stops before anything is done where a role may not do its steps. */
export function expectRights(problems: readonly Problem[]): void {
  const [first, ...others] = problems.filter(({ code }) => RIGHTS.includes(code));
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` The same at ${others.map(({ node }) => `"${node}"`).join(", ")}.`;
  throw new PreconditionError(`nothing was done: node "${first.node}": ${first.message}${more}`, {
    code: first.code,
    node: first.node,
    hint: first.fix,
  });
}

const RIGHTS: readonly string[] = ["not-superuser", "not-replication"];

/** Nodes that could not be reached were left out of the plan: the work is not complete. */
export function expectAllReached(problems: readonly Problem[]): void {
  const lost = problems.filter((problem) => problem.code === "node-unreachable");
  const [first] = lost;
  if (first === undefined) return;
  const names = lost.map(({ node }) => `"${node}"`).join(", ");
  throw new ConnectionError(
    `left as it was, with its links: ${names}. Node "${first.node}" ${first.message}`,
    {
      code: "node-unreachable",
      node: first.node,
      hint:
        lost.length === 1 ? first.fix : "Mend what the plan says of each; then run the same command again.",
    },
  );
}

async function progressFor(context: Context, plan: Plan): Promise<Progress> {
  if (context.json) return jsonProgress((line) => context.stdout(line));
  const nodes = new Set(plan.steps.map((step) => step.node)).size;
  const fits = nodes + 4 < (process.stderr.rows ?? 0);
  if (!context.isTerminal || !fits) return plainProgress(plan, (line) => context.stderr(line));
  const { terminalProgress } = await import("./render/terminal-progress.ts");
  return terminalProgress(plan);
}

function tell(context: Context, plan: Plan, events: readonly StepEvent[], summary: ApplySummary): void {
  if (context.json) context.stdout(JSON.stringify({ summary }));
  else if (plan.steps.length === 0) context.stdout(renderPlan(plan));
  else context.stdout(renderSummary(plan, events, summary));
}
