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
const ROUNDS = 5;

interface PlanTime {
  readonly nodes: number;
  /** Steps of the plan that sets the tree up. */
  readonly steps: number;
  /** For a tree that is to be set up. */
  readonly freshSeconds: number;
  /** For a tree that is as it should be. */
  readonly unchangedSeconds: number;
}

const GOAL_NODES = 500;
const GOAL_SECONDS = 2;
/** A plan for twice the nodes may take this many times as long: linear, and some noise. */
const LINEAR = 3;

export function planFigure(): Figure {
  const times = benchPlan();
  for (const { nodes, steps, freshSeconds, unchangedSeconds } of times)
    tell(
      `plan ${nodes} nodes: ${steps} steps in ${seconds(freshSeconds)}; nothing to do in ${seconds(unchangedSeconds)}`,
    );
  const worst = ({ freshSeconds, unchangedSeconds }: PlanTime): number =>
    Math.max(freshSeconds, unchangedSeconds);
  const [half, goal, twice] = times.map(worst);
  if (half === undefined || goal === undefined || twice === undefined)
    throw new Error("three sizes are measured");
  const growth = [goal / half, twice / goal];
  return {
    what: `\`plan\` on ${GOAL_NODES} nodes, state from memory, the slower of a fresh and a finished tree`,
    ours: `${seconds(goal)}; twice the nodes take ${growth.map((factor) => factor.toFixed(1)).join(" and ")} × as long`,
    goal: `< ${GOAL_SECONDS} s, linear`,
    isMet: goal < GOAL_SECONDS && Math.max(...growth) < LINEAR,
  };
}

/** Best of a few rounds, for each size. */
function benchPlan(): readonly PlanTime[] {
  return NODES.map((nodes) => {
    const topology = generatedTopology(nodes);
    const fresh = untouchedWorld(topology);
    const first = plan(topology, fresh);
    const done = simulate(fresh, first);
    if (plan(topology, done).steps.length > 0) throw new Error("the generated state is not complete");
    return {
      nodes: topology.nodes.length,
      steps: first.steps.length,
      freshSeconds: bestOf(topology, fresh),
      unchangedSeconds: bestOf(topology, done),
    };
  });
}

function bestOf(topology: Topology, state: State): number {
  const seconds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    plan(topology, state);
    return (performance.now() - start) / 1000;
  });
  return Math.min(...seconds);
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
    engine: "pglogical",
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
    sets: ["knowledge"],
    ...(upstream === undefined ? {} : { upstream }),
  };
}
