/** `apply`, as the proof of concept runs it: the same functions as the command, nothing else. */
import { applyPlan } from "../../apply/apply.ts";
import type { StepEvent } from "../../apply/event.ts";
import { PreconditionError, StepError } from "../../domain/errors.ts";
import type { Plan } from "../../domain/step.ts";
import type { Topology } from "../../domain/topology.ts";
import { engines } from "../../engine/index.ts";
import * as steps from "../../engine/steps.ts";
import { observe } from "../../observe/observe.ts";
import { plan } from "../../plan/plan.ts";
import { Sessions } from "../../postgres/sessions.ts";
import { loadTopology } from "../../topology/load.ts";
import type { Context } from "../context.ts";

const STEP_TIMEOUT_MS = 60_000;

/** Makes the servers match the topology file. Tells, for each link, the rows expected and the rows present. */
export async function provision(context: Context, topologyFile: string): Promise<readonly string[]> {
  const { topology } = await loadTopology(topologyFile);
  // Sessions of its own: what apply takes, it gives back at its end.
  await using sessions = new Sessions(topology.nodes, { signal: context.signal });
  const first = await planNow(topology, sessions);
  refuseProblems(first);
  const proofs: string[] = [];
  const onEvent = (event: StepEvent): void => {
    if (event.status === "done" && isLink(first, event.step)) proofs.push(proofOf(event));
    if (event.status !== "progress") context.stderr(`  ${event.status} ${event.step}`, "debug");
  };
  const summary = await applyPlan(first, {
    topology,
    steps,
    sessions,
    signal: context.signal,
    timeoutMs: context.timeoutMs ?? STEP_TIMEOUT_MS,
    onEvent,
  });
  const second = await planNow(topology, sessions);
  if (second.steps.length > 0)
    throw new StepError(
      `after apply, ${second.steps.length} steps are left, the first is ${second.steps[0]?.id}`,
      {
        code: "apply-incomplete",
      },
    );
  return [
    `${summary.done} steps on ${topology.nodes.length} nodes; a second plan is empty`,
    "rows expected and present on each link:",
    ...proofs.sort(),
  ];
}

/** Has every subscription that is down connect now: by itself the server tries only every few minutes. */
export async function reconnect(context: Context, topologyFile: string): Promise<void> {
  const { topology } = await loadTopology(topologyFile);
  await using sessions = new Sessions(topology.nodes, { signal: context.signal });
  const { nodes } = await observe(topology, { sessions });
  for (const node of nodes) {
    if (!node.reachable) continue;
    const session = await sessions.get(node.name);
    for (const { engine, name, status } of node.subscriptions)
      if (status === "down")
        await session.run(engines[engine].resume(name), { lockTimeoutMs: STEP_TIMEOUT_MS });
  }
}

async function planNow(topology: Topology, sessions: Sessions): Promise<Plan> {
  return plan(topology, await observe(topology, { sessions }));
}

function refuseProblems({ problems }: Plan): void {
  const [problem] = problems.filter(({ severity }) => severity === "error");
  if (problem === undefined) return;
  throw new PreconditionError(`node "${problem.node}": ${problem.message}`, {
    code: problem.code,
    node: problem.node,
    hint: problem.fix,
  });
}

function isLink({ steps }: Plan, id: string): boolean {
  return steps.some((step) => step.id === id && step.kind === "open-link");
}

/** `open-link east district-a` with its counts. */
function proofOf({ step, detail = "" }: StepEvent): string {
  return `  ${step.replace(/^open-link /, "")}  ${detail.replaceAll("public.", "")}`;
}
