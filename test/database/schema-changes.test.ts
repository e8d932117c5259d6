/** The application's tables change while they are captured and delivered into: nothing is missed, whatever changes first. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { planNow, provision, settled, topologyOf } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
const everywhere = async (text: string, but: readonly string[] = []): Promise<void> => {
  for (const { name } of tree.nodes) if (!but.includes(name)) await at(name, text);
};

/** Keys of what is parked at the region and the nation. */
const parked = async (): Promise<unknown[]> => {
  const found = await Promise.all(
    ["east", "nation"].map((name) => at(name, "select key[1] as key from tributary.parked order by 1")),
  );
  return found.flat().map(({ key }) => key);
};
const expectEqual = async (): Promise<void> => {
  await settled(tree);
  expect(await parked()).toEqual([]);
  expect(await differences(tree, tables)).toEqual([]);
};

beforeAll(async () => {
  await everywhere("create table item (id text primary key, status text not null, note text, level int)");
  await provision(tree, sets);
  for (const district of ["district-a", "district-b"])
    await at(
      district,
      `insert into item values ('${district} 1', 'approved', 'one', 1), ('${district} 2', 'draft', null, 2)`,
    );
  await settled(tree);
});

test("a column that comes in the middle of a transaction", async () => {
  await everywhere("alter table item add column late text", ["district-a"]);
  await at(
    "district-a",
    `begin; insert into item values ('before', 'approved', 'one', 1);
     alter table item add column late text;
     update item set late = 'at once' where id in ('before', 'district-a 1');
     insert into item values ('after', 'approved', 'one', 1, 'too'); commit`,
  );
  await expectEqual();
  expect(await at("nation", "select late from item where id = 'before'")).toEqual([{ late: "at once" }]);
});

test("a change of the table that is rolled back leaves capture as it was", async () => {
  await at(
    "district-a",
    "begin; alter table item drop column late; rollback; update item set late = 'still' where id = 'after'",
  );
  await expectEqual();
});

test("a column that only one district has waits above until it is added there", async () => {
  await at("district-a", "alter table item add column extra int");
  await at(
    "district-a",
    "update item set extra = 5 where id = 'district-a 1'; insert into item (id, status) values ('extra', 'approved')",
  );
  await at("district-b", "update item set note = 'goes on' where id = 'district-b 1'");
  await settled(tree);
  expect(await parked()).toEqual(["district-a 1", "extra", "district-a 1", "extra"]);
  expect(await at("nation", "select note from item where id = 'district-b 1'")).toEqual([
    { note: "goes on" },
  ]);
  await everywhere("alter table item add column extra int", ["district-a"]);
  await expectEqual();
});

test("a column that is dropped above first, then below", async () => {
  await everywhere("alter table item drop column extra", ["district-a"]);
  await at("district-a", "update item set note = 'without', extra = 6 where id = 'district-a 1'");
  await at(
    "district-a",
    "alter table item drop column extra; update item set note = 'gone' where id = 'extra'",
  );
  await settled(tree);
  expect(await parked()).toEqual(["district-a 1", "district-a 1"]);
  await at("district-a", "select * from tributary.emit('knowledge', 'public.item', '{district-a 1}')");
  await expectEqual();
});

test("a column that is renamed", async () => {
  await at(
    "district-a",
    "alter table item rename column note to remark; update item set remark = 'renamed' where id = 'after'",
  );
  await settled(tree);
  expect(await parked()).toEqual(["after", "after"]);
  await everywhere("alter table item rename column note to remark", ["district-a"]);
  await expectEqual();
});

test("a type that grows", async () => {
  await at(
    "district-a",
    "alter table item alter level type bigint; update item set level = 5000000000 where id = 'after'",
  );
  await settled(tree);
  expect(await parked()).toEqual(["after", "after"]);
  await everywhere("alter table item alter level type bigint", ["district-a"]);
  await expectEqual();
});

test("a key that is renamed and grows", async () => {
  await everywhere("alter table item rename column id to code; alter table item rename column code to id");
  await everywhere("alter table item alter id type varchar(200)");
  await at(
    "district-a",
    "update item set level = 7 where id = 'after'; delete from item where id = 'before'",
  );
  await expectEqual();
});

test("a table that is renamed travels on under the name that it had", async () => {
  await at(
    "district-a",
    "alter table item rename to thing; create schema app; alter table thing set schema app",
  );
  await at(
    "district-a",
    "update app.thing set level = 8 where id = 'after'; insert into app.thing (id, status) values ('thing', 'approved')",
  );
  await at("east", "alter table item rename to thing");
  await at("district-b", "update item set level = 9 where id = 'district-b 1'");
  await settled(tree);
  expect(
    await at(
      "nation",
      "select id, level::int from item where id in ('after', 'thing', 'district-b 1') order by 1",
    ),
  ).toEqual([
    { id: "after", level: 8 },
    { id: "district-b 1", level: 9 },
    { id: "thing", level: null },
  ]);
  await expect(at("east", "delete from thing where id = 'thing'")).rejects.toThrow(
    /belongs to node "district-a"/,
  );
  await at("district-a", "alter table app.thing set schema public; alter table thing rename to item");
  await at("east", "alter table thing rename to item");
  await expectEqual();
});

test.each([
  "rename column status to state",
  "drop column status",
  "alter status type bytea using status::bytea",
])("what the filter stands on does not change under it: %s", async (change) => {
  await expect(at("district-a", `alter table item ${change}`)).rejects.toThrow(
    /filter of table "public.item"/,
  );
  await at("district-a", "update item set level = level + 1 where id = 'after'");
  await expectEqual();
});

test("what ALTER TABLE gave every row is compared by the next apply, and then nothing is left to do", async () => {
  await provision(tree, sets);
  await everywhere("alter table item add column token uuid default gen_random_uuid()");
  await settled(tree);
  expect(await differences(tree, tables)).not.toEqual([]);
  const { plan } = await provision(tree, sets);
  expect(plan.problems.map(({ code }) => code)).toEqual(["gap-in-stream", "gap-in-stream", "gap-in-stream"]);
  await expectEqual();
  expect((await provision(tree, sets)).plan).toMatchObject({ steps: [], problems: [] });
});

/** As migration tools do it: fill another table, and give it the name. */
const SWAP = `begin; create table item_new (like item including all); insert into item_new select * from item;
  alter table item rename to item_old; alter table item_new rename to item; commit`;
const REPLACE = `begin; create table item_new (like item including all); insert into item_new select * from item;
  drop table item; alter table item_new rename to item; commit`;

test.each([
  ["district-a", "swapped", SWAP],
  ["district-a", "dropped and made anew", REPLACE],
  ["east", "swapped", SWAP],
])(
  "at %s a table is %s: it is told at once, and apply goes on with the one that has the name",
  async (node, how, sql) => {
    await at(node, sql);
    await at(
      "district-a",
      `insert into item (id, status, remark) values ('${node} ${how}', 'approved', 'new')`,
    );
    const { steps } = await planNow(await topologyOf(tree, sets), {});
    expect(steps.map(({ id }) => id)).toContain(
      `${node === "east" ? "deliver" : "capture"}-table ${node} public.item`,
    );
    await provision(tree, sets);
    await expectEqual();
    if (sql === SWAP) {
      // The old one is the application's own again.
      await at(node, "update item_old set remark = 'old'; delete from item_old");
      await at(node, "drop table item_old");
    }
    await at("district-a", `update item set remark = 'newer' where id = '${node} ${how}'`);
    await expectEqual();
  },
);
