/** A filter over a generated column that is computed when it is read (18): rows that a trigger is given don't have it. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../../support/cluster.ts";
import { provision, settled } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";

const tree = useTestTree({
  districts: 1,
  engine: "native",
  majors: { "district-a": 18, nation: 18 },
});
const sets = { knowledge: { tables: { "public.item": { where: `"the total" > 10` } } } };
const write = (text: string): ReturnType<typeof query> => query(tree.dsn("district-a"), text);
const above = async (): Promise<unknown[]> => {
  await settled(tree);
  return await query(tree.dsn("nation"), `select id, "the total" as total from item order by id`);
};

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      `create table item (id int primary key, a int, "b b" int, "the total" int generated always as (a + "b b") virtual)`,
    );
  await write("insert into item values (1, 5, 6), (2, 5, 5)");
  await provision(tree, sets);
});

test("what a statement moves over the filter arrives, and what it moves back goes", async () => {
  expect(await above()).toEqual([{ id: 1, total: 11 }]);
  await write("insert into item values (3, 9, 9), (4, 1, 1)");
  await write(`update item set "b b" = "b b" + 1`);
  expect(await above()).toEqual([
    { id: 1, total: 12 },
    { id: 2, total: 11 },
    { id: 3, total: 19 },
  ]);
  await write("update item set a = 0 where id = 3");
  await write("delete from item where id = 1");
  expect(await above()).toEqual([{ id: 2, total: 11 }]);
});
