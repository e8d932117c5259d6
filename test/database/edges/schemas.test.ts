/** Schemas that change by hand or by a migration tool: it goes on by itself, or the link is unverified at once and `apply` mends it. */
import { describe, expect, test } from "vitest";

import { planNow, settled } from "../../support/provision.ts";
import { type EdgeTree, ENGINES, useEdgeTree } from "./edge-tree.ts";

const SCHEMA = `
  create table public.measure (id int, day int, status text not null default 'approved', title text, primary key (id, day)) partition by list (day);
  create table public.measure_1 partition of public.measure for values in (1);
  create table public.measure_2 partition of public.measure for values in (2);
  create table public.measure_rest partition of public.measure default;
  create table public.grown (id int primary key, status text not null default 'approved', title text);
  create table public.heir (id int primary key, status text not null default 'approved', title text);
  create table public.keyed (id int primary key, code int not null unique, status text not null default 'approved', title text);
  create schema app;
  create extension if not exists citext;
  create type app.state as enum ('draft', 'approved', 'shelved');
  create type app.kind as enum ('a', 'b');
  create domain app.level as int check (value < 100);
  create function app.is_open(t text) returns boolean language sql immutable as $$ select t <> 'closed' $$;
  create table app.inner (id int primary key, state app.state not null default 'approved', level app.level, mail citext, kind app.kind, title text);
  create table app.judged (id int primary key, title text);
  create table public.named (id int primary key, status text not null default 'approved', title text, note text);
  create table public.pair (a int, b int, c int not null default 0, status text not null default 'approved', primary key (a, b))`;

const where = "status = 'approved'";
const MEASURE = { table: "public.measure", relation: "public.measure", where, key: "id, day" };
const HEIR = { table: "public.heir", relation: "public.heir", where, key: "id" };
const GROWN = { table: "public.grown", relation: "public.grown", where, key: "id" };
const KEYED = { table: "public.keyed", relation: "public.keyed", where, key: "id" };
const INNER = {
  table: "app.inner",
  relation: "app.inner",
  where: "state = 'approved' and title ~ '^\\w+$'",
  key: "id",
};
const JUDGED = { table: "app.judged", relation: "app.judged", where: "app.is_open(title)", key: "id" };
const NAMED = {
  table: "public.named",
  relation: "public.named",
  where,
  columns: "id, status, title, note",
  key: "id",
};
const PAIR = { table: "public.pair", relation: "public.pair", where, key: "a, b" };

const ROWS = (from: number, day: number): string =>
  `select g, ${day}, case when g % 5 = 4 then 'draft' else 'approved' end, 'n' || g from generate_series(${from}, ${from + 9}) g`;

/** The change was seen at once: not healthy until `apply` has compared the rows, and nothing is left to do then. */
async function expectMended(edge: EdgeTree, node = "district-a"): Promise<void> {
  const before = await planNow(await edge.topology(), {});
  expect(before.steps.length).toBeGreaterThan(0);
  expect(before.problems.map(({ code, node: of }) => `${code} ${of}`).join("\n")).toContain(
    node === "district-a" ? "gap-in-stream east" : "gap-in-stream",
  );
  await edge.apply();
  await edge.expectEqual();
  expect(await planNow(await edge.topology(), {})).toMatchObject({ steps: [], problems: [] });
}

describe.each(ENGINES)("%s", (engine) => {
  const edge = useEdgeTree(engine, SCHEMA, [MEASURE, HEIR, KEYED, INNER, JUDGED, PAIR, NAMED, GROWN]);
  const { write, at, everywhere } = edge;
  /** Keys of one case each. */
  let rows = 1000;

  test("rows that a partition brings", async () => {
    await write("district-a", `insert into measure ${ROWS(1, 1)}; insert into measure ${ROWS(1, 2)}`);
    await edge.expectEqual();
    await everywhere("create table measure_3 (like measure including all)");
    await write("district-a", `insert into measure_3 ${ROWS(20, 3)}`);
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table measure attach partition measure_3 for values in (3)");
    // What is written from now on travels, whatever came before.
    await write("district-a", "insert into measure values (40, 3, 'approved', 'live')");
    await settled(edge.tree);
    expect(await at("nation", "select title from measure where id = 40")).toEqual([{ title: "live" }]);
    await expectMended(edge);
    await write("district-a", "update measure_3 set title = 'later'; delete from measure_3 where id = 20");
    await edge.expectEqual();
  });

  test("a partition that comes without rows is nobody's business", async () => {
    await everywhere("create table measure_4 (like measure including all)");
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table measure attach partition measure_4 for values in (4)");
    await write("district-a", `insert into measure_4 ${ROWS(1, 4)}`);
    await edge.expectEqual();
    expect(await planNow(await edge.topology(), {})).toMatchObject({ steps: [], problems: [] });
  });

  test.each([
    "alter table named rename title to x; alter table named rename note to title; alter table named rename x to note",
    "alter table named drop column note; alter table named add column note text",
    "alter table named drop column note, add column note text",
  ])("a name that comes to mean another column: %s", async (change) => {
    await write(
      "district-a",
      "insert into named select g, 'approved', 'title', 'note' from generate_series(1, 5) g on conflict (id) do update set title = 'title', note = 'note'",
    );
    await edge.expectEqual();
    await write("district-a", change);
    await write("district-a", "update named set title = 'later' where id = 2");
    await settled(edge.tree);
    await expectMended(edge);
  });

  test.each([
    "alter table named drop column note; alter table named add column note text",
    "alter table named alter column note type text using upper(note || '!')",
  ])("values above that no statement writes: %s", async (change) => {
    await write("district-a", "update named set title = 'title', note = 'note'");
    await edge.expectEqual();
    for (const node of ["east", "nation"]) {
      await write(node, change);
      expect((await planNow(await edge.topology(), {})).steps.length).toBeGreaterThan(0);
      await edge.apply();
      await edge.expectEqual();
    }
  });

  test.each(["detach partition measure_2", "detach partition measure_2 concurrently"])(
    "rows that a partition takes along: %s",
    async (change) => {
      // With a default partition there is no CONCURRENTLY.
      await at("district-a", "alter table measure detach partition measure_rest");
      await edge.apply();
      await at("district-a", `alter table measure ${change}`);
      await write(
        "district-a",
        "insert into measure_2 values (50, 2, 'approved', 'not ours'); update measure_2 set title = 'not ours'; truncate measure_2",
      );
      await settled(edge.tree);
      expect(await at("nation", "select id from measure where title = 'not ours'")).toEqual([]);
      expect(await at("nation", "select count(*)::int as n from measure where day = 2")).toEqual([{ n: 8 }]);
      await expectMended(edge);
      expect(
        await at("district-a", "select tgname from pg_trigger where tgrelid = 'measure_2'::regclass"),
      ).toEqual([]);
      await write("district-a", `insert into measure_2 ${ROWS(1, 2)}`);
      await at("district-a", "alter table measure attach partition measure_2 for values in (2)");
      await at("district-a", "alter table measure attach partition measure_rest default");
      await expectMended(edge);
    },
  );

  test("rows that a partition takes along above", async () => {
    await at("east", "alter table measure detach partition measure_2");
    // The table is the region's own, and does what it wants with it.
    await write("east", "update measure_2 set title = 'own'; delete from measure_2; truncate measure_2");
    expect((await planNow(await edge.topology(), {})).problems.map(({ code }) => code)).toContain(
      "gap-in-stream",
    );
    await at("east", "alter table measure attach partition measure_2 for values in (2)");
    await expectMended(edge, "east");
    await expect(at("east", "delete from measure where day = 2")).rejects.toThrow(
      /belongs to node "district-a"/,
    );
  });

  test("a partition that is dropped", async () => {
    await at("district-a", "drop table measure_4");
    await write(
      "district-a",
      "insert into measure values (1, 1, 'approved', 'goes on') on conflict do nothing",
    );
    await expectMended(edge);
  });

  test("rows that a tool moves out of the default partition", async () => {
    await write("district-a", `insert into measure ${ROWS(1, 7)}`);
    await edge.expectEqual();
    await everywhere("create table measure_7 (like measure including all)");
    for (const node of ["nation", "east", "district-b"])
      await write(
        node,
        "begin; alter table measure detach partition measure_rest; insert into measure_7 select * from measure_rest where day = 7; truncate measure_rest; alter table measure attach partition measure_rest default; alter table measure attach partition measure_7 for values in (7); commit",
      );
    await write(
      "district-a",
      "with moved as (delete from measure_rest where day = 7 returning *) insert into measure_7 select * from moved; alter table measure attach partition measure_7 for values in (7)",
    );
    await expectMended(edge);
  });

  test("a child that joins with rows, and one that leaves", async () => {
    await write(
      "district-a",
      "insert into heir values (1, 'approved', 'parent'); create table heir_old (primary key (id)) inherits (heir); alter table heir_old no inherit heir; insert into heir_old values (11, 'approved', 'child'), (12, 'draft', 'child'); alter table heir_old inherit heir",
    );
    await expectMended(edge);
    await write(
      "district-a",
      "update heir_old set title = 'both'; alter table heir_old no inherit heir; insert into heir_old values (13, 'approved', 'not ours')",
    );
    await settled(edge.tree);
    expect(await at("nation", "select id from heir where id = 13")).toEqual([]);
    await expectMended(edge);
  });

  test("a key that is in a parent and its child: told at once, and no row of the other is taken away", async () => {
    await write(
      "district-a",
      "alter table heir_old inherit heir; delete from heir_old; insert into heir values (31, 'approved', 'parent')",
    );
    await edge.apply();
    await write("district-a", "insert into heir_old values (31, 'approved', 'child')");
    const { problems } = await planNow(await edge.topology(), {});
    expect(problems.map(({ code }) => code)).toContain("gap-in-stream");
    await write("district-a", "delete from heir_old where id = 31");
    await settled(edge.tree);
    expect(await at("nation", "select title from heir where id = 31")).toEqual([{ title: "parent" }]);
    await expectMended(edge);
    // Seen by the first copy, and where capture is made anew.
    await write("district-a", "insert into heir_old values (31, 'approved', 'child')");
    await expect(edge.apply()).rejects.toThrow(/have rows of the same key, as \(31\)/);
    await write("district-a", "delete from heir_old where id = 31");
    await at("district-a", "alter table heir disable trigger all");
    await write("district-a", "insert into heir_old values (31, 'approved', 'child')");
    await expect(edge.apply()).rejects.toThrow(/have rows of the same key, as \(31\)/);
    await write(
      "district-a",
      "delete from heir_old; alter table heir_old no inherit heir; alter table heir enable trigger all",
    );
    await edge.apply();
    await edge.expectEqual();
  });

  test("a key that grows", async () => {
    await write("district-a", "insert into keyed values (1, 101), (2, 102), (3, 103)");
    await edge.expectEqual();
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table keyed alter id type bigint");
    await write(
      "district-a",
      "insert into keyed values (5000000000, 104); update keyed set title = 'x' where id < 3; delete from keyed where id = 3",
    );
    await edge.expectEqual();
    // PostgreSQL has written each row anew: the next apply looks whether anything else came of it.
    await edge.apply();
    await edge.expectEqual();
    expect(await planNow(await edge.topology(), {})).toMatchObject({ steps: [], problems: [] });
  });

  test("a key that gets another name", async () => {
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table pair rename column a to first");
    await write(
      "district-a",
      "insert into pair values (1, 1), (1, 2), (2, 2); update pair set c = 1 where b = 2; delete from pair where first = 1 and b = 1",
    );
    await edge.expectEqual([MEASURE, HEIR, KEYED, { ...PAIR, key: "first, b" }]);
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table pair rename column first to a");
    await write("district-a", "update pair set c = 2");
    await edge.expectEqual();
    expect(await at("nation", "select count(*)::int as n from pair where c = 2")).toEqual([{ n: 2 }]);
  });

  test("a primary key that moves to other columns", async () => {
    await write("east", "insert into keyed values (900, 900, 'approved', 'of east')");
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table keyed drop constraint keyed_pkey, add primary key (code)");
    await write(
      "district-a",
      "update keyed set title = 'y' where code = 101; insert into keyed values (7, 107); delete from keyed where code = 102",
    );
    // The region's own people go on, too.
    await write("east", "update keyed set title = 'still of east' where code = 900");
    await expect(at("east", "update keyed set title = 'z' where code = 101")).rejects.toThrow(
      /belongs to node "district-a"/,
    );
    const moved = { ...KEYED, key: "code" };
    await edge.expectEqual([MEASURE, HEIR, moved, PAIR]);
    expect(await planNow(await edge.topology(), {})).toMatchObject({ steps: [], problems: [] });
    for (const node of ["nation", "east", "district-b", "district-a"])
      await at(node, "alter table pair drop constraint pair_pkey, add primary key (a, b, c)");
    await write(
      "district-a",
      "insert into pair values (2, 2, 9); update pair set c = 3 where c = 2; delete from pair where a = 1",
    );
    await edge.expectEqual([MEASURE, HEIR, moved, { ...PAIR, key: "a, b, c" }]);
  });

  test.each([
    ["a label of an enum", "alter type app.state rename value 'shelved' to 'archived'"],
    [
      "the label that the filter asks for",
      "alter type app.state rename value 'approved' to 'released'",
      "alter type app.state rename value 'released' to 'approved'",
    ],
    ["a type", "alter type app.state rename to status", "alter type app.status rename to state"],
    ["a domain", "alter domain app.level rename to floor", "alter domain app.floor rename to level"],
    [
      "the schema of a type",
      "create schema types; alter type app.state set schema types",
      "alter type types.state set schema app",
    ],
    [
      "the schema of an extension",
      "create schema ext; alter extension citext set schema ext",
      "alter extension citext set schema public",
    ],
    [
      "a function that the filter calls",
      "alter function app.is_open rename to is_public",
      "alter function app.is_public rename to is_open",
    ],
    [
      "a type that a column gets and loses",
      "alter type app.state add value 'late'; alter table app.inner add column place point",
    ],
    ["a type that is dropped with its column", "drop type app.kind cascade"],
  ])("another name for what code refers to: %s", async (_, change, back = "select") => {
    const id = (rows += 10);
    await write(
      "district-a",
      `insert into app.inner values (${id}, 'approved', 1, 'A@b', null, 'one'); insert into app.judged values (${id}, 'open'), (${id + 1}, 'closed')`,
    );
    await settled(edge.tree);
    for (const node of ["nation", "east", "district-b", "district-a"])
      for (const each of change.split("; ")) await at(node, each);
    await write(
      "district-a",
      `insert into app.inner (id, title, level, mail) values (${id + 1}, 'two', 2, 'C@d'), (${id + 2}, 'not one word', 2, null); update app.inner set title = 'three', mail = 'e@F' where id = ${id}; update app.judged set title = 'closed' where id = ${id}; update app.judged set title = 'open' where id = ${id + 1}`,
    );
    await settled(edge.tree);
    expect(await edge.parked()).toEqual([]);
    expect(
      await at("nation", `select id, title from app.inner where id between ${id} and ${id + 2} order by 1`),
    ).toEqual([
      { id, title: "three" },
      { id: id + 1, title: "two" },
    ]);
    expect(await at("nation", `select id from app.judged where id between ${id} and ${id + 1}`)).toEqual([
      { id: id + 1 },
    ]);
    await everywhere(back);
    await edge.apply();
    await edge.expectEqual([INNER, JUDGED]);
  });

  test.each([
    ["a type", "drop type app.state cascade"],
    ["a schema", "drop schema app cascade"],
    ["a function", "drop function app.is_open cascade"],
  ])("what a filter stands on is not taken away under it: %s", async (_, change) => {
    await expect(at("district-a", change)).rejects.toThrow(/filter of table "app.(inner|judged)"/);
    await write(
      "district-a",
      "insert into app.inner values (900, 'approved') on conflict do nothing; update app.inner set title = title || 'x' where id = 900; insert into app.judged values (900, 'open') on conflict do nothing",
    );
    await edge.expectEqual([INNER, JUDGED]);
  });

  test.each([
    "standard_conforming_strings = off",
    "quote_all_identifiers = on",
    "search_path = ''",
    "transform_null_equals = on",
    "DateStyle = 'German, DMY'",
    "IntervalStyle = iso_8601",
    "extra_float_digits = -3",
    "bytea_output = escape",
    "escape_string_warning = off",
    "backslash_quote = off",
    "plan_cache_mode = force_generic_plan",
    "default_transaction_isolation = 'serializable'",
  ])("a filter means the same under %s", async (setting) => {
    const id = (rows += 10);
    await write(
      "district-a",
      `set ${setting}; insert into app.inner (id, title) values (${id}, 'word'), (${id + 1}, 'w w'); update app.inner set title = 'other' where id = ${id}; update app.inner set title = 'x y' where id = ${id + 1}`,
    );
    await settled(edge.tree);
    expect(
      await at("nation", `select id, title from app.inner where id between ${id} and ${id + 1}`),
    ).toEqual([{ id, title: "other" }]);
  });

  test("a column that comes with values for rows that are there", async () => {
    await write("district-a", "insert into grown (id) select generate_series(1, 3)");
    await edge.expectEqual([GROWN]);
    await write(
      "district-a",
      "alter table grown add column five int default 5, add column said text not null default 'it''s', add column made timestamptz default now()",
    );
    // What plan advises for the region comes first, then for the nation.
    for (const node of ["east", "nation"]) {
      const { problems } = await planNow(await edge.topology(), {});
      const fixes = problems.flatMap((problem) =>
        problem.node === node && problem.fix?.startsWith("alter table") === true ? [problem.fix] : [],
      );
      expect(fixes).toHaveLength(3);
      await write(node, fixes.join(" "));
    }
    await edge.apply();
    await edge.expectEqual([GROWN]);
    expect(await at("nation", "select distinct five, said, made is null as lacks from grown")).toEqual([
      { five: 5, said: "it's", lacks: false },
    ]);
  });
});
