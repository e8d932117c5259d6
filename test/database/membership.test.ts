/** Districts that join a living tree, and leave it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { applyOnce, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });

const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);

/** The tree with or without district-b, under a filter. */
async function topology(where: string, without: readonly string[] = []): Promise<Topology> {
  const file = path.join(tree.directory, "topology.yaml");
  writeFileSync(file, tree.topologyFile({ knowledge: { tables: { "public.item": { where } } } }));
  const loaded = (await loadTopology(file)).topology;
  return { ...loaded, nodes: loaded.nodes.filter(({ name }) => !without.includes(name)) };
}

const rowsOf = (name: string, owner: string): Promise<Row[]> =>
  at(
    name,
    `select id, level from item join tributary."provenance_public.item" using (id) where tributary_owner = '${owner}' order by id`,
  );

const approvedAt = (name: string): Promise<Row[]> =>
  at(name, "select id, level from item where status = 'approved' order by id");

beforeAll(async () => {
  for (const [index, { name }] of tree.nodes.entries())
    await at(
      name,
      `create table item (id int primary key, status text not null, level int not null);
       insert into item select ${index} * 10000 + g, case when g % 3 = 0 then 'draft' else 'approved' end, g
       from generate_series(1, ${name.startsWith("district") ? 3000 : 0}) g`,
    );
  await applyOnce(await topology("status = 'approved'", ["district-b"]));
});

test("a new district reaches the nation through the region, whose own link goes on as it was", async () => {
  const before = await at("nation", "select provider, relation, done_at from tributary.seed");
  const slots = await at("east", "select slot_name from pg_replication_slots");
  await using application = openApplication(tree.dsn("district-b"));
  let isWriting = true;
  const writing = (async () => {
    for (let turn = 1; isWriting; turn++)
      await application.query(
        `update item set status = case status when 'approved' then 'draft' else 'approved' end, level = level + 1
         where id % 100 = ${turn % 100}`,
      );
  })();
  const { plan } = await applyOnce(await topology("status = 'approved'"));
  isWriting = false;
  await writing;
  expect(plan.steps.flatMap(({ node, id }) => (node === "nation" ? [id] : []))).toEqual([
    "set-members nation east",
  ]);
  await settled(tree);
  const expected = await approvedAt("district-b");
  expect(await rowsOf("east", "district-b")).toEqual(expected);
  expect(await rowsOf("nation", "district-b")).toEqual(expected);
  expect(await rowsOf("nation", "district-a")).toEqual(await approvedAt("district-a"));
  expect(await at("nation", "select provider, relation, done_at from tributary.seed")).toEqual(before);
  expect(await at("east", "select slot_name from pg_replication_slots")).toEqual(slots);
  expect(await at("nation", "select * from tributary.parked")).toEqual([]);
});

test("a district that left keeps its rows above, and is no part of later copies", async () => {
  const left = await rowsOf("east", "district-b");
  await applyOnce(await topology("status = 'approved'"), { remove: ["district-b"] });
  expect(
    await at("district-b", "select nspname from pg_namespace where nspname in ('tributary', 'pglogical')"),
  ).toEqual([]);
  await applyOnce(await topology("status = 'approved' and level > 1500", ["district-b"]), {}, 60_000, {
    dropRowsOf: { "district-a": 1000 },
  });
  for (const name of ["east", "nation"]) {
    expect(await rowsOf(name, "district-b")).toEqual(left);
    expect(await rowsOf(name, "district-a")).toHaveLength(1000);
  }
});

test("and may come back: its rows are adopted, what changed meanwhile is brought", async () => {
  await at(
    "district-b",
    "update item set level = -level where id % 7 = 0; delete from item where id % 11 = 0",
  );
  const { events } = await applyOnce(await topology("status = 'approved'"), {}, 60_000, {
    dropRowsOf: { "district-b": 1000 },
  });
  expect(events.filter(({ status }) => status === "failed")).toEqual([]);
  await settled(tree);
  const expected = await approvedAt("district-b");
  for (const name of ["east", "nation"]) expect(await rowsOf(name, "district-b")).toEqual(expected);
});
