import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { redactDsn } from "../domain/dsn.ts";
import type { State } from "../domain/state.ts";
import {
  downstreamOf,
  type EngineKind,
  type Node,
  type TableRule,
  type Topology,
} from "../domain/topology.ts";
import { simulate } from "../../test/support/simulate.ts";
import { untouchedWorld, withNode, withoutNode } from "../../test/support/world.ts";
import { plan } from "./plan.ts";

const TIERS = ["district", "region", "nation"];
const ENGINE = fc.constantFrom<EngineKind>("pglogical", "native");

const rule = (table: string): fc.Arbitrary<TableRule> =>
  fc
    .record({
      schema: fc.constant("public"),
      table: fc.constant(table),
      onLeave: fc.constantFrom("retract", "keep"),
      protect: fc.constantFrom("refuse", "warn", "off"),
    })
    .chain((plain) =>
      fc
        .record(
          {
            where: fc.constantFrom("status = 'approved'", "status <> 'draft'"),
            columns: fc.constantFrom(["id", "status"], ["id", "status", "title", "body"]),
          },
          { requiredKeys: [] },
        )
        .map((more) => ({ ...plain, ...more })),
    );

const SETS = { knowledge: ["document", "category"], people: ["person"] };

/** Trees of up to three tiers, where some districts hang on the nation itself and nodes send what they like. */
const topology: fc.Arbitrary<Topology> = fc
  .record({
    sets: fc.tuple(
      ...Object.entries(SETS).map(([name, tables]) =>
        fc.tuple(...tables.map(rule)).map((rules) => ({ name, tables: rules })),
      ),
    ),
    regions: fc.integer({ min: 1, max: 2 }),
    districts: fc.array(
      fc.record({
        upstream: fc.nat(2),
        engine: ENGINE,
        sets: fc.subarray(Object.keys(SETS), { minLength: 1 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    regionSets: fc.subarray(Object.keys(SETS)),
    regionEngine: ENGINE,
  })
  .map(({ sets, regions, districts, regionSets, regionEngine }) => {
    const ups = ["nation", "region-0", "region-1"].slice(0, regions + 1);
    return {
      project: "slm",
      tiers: TIERS,
      sets,
      nodes: [
        node({ name: "nation", tier: "nation", sets: [] }),
        ...ups
          .slice(1)
          .map((name) =>
            node({ name, tier: "region", upstream: "nation", sets: regionSets, engine: regionEngine }),
          ),
        ...districts.map((district, at) =>
          node({
            name: `district-${at}`,
            tier: "district",
            upstream: ups[district.upstream % ups.length] ?? "nation",
            sets: district.sets,
            engine: district.engine,
          }),
        ),
      ],
    };
  });

/** Topologies whose tables travel whole: a table above that was made with fewer columns needs a hand-made ALTER. */
const wholeTables = topology.map((tree) => ({
  ...tree,
  sets: tree.sets.map((set) => ({
    ...set,
    tables: set.tables.map(({ schema, table, onLeave, protect, where }) =>
      where === undefined ? { schema, table, onLeave, protect } : { schema, table, onLeave, protect, where },
    ),
  })),
}));

function node(what: Partial<Node> & Pick<Node, "name" | "tier" | "sets">): Node {
  const dsn = `postgresql://postgres:secret-of-${what.name}@${what.name}/slm`;
  return { dsn, linkDsn: dsn, engine: "pglogical", ...what };
}

const names = (tree: Topology): readonly string[] => tree.nodes.map((one) => one.name);

/** What a plan is about to do, and about which errors. */
function kinds(topo: Topology, state: State, options = {}): readonly string[] {
  const { steps, problems } = plan(topo, state, options);
  return [...steps.map((step) => step.id), ...problems.map((problem) => problem.message)];
}

describe("any tree", () => {
  test("a plan carried out leaves nothing to do", () => {
    fc.assert(
      fc.property(topology, (tree) => {
        const before = untouchedWorld(tree);
        expect(kinds(tree, simulate(before, plan(tree, before)))).toEqual([]);
      }),
    );
  });

  test("a step comes behind those that it needs, and drops come behind their users", () => {
    fc.assert(
      fc.property(wholeTables, wholeTables, (before, after) => {
        const world = simulate(untouchedWorld(before), plan(before, untouchedWorld(before)));
        for (const options of [{ prune: true }, { remove: names(after) }]) {
          const { steps } = plan(after, overlay(world, after), options);
          const seen = new Set<string>();
          for (const step of steps) {
            expect(step.after.filter((need) => !seen.has(need))).toEqual([]);
            expect(seen.has(step.id)).toBe(false);
            seen.add(step.id);
          }
          // The simulation throws where something in use is dropped.
          simulate(overlay(world, after), plan(after, overlay(world, after), options));
        }
      }),
    );
  });

  test("a plan killed anywhere is finished by the next", () => {
    fc.assert(
      fc.property(topology, fc.double({ min: 0, max: 1, noNaN: true }), (tree, part) => {
        const before = untouchedWorld(tree);
        const first = plan(tree, before);
        const killed = simulate(before, first, Math.floor(first.steps.length * part));
        expect(kinds(tree, simulate(killed, plan(tree, killed)))).toEqual([]);
      }),
    );
  });

  test("one topology turns into another, killed anywhere, and prune leaves no orphan", () => {
    fc.assert(
      fc.property(
        wholeTables,
        wholeTables,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (before, after, part) => {
          const untouched = untouchedWorld(before);
          const world = overlay(simulate(untouched, plan(before, untouched)), after);
          const change = plan(after, world, { prune: true });
          const killed = simulate(world, change, Math.floor(change.steps.length * part));
          const done = simulate(killed, plan(after, killed, { prune: true }));
          expect(kinds(after, done)).toEqual([]);
        },
      ),
    );
  });

  test("removing every node, killed anywhere, leaves nothing but the tables", () => {
    fc.assert(
      fc.property(topology, fc.double({ min: 0, max: 1, noNaN: true }), (tree, part) => {
        const before = untouchedWorld(tree);
        const world = simulate(before, plan(tree, before));
        const remove = names(tree);
        const removal = plan(tree, world, { remove });
        const killed = simulate(world, removal, Math.floor(removal.steps.length * part));
        const left = simulate(killed, plan(tree, killed, { remove }));
        const tables = (state: State): State => ({
          nodes: state.nodes.map((one) => (one.reachable ? { ...one, tables: [] } : one)),
        });
        expect(tables(left)).toEqual(tables(before));
        expect(kinds(tree, left, { remove })).toEqual([]);
      }),
    );
  });

  test("an unreachable node holds up nothing but its own links", () => {
    fc.assert(
      fc.property(topology, fc.nat(), (tree, pick) => {
        const lost = names(tree)[pick % tree.nodes.length] ?? "";
        const before = withoutNode(untouchedWorld(tree), lost);
        const made = plan(tree, before);
        expect(made.steps.filter((step) => step.node === lost)).toEqual([]);
        const done = simulate(before, made);
        expect(plan(tree, done).steps).toEqual([]);
        const back = withLost(done, untouchedWorld(tree), lost);
        expect(kinds(tree, simulate(back, plan(tree, back)))).toEqual([]);
      }),
    );
  });
});

/** The world, with untouched servers for nodes that are new, and without those that are no longer in the file. */
function overlay(world: State, tree: Topology): State {
  return {
    nodes: untouchedWorld(tree).nodes.map((fresh) => {
      const known = world.nodes.find((one) => one.name === fresh.name);
      if (known?.reachable !== true || !fresh.reachable) return fresh;
      const here = new Set(known.tables.map((table) => table.table));
      return {
        ...known,
        tables: [...known.tables, ...fresh.tables.filter((table) => !here.has(table.table))],
      };
    }),
  };
}

function withLost(state: State, fresh: State, name: string): State {
  return {
    nodes: state.nodes.map((one) =>
      one.name === name ? (fresh.nodes.find((other) => other.name === name) ?? one) : one,
    ),
  };
}

describe("a plan", () => {
  const tree: Topology = {
    project: "slm",
    tiers: TIERS,
    sets: [
      {
        name: "knowledge",
        tables: [{ schema: "public", table: "document", onLeave: "retract", protect: "refuse" }],
      },
    ],
    nodes: [
      node({ name: "nation", tier: "nation", sets: [] }),
      node({ name: "east", tier: "region", upstream: "nation", sets: [] }),
      node({ name: "district-a", tier: "district", upstream: "east", sets: ["knowledge"] }),
    ],
  };
  const before = untouchedWorld(tree);
  const world = simulate(before, plan(tree, before));

  test("has the same fingerprint whatever moves by itself, and another when the world has changed", () => {
    const { fingerprint } = plan(tree, world);
    const moved = withNode(world, "east", (one) => ({
      ...one,
      server: { ...one.server, clockSkewMs: 17 },
      slots: one.slots.map((slot) => ({ ...slot, lagBytes: 1e9, isActive: true })),
      subscriptions: one.subscriptions.map((found) => ({ ...found, receivedPosition: 17 })),
      tables: one.tables.map((table) => ({ ...table, estimatedRows: 2 })),
    }));
    expect(plan(tree, moved).fingerprint).toBe(fingerprint);
    const changed = withNode(world, "district-a", (one) => ({ ...one, slots: [] }));
    expect(plan(tree, changed).fingerprint).not.toBe(fingerprint);
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/u);
  });

  test("knows a password by its absence", () => {
    const other = { ...tree, nodes: tree.nodes.map((one) => ({ ...one, dsn: redactDsn(one.dsn) })) };
    expect(plan(other, world).fingerprint).toBe(plan(tree, world).fingerprint);
  });

  test("does not take a node out from under those that send to it", () => {
    expect(() => plan(tree, world, { remove: ["east"] })).toThrow(
      'node "east" receives from "district-a", which would be cut off',
    );
    expect(downstreamOf(tree, "east").map((one) => one.name)).toEqual(["district-a"]);
  });

  test("takes out what cannot be reached only when told that it is gone", () => {
    const lost = withoutNode(world, "district-a");
    expect(() => plan(tree, lost, { remove: ["district-a"] })).toThrow(
      expect.objectContaining({ exitCode: 5, hint: expect.stringContaining("--gone") as string }),
    );
    const { steps } = plan(tree, lost, { remove: ["district-a"], gone: true });
    expect(steps.map((step) => step.id)).toEqual(["drop-subscription east district-a"]);
    expect(plan(tree, simulate(lost, { ...plan(tree, lost), steps })).steps).toEqual([]);
  });

  test("refuses names that the topology does not have", () => {
    expect(() => plan(tree, world, { nodes: ["west"] })).toThrow('node "west" is not in the topology');
  });
});
