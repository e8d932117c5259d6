/** `plan` over hundreds of nodes, from a generated state: under two seconds for 500, and linear. */
import type { State } from "../src/domain/state.ts";
import type { Node, Topology } from "../src/domain/topology.ts";
import { plan } from "../src/plan/plan.ts";
import { simulate } from "../test/support/simulate.ts";
import { untouchedWorld } from "../test/support/world.ts";
import { type Figure, seconds } from "./figure.ts";
import { tell } from "./stopwatch.ts";

const NODES = [250, 500, 1000] as const;
const DISTRICTS_PER_REGION = 24;
const TABLES = 10;
const ROUNDS = 9;

const GOAL_NODES = 500;
const GOAL_SECONDS = 2;
/** Linear, with some noise: four times the nodes take at most so many times as long. Quadratic would be 16. */
const MOST_GROWTH = 6;

interface Size {
  readonly topology: Topology;
  /** Nothing is there yet. */
  readonly fresh: State;
  /** As it should be. */
  readonly done: State;
}

/** The slower of a tree that is to be set up and one that has nothing to do, for each size; the best of the rounds. */
export function benchPlan(): Figure {
  const sizes = NODES.map(generate);
  const best = sizes.map(() => Number.POSITIVE_INFINITY);
  // Sizes take turns, so that what else the machine does meets all of them alike.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, { topology, fresh, done }] of sizes.entries()) {
      const slower = Math.max(planSeconds(topology, fresh), planSeconds(topology, done));
      best[at] = Math.min(best[at] ?? slower, slower);
    }
  for (const [at, nodes] of NODES.entries()) tell(`plan ${nodes} nodes: ${seconds(best[at] ?? 0)}`);
  const goal = best[NODES.indexOf(GOAL_NODES)] ?? Number.NaN;
  const growth = (best.at(-1) ?? Number.NaN) / (best[0] ?? Number.NaN);
  return {
    what: `\`plan\` on ${GOAL_NODES} nodes, the slower of a fresh and a finished tree`,
    ours: `${seconds(goal)}; from ${NODES[0]} to ${NODES.at(-1)} nodes it takes ${growth.toFixed(1)} × as long`,
    goal: `< ${GOAL_SECONDS} s, linear`,
    isMet: goal < GOAL_SECONDS && growth < MOST_GROWTH,
  };
}

function generate(nodes: number): Size {
  const topology = generatedTopology(nodes);
  const fresh = untouchedWorld(topology);
  const done = simulate(fresh, plan(topology, fresh));
  if (plan(topology, done).steps.length > 0) throw new Error("the generated state is not complete");
  return { topology, fresh, done };
}

function planSeconds(topology: Topology, state: State): number {
  const start = performance.now();
  plan(topology, state);
  return (performance.now() - start) / 1000;
}

function generatedTopology(count: number): Topology {
  const nodes: Node[] = [node("nation", "nation", undefined)];
  for (let at = 0; nodes.length < count; at += 1) {
    const region = `region-${Math.trunc(at / DISTRICTS_PER_REGION)}`;
    if (at % DISTRICTS_PER_REGION === 0) nodes.push({ ...node(region, "region", "nation"), sets: [] });
    nodes.push(node(`district-${at}`, "district", region));
  }
  const tables = Array.from(
    { length: TABLES },
    (_, at) =>
      ({
        schema: "public",
        table: `document_${at}`,
        where: "status = 'approved'",
        onLeave: "retract",
        protect: "refuse",
      }) as const,
  );
  return {
    project: "slm",
    tiers: ["district", "region", "nation"],
    sets: [{ name: "knowledge", tables }],
    nodes,
  };
}

function node(name: string, tier: string, upstream: string | undefined): Node {
  const dsn = `postgresql://postgres@${name}/slm`;
  return {
    name,
    tier,
    dsn,
    linkDsn: dsn,
    engine: "pglogical",
    sets: ["knowledge"],
    ...(upstream === undefined ? {} : { upstream }),
  };
}
