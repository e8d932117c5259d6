/** Shared rows of tables that are made otherwise, that change, and that everybody writes at once. */
import { describe, expect, test } from "vitest";

import { settled } from "../../support/provision.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

const SCHEMA = `create table tag (name text collate "C" primary key);
  create table odd ("Key ""1" numeric, b int generated always as identity, "the label" text unique, at timestamptz, j jsonb, secret text,
    primary key ("Key ""1"));
  create table ruled (id int primary key, v text);
  create rule nothing as on update to ruled do also notify never;
  create table part (id int, k text, v text, primary key (id, k)) partition by list (k);
  create table part_a partition of part for values in ('a');
  create table part_b partition of part for values in ('b');
  create table noise (id int primary key, v text, w int)`;
const shared = true;
const TABLES = [
  { table: "public.tag", relation: "public.tag", key: "name", shared },
  {
    table: "public.odd",
    relation: "public.odd",
    key: '"Key ""1"',
    columns: 'Key "1, b, the label, at, j',
    where: `"the label" is distinct from 'draft'`,
    shared,
  },
  { table: "public.ruled", relation: "public.ruled", key: "id", shared },
  { table: "public.part", relation: "public.part", key: "id, k", shared },
  { table: "public.noise", relation: "public.noise", key: "id", shared },
];
/** As the comparison quotes them. */
const COMPARED = TABLES.map((table) =>
  table.columns === undefined ? table : { ...table, columns: '"Key ""1", b, "the label", at, j' },
);

describe.each(ENGINES)("%s", (engine) => {
  const { tree, at, write, everywhere, parked, expectEqual } = useEdgeTree(engine, SCHEMA, TABLES);
  const below = ["district-a", "district-b"];
  const all = async (nodes: readonly string[], text: string): Promise<void> => {
    for (const node of nodes) await write(node, text);
  };
  const reasons = async (): Promise<readonly string[]> => {
    await settled(tree);
    return [...new Set((await parked()).map((row) => String((row as { reason: unknown }).reason)))];
  };

  test("a table of key columns only", async () => {
    await all(below, "insert into tag values ('x'), ('y')");
    await write("district-a", "update tag set name = 'z' where name = 'y'");
    await expectEqual(COMPARED);
    expect(await at("nation", "select name from tag order by 1")).toEqual([
      { name: "x" },
      { name: "y" },
      { name: "z" },
    ]);
    await write("district-b", "update tag set name = 'z' where name = 'y'");
    await expectEqual(COMPARED);
    await all(below, "truncate tag");
    await expectEqual(COMPARED);
    expect(await at("nation", "select name from tag")).toEqual([]);
  });

  test("values as types and settings have them, an identity column, a filter, a value that must be unique", async () => {
    const rows = `insert into odd overriding system value values (1.50, 7, 'one', '2026-01-01 00:00+00', '{"a":  1}'), (2, 8, 'two', null, null), (3, 9, 'draft', null, null)`;
    await write("district-a", `set timezone = 'Asia/Tokyo'; set datestyle = 'German'; ${rows}`);
    await write("district-b", `set timezone = 'UTC'; ${rows}`);
    await expectEqual(COMPARED);
    await write(
      "district-a",
      `update odd set "the label" = 'now' where b = 9; update odd set secret = 'differs' where b = 7`,
    );
    await expectEqual(COMPARED);
    await write("district-b", `update odd set "the label" = 'now' where b = 9`);
    await expectEqual(COMPARED);
    await write("district-b", `update odd set "the label" = 'draft' where b = 9`);
    await expectEqual(COMPARED);
    await write(
      "district-b",
      "delete from odd where b = 7; insert into odd overriding system value values (1.5, 7, 'one', '2026-01-01 00:00+00', '{\"a\": 1}')",
    );
    expect(await reasons()).toEqual([
      'the row is shared with node "district-a" and differs: "Key ""1" is "1.50" here, "1.5" at node "district-b"',
    ]);
    await write("district-b", `update odd set "Key ""1" = 1.50 where b = 7`);
    await expectEqual(COMPARED);
    await write(
      "district-b",
      `delete from odd where b = 8; insert into odd overriding system value values (2, 80, 'two', null, null)`,
    );
    expect(await reasons()).toEqual([
      'the row is shared with node "district-a" and differs: b is "8" here, "80" at node "district-b"',
    ]);
    await write(
      "district-a",
      `delete from odd where b = 8; insert into odd overriding system value values (2, 80, 'two', null, null)`,
    );
    await expectEqual(COMPARED);
  });

  test("a table with a rule, and one of partitions", async () => {
    await all(
      below,
      "insert into ruled values (1, 'a'), (2, 'b'); insert into part values (1, 'a', 'v'), (1, 'b', 'v')",
    );
    await expectEqual(COMPARED);
    await write(
      "district-a",
      "update ruled set v = 'new'; update part set v = 'new'; update part set k = 'b', id = 2 where k = 'a'",
    );
    await settled(tree);
    expect(await parked()).toHaveLength(6);
    await write(
      "district-b",
      "update part set k = 'b', id = 2, v = 'new' where k = 'a'; update part set v = 'new'; update ruled set v = 'new'",
    );
    await expectEqual(COMPARED);
    expect(await at("nation", "select id, k, v from part order by id")).toEqual([
      { id: 1, k: "b", v: "new" },
      { id: 2, k: "b", v: "new" },
    ]);
  });

  test("columns come, keys get another type and name", async () => {
    for (const nodes of [["nation"], ["east"], below])
      await all(
        nodes,
        "alter table ruled add more int default 5; alter table ruled alter id type bigint; alter table ruled rename id to number",
      );
    await all(below, "insert into ruled values (3000000000, 'big', 6)");
    await expectEqual(
      COMPARED.map((table) => (table.table === "public.ruled" ? { ...table, key: "number" } : table)),
    );
    await everywhere("alter table ruled rename number to id");
    await write("district-a", "update ruled set more = 7 where id = 1");
    expect(await reasons()).toEqual([
      'the row is shared with node "district-b" and differs: more is "5" here, "7" at node "district-a"',
    ]);
    await write("district-b", "update ruled set more = 7 where id = 1");
    await expectEqual(COMPARED);
  });

  test("long values are shown where they differ", async () => {
    await all(below, "insert into ruled values (10, repeat('x', 500) || 'abc' || repeat('y', 500), null)");
    await write("district-b", "update ruled set v = replace(v, 'abc', 'aXc'), more = 1 where id = 10");
    const [reason] = await reasons();
    expect(reason).toContain(`v is "...${"x".repeat(19)}ab`);
    expect(reason).toContain("more is NULL here");
    expect(reason?.length).toBeLessThan(400);
    await all(below, "delete from ruled where id = 10");
    await expectEqual(COMPARED);
  });

  test("everybody writes the same rows at once, in any order", async () => {
    let seed = 20_261_129;
    const random = (below_: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below_);
    };
    const statement = (): string => {
      const key = random(12);
      const value = `v${random(3)}`;
      return (
        [
          `insert into noise values (${key}, '${value}', 0) on conflict (id) do nothing`,
          `insert into noise select g, '${value}', 0 from generate_series(${key}, ${key + 3}) g on conflict (id) do nothing`,
          `update noise set v = '${value}' where id = ${key}`,
          `update noise set v = '${value}', w = ${random(2)} where id % 2 = ${key % 2}`,
          `delete from noise where id = ${key}`,
          `begin; update noise set w = 1 where id = ${key}; update noise set v = '${value}' where id = ${(key + 5) % 12}; commit`,
        ][random(6)] ?? ""
      );
    };
    const scripts = [...below, "east"].map((node) => ({
      node,
      statements: Array.from({ length: 60 }, () => statement()),
    }));
    await Promise.all(
      scripts.map(async ({ node, statements }) => {
        for (const text of statements)
          await write(node, text).catch((error: unknown) => {
            if (!/belongs to node|deadlock/u.test(String(error))) throw error;
          });
      }),
    );
    await settled(tree);
    await all([...below, "east"], "update noise set v = 'end', w = 9").catch((error: unknown) => {
      if (!String(error).includes("belongs to node")) throw error;
    });
    await write(
      "east",
      "update noise set v = 'end', w = 9 where id in (select id from noise except select id from tributary.\"provenance_public.noise\" where tributary_owner <> 'east') or id in (select id from tributary.\"provenance_public.noise\" where tributary_owner = 'east')",
    );
    await expectEqual(COMPARED);
  });
});
