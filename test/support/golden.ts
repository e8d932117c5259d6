/**
 * A golden case is a folder: topology.yaml (what should be), state.yaml (what is, in few words) and plan.txt (the plan
 * that is expected, as people read it). `vitest -u` writes plan.txt.
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";
import { z } from "zod";

import { reachable, type ReachableNode, type State } from "../../src/domain/state.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { plan, type PlanOptions } from "../../src/plan/plan.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { simulate } from "./simulate.ts";
import { tableState, untouchedWorld, withNode, withoutNode } from "./world.ts";

const GOLDEN = new URL("../golden/", import.meta.url);

const given = z.strictObject({
  /** The topology that was applied before: a file of the folder. Absent: nothing was. */
  applied: z.string().optional(),
  /** Id of the step in which that apply was killed. */
  killedIn: z.string().optional(),
  /** What was done to nodes since, laid over their state. */
  nodes: z.record(z.string(), z.looseObject({})).default({}),
  /** Tables that a node has instead of what it had, as columns and key. Null: it has none of that name. */
  tables: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.strictObject({ columns: z.array(z.string()), key: z.array(z.string()) }).nullable(),
      ),
    )
    .default({}),
  /** Nodes out of reach, and why. */
  unreachable: z.record(z.string(), z.string()).default({}),
  /** How the plan is asked for. */
  options: z
    .strictObject({
      nodes: z.array(z.string()).optional(),
      remove: z.array(z.string()).optional(),
      gone: z.boolean().optional(),
      prune: z.boolean().optional(),
      dropRowsOf: z.record(z.string(), z.number()).optional(),
    })
    .default({}),
});
type Given = z.infer<typeof given>;

export interface GoldenCase {
  readonly topology: Topology;
  readonly state: State;
  readonly options: PlanOptions;
  /** Where the expected plan is. */
  readonly planFile: string;
}

/** Names of all cases. */
export function goldenCases(): readonly string[] {
  return readdirSync(GOLDEN, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** Reads a case. */
export async function goldenCase(name: string): Promise<GoldenCase> {
  const folder = new URL(`${name}/`, GOLDEN);
  const topology = await readTopology(new URL("topology.yaml", folder));
  const what = given.parse(parse(readFileSync(new URL("state.yaml", folder), "utf8")) ?? {});
  const before = what.applied === undefined ? undefined : await readTopology(new URL(what.applied, folder));
  return {
    topology,
    state: stateOf(topology, before, what),
    options: what.options as PlanOptions,
    planFile: fileURLToPath(new URL("plan.txt", folder)),
  };
}

async function readTopology(file: URL): Promise<Topology> {
  return (await loadTopology(fileURLToPath(file))).topology;
}

function stateOf(topology: Topology, before: Topology | undefined, what: Given): State {
  let state = withTables(untouchedWorld(before ?? topology), what);
  if (before !== undefined) {
    const done = plan(before, state);
    const killedAt = done.steps.findIndex((step) => step.id === what.killedIn);
    if (what.killedIn !== undefined && killedAt < 0) throw new Error(`there is no step "${what.killedIn}"`);
    state = simulate(state, done, killedAt < 0 ? undefined : killedAt);
    state = withTables(addNodes(state, topology), what);
  }
  for (const [name, change] of Object.entries(what.nodes))
    state = withNode(state, name, (node) => lay(change, node) as ReachableNode);
  for (const [name, error] of Object.entries(what.unreachable)) state = withoutNode(state, name, error);
  return state;
}

/** Nodes and tables that the topology has and the state does not. */
function addNodes(state: State, topology: Topology): State {
  const fresh = untouchedWorld(topology);
  return {
    nodes: fresh.nodes.map((node) => {
      const known = reachable(state, node.name);
      if (known === undefined || !node.reachable) return node;
      const tables = node.tables.filter(
        (table) => !known.tables.some((other) => other.table === table.table),
      );
      return { ...known, tables: [...known.tables, ...tables] };
    }),
  };
}

function withTables(state: State, what: Given): State {
  return Object.entries(what.tables).reduce(
    (changed, [name, tables]) =>
      withNode(changed, name, (node) => ({
        ...node,
        tables: [
          ...node.tables.filter((table) => tables[`${table.schema}.${table.table}`] === undefined),
          ...Object.entries(tables).flatMap(([relation, text]) =>
            text === null ? [] : [tableState(relation, text)],
          ),
        ],
      })),
    state,
  );
}

/** Lays one value over another: objects key by key, everything else as a whole. */
function lay(over: unknown, under: unknown): unknown {
  if (!isRecord(over) || !isRecord(under)) return over;
  return {
    ...under,
    ...Object.fromEntries(
      // Null: it is not there.
      Object.entries(over).map(([key, value]) => [key, value === null ? undefined : lay(value, under[key])]),
    ),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
