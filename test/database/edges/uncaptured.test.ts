/** Rows that are written without the application's triggers: by another product's subscription, or in the session replication role "replica". */
import { describe, expect, test } from "vitest";

import { eventually } from "../../../src/sandbox/eventually.ts";
import { planNow, provision, settled } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

// The extension is the other product's, also in the tree that does without it: before apply, which lets our roles use it.
const SCHEMA = `
  create extension if not exists pglogical;
  create table public.load (id int primary key, status text not null default 'approved', title text, at timestamptz default '2026-01-02 03:04:05+00');
  create table public.measure (id int, day int, status text not null default 'approved', title text, primary key (id, day)) partition by list (day);
  create table public.measure_1 partition of public.measure for values in (1);
  create table public.measure_2 partition of public.measure for values in (2);
  create table public.measure_rest partition of public.measure default;
  create table public.plain (id int primary key, status text not null default 'approved', title text)`;

const where = "status = 'approved'";
const LOAD = { table: "public.load", relation: "public.load", where, key: "id" };
const MEASURE = { table: "public.measure", relation: "public.measure", where, key: "id, day" };
const PLAIN = { table: "public.plain", relation: "public.plain", where, key: "id" };
const REPLICATED = { capture: "replicated" };

/** What the other product brings, statement after statement; `from` is a range of keys of its own. */
const CHANGES = (from: number): readonly string[] => [
  `insert into load (id, status, title) values (${from + 3}, 'draft', 'later'), (${from + 4}, 'approved', 'live'), (${from + 5}, 'approved', null)`,
  `update load set status = 'approved' where id = ${from + 3}`,
  `update load set status = 'draft' where id = ${from + 1}`,
  `update load set title = 'changed', at = at + interval '1 day' where id = ${from + 4}`,
  `update load set id = ${from + 9} where id = ${from + 5}`,
  `delete from load where id = ${from + 2}`,
];

describe.each(ENGINES)("%s", (engine) => {
  const edge = useEdgeTree(engine, SCHEMA, [LOAD, MEASURE, PLAIN], {
    [LOAD.table]: REPLICATED,
    [MEASURE.table]: REPLICATED,
  });
  const { write, at, tree } = edge;

  /** A database beside that of district-b, with a table that another product carries into `node`. Gives the keys that are at the nation. */
  async function bring(product: "native" | "pglogical", node: string, from: number): Promise<unknown[]> {
    const name = `outside_${product}_${node.replace("-", "_")}`;
    await at("district-b", `create database ${name}`);
    const outside = tree.dsn("district-b").replace(/\/slm$/u, `/${name}`);
    expect(outside).not.toBe(tree.dsn("district-b"));
    await query(
      outside,
      "create table public.load (id int primary key, status text not null default 'approved', title text, at timestamptz default '2026-01-02 03:04:05+00')",
    );
    await query(
      outside,
      `insert into load (id, status, title) values (${from + 1}, 'approved', 'one'), (${from + 2}, 'approved', 'two')`,
    );
    if (product === "native") {
      await query(outside, `create publication ${name} for table load`);
      await at(node, `create subscription ${name} connection '${outside}' publication ${name}`);
    } else {
      for (const each of [
        "create extension pglogical",
        `select pglogical.create_node('${name}', '${outside}')`,
        "select pglogical.replication_set_add_table('default', 'load')",
      ])
        await query(outside, each);
      if ((await at(node, "select from pglogical.local_node")).length === 0)
        await at(node, `select pglogical.create_node('theirs', '${tree.dsn(node)}')`);
      await at(node, `select pglogical.create_subscription('${name}', '${outside}', '{default}')`);
    }
    const mine = `select id, status, title, at::text from load where id between ${from} and ${from + 99} order by id`;
    const arrived = (): Promise<unknown> =>
      eventually(
        async () =>
          JSON.stringify(await at(node, mine)) === JSON.stringify(await query(outside, mine)) || undefined,
        { timeoutMs: 30_000, what: `what ${product} brings to ${node}` },
      );
    await arrived();
    await edge.expectEqual();
    for (const change of CHANGES(from)) {
      await query(outside, change);
      await arrived();
    }
    await edge.expectEqual();
    if (product === "native") await at(node, `drop subscription ${name}`);
    else await at(node, `select pglogical.drop_subscription('${name}')`);
    const above = await at("nation", mine);
    return above.map(({ id }) => id);
  }

  test.each(["native", "pglogical"] as const)(
    "what a subscription of another product brings to a district travels: %s",
    async (product) => {
      const from = product === "native" ? 100 : 200;
      expect(await bring(product, "district-a", from)).toEqual([from + 3, from + 4, from + 9]);
    },
  );

  test.each(["native", "pglogical"] as const)(
    "and what it brings to a region, which takes rows of districts into the same table: %s",
    async (product) => {
      await write("district-a", "insert into load (id, title) values (1, 'own') on conflict (id) do nothing");
      const from = product === "native" ? 300 : 400;
      expect(await bring(product, "east", from)).toEqual([from + 3, from + 4, from + 9]);
    },
  );

  test("what arrives from below is nobody else's row: a region says nothing of it in its own name", async () => {
    const said =
      "select count(*)::int as n from tributary.messages_knowledge where node = 'east' and kind not in ('beat', 'fence')";
    const before = await at("east", said);
    await write(
      "district-a",
      "insert into load (id, title) select g, 'n' from generate_series(500, 520) g; update load set title = 'x' where id < 510 and id >= 500; update load set id = id + 50 where id = 511; delete from load where id > 515 and id < 550; insert into load (id, title) values (700, 'lone'); update load set title = 'y' where id = 700; delete from load where id = 700; insert into measure select g, 1 + g % 2 from generate_series(1, 20) g; truncate measure_2",
    );
    await edge.expectEqual();
    expect(await at("east", said)).toEqual(before);
  });

  test("a session in the role replica: what the rule says travels, a child that it makes too", async () => {
    await write(
      "district-a",
      `set session_replication_role = replica;
       insert into load (id, title) values (601, 'a'), (602, 'b'), (603, 'c');
       with gone as (delete from load where id in (601, 602) returning *) insert into load select * from gone limit 1;
       update load set title = 'd' where id = 603;
       insert into measure values (50, 1, 'approved', 'p'), (51, 2, 'draft', 'q');
       update measure set day = 2 where id = 50;
       update measure set status = 'approved' where id = 51;
       create table measure_3 partition of measure for values in (3);
       insert into measure values (52, 3, 'approved', 'r'), (53, 3, 'approved', 's')`,
    );
    await edge.expectEqual();
    expect(await at("nation", "select id, day from measure where id > 50 order by id")).toHaveLength(3);
    await write(
      "district-a",
      "set session_replication_role = replica; truncate measure_3; delete from load where id = 603",
    );
    await edge.expectEqual();
    expect(await at("nation", "select id from measure where day = 3")).toEqual([]);
    expect(await planNow(await edge.topology(), {})).toMatchObject({ steps: [], problems: [] });
  });

  const doubts = async (): Promise<string[]> =>
    (await planNow(await edge.topology(), {})).problems.map(({ code }) => code);

  const firing = ["rows", "truncate"]
    .map((name) => `enable replica trigger tributary_replicated_${name}`)
    .join(", ");
  const all = "enable trigger all";

  test.each([
    ["of a table", "plain", "origin", "insert into plain (id) values (1)", all],
    ["by a session in the role replica", "plain", "replica", "insert into plain (id) values (2)", all],
    ["of a partition", "measure_1", "origin", "insert into measure values (90, 1)", `${all}, ${firing}`],
    ["those for what others bring", "load", "replica", "insert into load (id) values (900)", firing],
  ])("triggers switched off for a moment are seen at once: %s", async (_, table, role, missed, enable) => {
    await write(
      "district-a",
      `set session_replication_role = ${role}; alter table ${table} disable trigger all; ${missed}; alter table ${table} ${enable}`,
    );
    expect(await doubts()).toContain("gap-in-stream");
    await write("district-a", `alter table ${table} ${all}${table === "plain" ? "" : `, ${firing}`}`);
    await edge.apply();
    await edge.expectEqual();
    expect(await doubts()).toEqual([]);
  });

  test("a session in the role replica changes the schema: capture follows", async () => {
    await edge.everywhere(
      "set session_replication_role = replica; alter table plain add column note text default 'n'",
    );
    await write("district-a", "insert into plain (id, note) values (20, 'here')");
    await settled(tree);
    expect(await at("nation", "select note from plain where id = 20")).toEqual([{ note: "here" }]);
    await edge.apply();
    await edge.expectEqual();
  });

  test("without that rule, the comparison finds what passed by", async () => {
    await write(
      "district-a",
      "set session_replication_role = replica; insert into plain (id, title) values (30, 'missed')",
    );
    await settled(tree);
    const report = await verify(await edge.topology());
    expect(
      report.links.flatMap(({ provider, tables }) =>
        tables.flatMap(({ relation, verdict }) => (verdict === "equal" ? [] : [`${provider} ${relation}`])),
      ),
    ).toEqual(["district-a public.plain"]);
    await write(
      "district-a",
      "update plain set title = 'written again' where id = 30; update plain set status = 'draft' where id = 30",
    );
    await write("district-a", "update plain set status = 'approved' where id = 30");
    await edge.expectEqual();
  });

  test("the rule comes and goes with apply: what passed before comes along, and no trigger is left", async () => {
    const trees = (rule: object): Parameters<typeof provision>[1] => ({
      knowledge: {
        tables: { "public.load": { where }, "public.measure": { where }, "public.plain": { where, ...rule } },
      },
    });
    await write("district-a", "set session_replication_role = replica; insert into plain (id) values (40)");
    await provision(tree, trees(REPLICATED));
    await edge.expectEqual([PLAIN]);
    await provision(tree, trees({}));
    expect(
      await at("district-a", "select tgname from pg_trigger where tgname ~ '^tributary_replicated'"),
    ).toEqual([]);
    expect(
      await at("district-a", "select proname from pg_proc where proname ~ '^capture_replicated_'"),
    ).toEqual([]);
    await write("district-a", "insert into plain (id) values (41); insert into measure values (91, 1)");
    await settled(tree);
    expect(await at("nation", "select id from plain where id = 41")).toHaveLength(1);
    await edge.apply();
    await edge.expectEqual();
  });
});
