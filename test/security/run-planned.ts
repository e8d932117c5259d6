/** Attacks need a plan that was made before they came, and a stream that gets past them. */
import { applyPlan } from "../../src/apply/apply.ts";
import { skipRefused } from "../../src/apply/skip.ts";
import type { Plan } from "../../src/domain/step.ts";
import { linksUpward, type Topology } from "../../src/domain/topology.ts";
import * as steps from "../../src/engine/steps.ts";
import type { NextTransaction } from "../../src/engine/refusals.ts";
import { Sessions } from "../../src/postgres/sessions.ts";

const TIMEOUT_MS = 60_000;

/** Applies a plan as it is. */
export async function runPlanned(topology: Topology, plan: Plan): Promise<void> {
  await using sessions = new Sessions(topology.nodes);
  const signal = new AbortController().signal;
  await applyPlan(plan, {
    topology,
    steps,
    sessions,
    timeoutMs: TIMEOUT_MS,
    signal,
    onEvent: () => undefined,
  });
}

/** Moves a node's stream past the transaction that stops it. */
export async function skipOnce(topology: Topology, provider: string): Promise<NextTransaction | undefined> {
  const link = linksUpward(topology).find((candidate) => candidate.provider.name === provider);
  if (link === undefined) throw new Error(`"${provider}" sends to nobody`);
  await using sessions = new Sessions(topology.nodes);
  const signal = new AbortController().signal;
  const tools = { topology, sessions, signal, timeoutMs: TIMEOUT_MS, progress: () => undefined };
  return await skipRefused(link, tools, () => Promise.resolve());
}
