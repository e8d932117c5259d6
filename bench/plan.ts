/** `plan` over hundreds of nodes, from a generated state: under two seconds for 500, and linear. */
import type { State } from "../src/domain/state.ts";
import type { Node, Topology } from "../src/domain/topology.ts";
import { plan } from "../src/plan/plan.ts";
import { simulate } from "../test/support/simulate.ts";
import { untouchedWorld } from "../test/support/world.ts";

const NODES = [250, 500, 1000] as const;
const DISTRICTS_PER_REGION = 24;
const TABLES = 10;
const ROUNDS = 5;

export interface PlanFigure {
  readonly nodes: number;
  /** Steps of the plan that sets the tree up. */
  readonly steps: number;
  /** For a tree that is to be set up. */
  readonly freshSeconds: number;
  /** For a tree that is as it should be. */
  readonly unchangedSeconds: number;
}

/** Best of a few rounds, for each size. */
export function benchPlan(): readonly PlanFigure[] {
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
