/** One trigger above finds the table of every message, whatever the tables are called, and when tables come and go. */
import { beforeAll, expect, test } from "vitest";

import { identifier } from "../../src/postgres/quote.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

/** Neighbours in one order are apart in another; some names are words of our own templates. */
const NAMES = [
  "a",
  "B",
  "b",
  "ab",
  "a b",
  "a-b",
  "A",
  "ä",
  "Z",
  "z",
  "it's",
  'a"b',
  "new.relation",
  "end if;",
  "TRIBUTARY_DISCARD",
  "TRIBUTARY_DISPATCH",
  "$code$",
  "日本",
  "%I",
  "1",
] as const;
const tree = useTestTree({ districts: 1, engine: "native" });
const compared = (names: readonly string[]): Parameters<typeof differences>[1] =>
  names.map((name) => ({ table: `public.${identifier(name)}`, relation: `public.${name}`, key: "id" }));
const setsOf = (names: readonly string[]): unknown => ({
  knowledge: { tables: Object.fromEntries(names.map((name) => [`public.${identifier(name)}`, {}])) },
});
const write = (text: (table: string, index: number) => string): Promise<unknown> =>
  query(tree.dsn("district-a"), NAMES.map((name, index) => text(identifier(name), index)).join(";"));

async function expectEqual(names: readonly string[]): Promise<void> {
  await settled(tree);
  expect(await differences(tree, compared(names))).toEqual([]);
  expect(await query(tree.dsn("nation"), "select relation, reason from tributary.parked")).toEqual([]);
}

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      NAMES.map((name) => `create table ${identifier(name)} (id int primary key, note text)`).join(";"),
    );
  await provision(tree, setsOf(NAMES));
});

test("each message finds its table", async () => {
  await write((table, index) => `insert into ${table} values (${index}, 'new'), (${100 + index}, 'new')`);
  await write((table) => `update ${table} set note = 'changed' where id < 100`);
  await write((table) => `delete from ${table} where id >= 100`);
  await expectEqual(NAMES);
});

test("a table that leaves, and one that comes back", async () => {
  const fewer = NAMES.filter((name) => name !== "b" && name !== "z");
  await provision(tree, setsOf(fewer));
  await write((table) => `update ${table} set note = 'once more'`);
  await expectEqual(fewer);
  await provision(tree, setsOf(NAMES));
  await write((table) => `insert into ${table} values (1000, 'last')`);
  await expectEqual(NAMES);
});
