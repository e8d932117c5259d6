/** A database is dumped and restored into a fresh cluster: its machinery works at once, and apply brings its links back. */
import { beforeAll, expect, test } from "vitest";

import { observe } from "../../src/observe/observe.ts";
import { reachable } from "../../src/domain/state.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { dump, rebuildFrom } from "../support/rebuild.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where }, "public.note": {} } } };
const tables = [
  { table: "item", relation: "public.item", where, key: "id" },
  { table: "note", relation: "public.note", key: "id" },
];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);

const write = async (node: string, prefix: string): Promise<void> => {
  await at(
    node,
    `insert into item select '${node} ${prefix} ' || g, case g % 2 when 0 then 'approved' else 'draft' end, g from generate_series(1, 40) g;
     update item set level = level + 1 where id like '${node} ${prefix} %' and level % 4 = 0;
     update item set status = 'draft' where id like '${node} ${prefix} %' and level % 5 = 0;
     insert into note (id, body) values ('${node} ${prefix}', 'all of it')`,
  );
};
const links = (events: readonly { readonly id: string }[]): readonly string[] =>
  events.flatMap(({ id }) => (id.startsWith("create-subscription") ? [id] : [])).toSorted();
const outboxed = async (node: string, prefix: string): Promise<unknown> =>
  (
    await at(
      node,
      `select count(*)::int as n from tributary.messages_knowledge where body::text like '%${prefix}%'`,
    )
  )[0]?.["n"];

beforeAll(async () => {
  for (const node of tree.nodes)
    await at(
      node.name,
      `create table item (id text primary key, status text not null, level int not null);
       create table note (id text primary key, body text);
       create role application login;
       grant select, insert, update, delete on item, note to application`,
    );
  await provision(tree, sets);
  for (const node of ["district-a", "district-b", "east"]) await write(node, "first");
  await settled(tree);
});

test.each(["custom", "plain"] as const)("a district, %s format", async (format) => {
  const file = await dump(tree.node("district-a"), format);
  const identity = await at("district-a", "select id, epoch, name from tributary.node");
  const number = await at("district-a", "select last_value from tributary.message_number");
  await rebuildFrom(tree.node("district-a"), file);

  expect(await at("district-a", "select id, epoch, name from tributary.node")).toEqual(identity);
  expect(await at("district-a", "select last_value from tributary.message_number")).toEqual(number);
  expect(await at("district-a", "select relation, relid::text from tributary.capture order by 1")).toEqual([
    { relation: "public.item", relid: "item" },
    { relation: "public.note", relid: "note" },
  ]);
  expect(await at("district-a", "select tributary.damage()")).toEqual([]);
  await at(
    "district-a",
    `create table unrelated_${format} (id int primary key); alter table note add column ${format} text`,
  );
  for (const other of ["district-b", "east", "nation"])
    await at(other, `alter table note add column ${format} text`);
  await write("district-a", `restored ${format}`);
  expect(await outboxed("district-a", `restored ${format}`)).toBeGreaterThan(0);

  await write("district-b", `meanwhile ${format}`);
  const { plan } = await provision(tree, sets);
  expect(links(plan.steps)).toEqual(["create-subscription east district-a"]);
  await write("district-a", `after ${format}`);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
});

test("a district from a dump that is older than what it sent", async () => {
  const file = await dump(tree.node("district-a"), "custom");
  await write("district-a", "forgotten");
  await settled(tree);
  await rebuildFrom(tree.node("district-a"), file);
  await write("district-a", "anew");
  const { plan } = await provision(tree, sets);
  expect(links(plan.steps)).toEqual(["create-subscription east district-a"]);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  expect(await at("nation", "select from item where id like '%forgotten%'")).toEqual([]);
});

test("a region: its districts' links and its own start anew, what they wrote meanwhile arrives", async () => {
  const file = await dump(tree.node("east"), "custom");
  await write("district-a", "after the dump");
  await settled(tree);
  await rebuildFrom(tree.node("east"), file);
  await write("district-b", "while the region was away");
  await write("east", "of its own");
  await expect(at("east", "update item set level = 0 where id like 'district-b%'")).rejects.toThrow(
    /belongs to node "district-b"/,
  );
  const { plan, topology } = await provision(tree, sets);
  expect(links(plan.steps)).toEqual([
    "create-subscription east district-a",
    "create-subscription east district-b",
    "create-subscription nation east",
  ]);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  expect(reachable(await observe(topology), "east")?.tributary?.isGuarded).toBe(true);
});
