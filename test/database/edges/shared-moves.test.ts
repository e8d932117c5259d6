/** Shared rows in first copies through the stream, and of a district that moves to another region. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../../src/domain/topology.ts";
import { useTestTree } from "../../support/cluster.ts";
import { applyOnce, planNow, settled, topologyOf } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES } from "./edge-tree.ts";

const SETS = { knowledge: { tables: { "public.country": { shared: true } } } };
const SEED = { seed: { way: "stream", bytesPerSecond: 0 } } as const;

// district-a and district-c are below east, district-b is below west
describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 3, regions: 2, engine });
  const districts = ["district-a", "district-b", "district-c"];
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
  const write = async (nodes: readonly string[], text: string): Promise<void> => {
    for (const node of nodes) await at(node, text);
  };
  const atNation = async (code: string): Promise<unknown> => {
    const [row] = await at(
      "nation",
      `select name, array(select tributary_owner from tributary."provenance_public.country" p where p.code = c.code order by 1) as owners
       from country c where code = '${code}'`,
    );
    return row;
  };
  const moved = async (): Promise<Topology> => {
    const topology = await topologyOf(tree, SETS);
    const nodes = topology.nodes.map((node) =>
      node.name === "district-a" ? { ...node, upstream: "west" } : node,
    );
    return { ...topology, nodes };
  };

  beforeAll(async () => {
    await write(
      tree.nodes.map(({ name }) => name),
      'create table country (code text collate "C" primary key, name text)',
    );
    await write(
      districts,
      "insert into country select 'c' || g, 'Country ' || g from generate_series(1, 300) g",
    );
    await write(["district-c"], "update country set name = 'other' where code in ('c1', 'c2')");
    await write(["east"], "insert into country values ('c3', 'Country 3'), ('own', 'of east')");
  });

  test("first copies through the stream", async () => {
    const topology = await topologyOf(tree, SETS);
    await applyOnce(topology, {}, 60_000, SEED);
    await settled(tree);
    expect(await at("east", "select node, key[1] as key from tributary.parked order by 2")).toEqual([
      { node: "district-c", key: "c1" },
      { node: "district-c", key: "c2" },
    ]);
    expect(await atNation("c3")).toEqual({ name: "Country 3", owners: [...districts, "east"] });
    expect(await atNation("own")).toEqual({ name: "of east", owners: ["east"] });
    await write(
      ["district-c"],
      "update country set name = 'Country ' || substr(code, 2) where name = 'other'",
    );
    await settled(tree);
    expect(await verify(topology)).toMatchObject({ verdict: "equal", strays: [] });
    expect(await atNation("c1")).toEqual({ name: "Country 1", owners: districts });
    expect((await planNow(topology, {})).steps).toEqual([]);
  });

  test("a district moves to another region, and has its say there", async () => {
    await write(["district-a"], "update country set name = 'waits' where code = 'c9'");
    await settled(tree);
    await applyOnce(await topologyOf(tree, SETS), { remove: ["district-a"] });
    const topology = await moved();
    await applyOnce(topology, {}, 60_000, SEED);
    expect((await planNow(topology, {})).steps).toEqual([]);
    const renamed = { name: "New", owners: districts };
    await write(districts, "update country set name = 'New' where code in ('c8', 'c9')");
    await write(["district-a"], "delete from country where code = 'c10'");
    await applyOnce(topology);
    const report = await verify(topology);
    expect(
      report.links.flatMap(({ provider, tables }) =>
        tables.flatMap(({ rows }) => rows.map(({ key, owner, kind }) => [provider, ...key, owner, kind])),
      ),
    ).toEqual([]);
    expect(await atNation("c8")).toEqual(renamed);
    expect(await atNation("c9")).toEqual(renamed);
    expect(await atNation("c10")).toEqual({ name: "Country 10", owners: ["district-b", "district-c"] });
    expect(await at("nation", "select count(*)::int as n from country")).toEqual([{ n: 301 }]);
  });
});
