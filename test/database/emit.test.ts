/** Rows are sent once more: what was lost above comes back, what is too many goes, in order with live changes. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { differences, type ComparedTable } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const tables: readonly ComparedTable[] = [
  { table: "item", relation: "public.item", where, key: "id" },
  { table: "pair", relation: "public.pair", key: `one, "the other"` },
];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
const emit = (node: string, relation: string, keys: string): Promise<unknown> =>
  at(node, `select puts::int, drops::int from tributary.emit('knowledge', '${relation}', ${keys})`);
/** As if nobody had been looking. */
const behindItsBack = (node: string, text: string): Promise<unknown> =>
  at(node, `begin; set local session_replication_role = replica; ${text}; commit`);
const expectEqual = async (): Promise<void> => {
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
};

beforeAll(async () => {
  for (const node of tree.nodes)
    await at(
      node.name,
      `create table item (id int primary key, status text not null, at timestamptz, note text);
       create table pair (one text, "the other" text, note text, primary key (one, "the other"))`,
    );
  await at("district-a", "insert into item select g, 'approved', now(), 'one' from generate_series(1, 20) g");
  await at(
    "district-b",
    "insert into item select g, 'approved', now(), 'one' from generate_series(101, 120) g",
  );
  await at("district-a", `insert into pair values ('it''s', '"a", {b}', 'one'), ('x', 'y', 'one')`);
  await provision(tree, { knowledge: { tables: { "public.item": { where }, "public.pair": {} } } });
});

test("rows that were lost above come back, and those that are too many go", async () => {
  await at("district-a", "insert into item values (30, 'draft', now(), 'one')");
  for (const node of ["east", "nation"])
    await behindItsBack(
      node,
      `delete from item where id in (1, 2); delete from tributary."provenance_public.item" where id in (1, 2);
       update item set note = 'not so' where id in (3, 103);
       insert into item values (30, 'approved', now(), 'draft'), (31, 'approved', now(), 'gone');
       insert into tributary."provenance_public.item" values (30, 'district-a'), (31, 'district-a');
       delete from pair where one = 'it''s'`,
    );
  expect(await emit("district-a", "public.item", "'{1,2,3,30,31,31}'")).toEqual([{ puts: 3, drops: 2 }]);
  expect(await emit("district-b", "public.item", "'{103}'")).toEqual([{ puts: 1, drops: 0 }]);
  expect(await emit("district-a", "public.pair", `array[array['it''s', '"a", {b}']]`)).toEqual([
    { puts: 1, drops: 0 },
  ]);
  await expectEqual();
});

test("a region sends its districts' rows in their names", async () => {
  await behindItsBack("nation", "update item set note = 'not so' where id in (1, 101)");
  expect(await emit("east", "public.item", "'{1,101}'")).toEqual([{ puts: 2, drops: 0 }]);
  await expectEqual();
});

test("in order with changes that are made meanwhile", async () => {
  const writing = new AbortController();
  const writer = (async () => {
    await using application = openApplication(tree.dsn("district-a"));
    for (let turn = 0; !writing.signal.aborted; turn += 1) {
      const id = (turn % 5) + 1;
      await application.query(
        `update item set note = 'turn ${turn}', at = clock_timestamp() where id = ${id}`,
      );
      await application.query(
        `update item set status = case status when 'draft' then 'approved' else 'draft' end where id = ${id}`,
      );
      await application.query(
        `delete from item where id = ${id + 5}; insert into item values (${id + 5}, 'approved', now(), 'turn ${turn}')`,
      );
    }
  })();
  await using application = openApplication(tree.dsn("district-a"));
  for (let turn = 0; turn < 300; turn += 1)
    await application.query(
      // with a key that is not there, and without
      `select * from tributary.emit('knowledge', 'public.item', '${turn % 2 === 0 ? "{6,7,8,9,10,99}" : "{1,2,3,4,5}"}')`,
    );
  writing.abort();
  await writer;
  await expectEqual();
});

test("what cannot be sent in order is not sent", async () => {
  await using application = openApplication(tree.dsn("district-a"));
  const changes = [
    { key: 40, change: "insert into item values (40, 'approved', now(), 'one')" },
    { key: 11, change: "update item set note = 'under way' where id = 11" },
  ];
  for (const { key, change } of changes) {
    await application.query(`begin; ${change}`);
    await expect(emit("district-a", "public.item", `'{${key}}'`)).rejects.toThrow(
      'table "public.item" is being written',
    );
    await application.query("commit");
  }
  await expectEqual();
});

test("what it does not know is refused", async () => {
  await expect(emit("district-a", "public.nothing", "'{1}'")).rejects.toThrow(
    'table "public.nothing" does not travel',
  );
  await expect(emit("district-a", "public.pair", "'{1}'")).rejects.toThrow("1 values do not make whole keys");
  await expect(
    emit("district-a", "public.item", "array(select generate_series(1, 1001)::text)"),
  ).rejects.toThrow("1001 keys at once, needs to be 1000 or fewer");
});
