/** A test tree made ready, and waiting for what was written in it to arrive. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { applyPlan } from "../../src/apply/apply.ts";
import type { ApplyTools } from "../../src/apply/tools.ts";
import type { StepEvent } from "../../src/apply/event.ts";
import { ConnectionError, DeadlineError } from "../../src/domain/errors.ts";
import type { Plan } from "../../src/domain/step.ts";
import type { Topology } from "../../src/domain/topology.ts";
import * as steps from "../../src/engine/steps.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan, type PlanOptions } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import type { TestNode, TestTree, TopologyText } from "./cluster.ts";
import { above } from "./equal.ts";
import { type Application, openApplication, query } from "./sql.ts";

export interface Provisioned {
  readonly topology: Topology;
  /** What the plan was, and what happened to each step. */
  readonly plan: Plan;
  readonly events: readonly StepEvent[];
}

/** Makes a tree of servers match a topology with these sets, as `apply` does, and expects that nothing is left to do. */
export async function provision(
  tree: TestTree,
  sets: unknown,
  options: PlanOptions = {},
  text: TopologyText = {},
): Promise<Provisioned> {
  const topology = await topologyOf(tree, sets, text);
  const { dropRowsOf } = options;
  const first = await applyOnce(
    topology,
    options,
    60_000,
    dropRowsOf === undefined ? {} : { dropRowsOf },
  ).catch((error: unknown) => {
    throw withServerLogs(error, tree);
  });
  const left = await planNow(topology, options);
  if (left.steps.length > 0)
    throw new Error(`after apply, steps are left: ${left.steps.map(({ id }) => id).join(", ")}`);
  return first;
}

/** What took too long, or lost its server, shows what the servers said last: their folders go with the test. */
function withServerLogs(error: unknown, tree: TestTree): unknown {
  if (!(error instanceof DeadlineError || error instanceof ConnectionError)) return error;
  const logs = tree.nodes.map(({ name, cluster }) => {
    const lines = readFileSync(cluster.logFile, "utf8").trimEnd().split("\n").slice(-LOG_LINES);
    return `\n-- ${name}\n${lines.join("\n")}`;
  });
  return new Error(`${error.message}${logs.join("")}`, { cause: error });
}

const LOG_LINES = 60;

/** The tree's topology with these sets. */
export async function topologyOf(tree: TestTree, sets: unknown, text: TopologyText = {}): Promise<Topology> {
  const file = path.join(tree.directory, "topology.yaml");
  writeFileSync(file, tree.topologyFile(sets, text));
  return (await loadTopology(file)).topology;
}

/** Observes, plans and applies once. */
export async function applyOnce(
  topology: Topology,
  options: PlanOptions = {},
  timeoutMs = 60_000,
  how: Partial<Pick<ApplyTools, "seed" | "signal" | "sessions" | "dropRowsOf">> = {},
): Promise<Provisioned> {
  await using own = new Sessions(topology.nodes);
  const sessions = how.sessions ?? own;
  const planned = plan(topology, await observe(topology, { sessions }), options);
  const errors = planned.problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ node, message }) => `${node}: ${message}`).join("\n"));
  const events: StepEvent[] = [];
  await applyPlan(planned, {
    topology,
    steps,
    sessions,
    timeoutMs,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...how,
  });
  return { topology, plan: planned, events };
}

export async function planNow(topology: Topology, options: PlanOptions): Promise<Plan> {
  await using sessions = new Sessions(topology.nodes);
  return plan(topology, await observe(topology, { sessions }), options);
}

/** Waits until all that was committed in the tree has been delivered at every tier above. */
export async function settled(tree: TestTree): Promise<void> {
  const senders = tree.nodes.filter(({ upstream }) => upstream !== undefined);
  // One connection for all looks: a new one for each would take the CPU that the servers need.
  const looks = new Map(
    tree.nodes
      .filter(({ name }) => tree.nodes.some(({ upstream }) => upstream === name))
      .map(({ name, dsn }) => [name, openApplication(dsn)]),
  );
  try {
    // A region's fence must follow what its districts sent, so lower tiers first.
    for (const sender of senders) await sendFence(tree, sender, looks);
  } finally {
    await Promise.all([...looks.values()].map((look) => look.close()));
  }
}

/** Waits for what a node has sent, tier by tier. */
async function sendFence(
  tree: TestTree,
  sender: TestNode,
  looks: ReadonlyMap<string, Application>,
): Promise<void> {
  const token = randomUUID();
  await query(
    sender.dsn,
    "select tributary.fence(array(select set_name from tributary.outbox), $1::text::uuid)",
    token,
  );
  for (const upper of above(tree, sender))
    await eventually(
      async () => {
        const fence = "select from tributary.source where node = $1 and fence = $2::text::uuid";
        const found = await looks.get(upper.name)?.query(fence, sender.name, token);
        return found?.length === 1 ? true : undefined;
      },
      { timeoutMs: 60_000, what: `what "${sender.name}" wrote is at "${upper.name}"` },
    );
}
