/**
 * A table that is missing above is made from what the node below tells. Its owner there is nobody's friend, and neither is its
 * server: nothing of what they say is run.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { planAsJson, renderPlan, renderPlanSql, statementText } from "../../src/cli/render/plan.ts";
import { statementsOf } from "../../src/engine/steps.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { type TestTree, useTestTree } from "../support/cluster.ts";
import { type Provisioned, provision, settled, topologyOf } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const LEAK =
  "case when current_setting('is_superuser') = 'on' then lo_from_bytea(0, 'written') > 0::oid else true end";

/** As the owner of the tables, who is no superuser. */
const ATTACK = `
create role district_owner login;
create schema app authorization district_owner;
set role district_owner;
create function app.leak(text) returns text immutable language plpgsql as
  $f$ begin if current_setting('is_superuser') = 'on' then perform lo_from_bytea(0, 'written'); end if; return $1; end $f$;
create function app.same(text, text) returns boolean immutable language plpgsql as
  $f$ begin perform app.leak($1); return true; end $f$;
create operator app.= (leftarg = text, rightarg = text, function = app.same);
create domain app.word as text check (app.leak(value) is not null) check (length(value) < 100);
create type app.mood as enum ('it''s', '"; create role evil superuser; --', '$tributary$; create role evil superuser; $tributary$');
create table app.item (
  id int primary key,
  title text not null default app.leak('none') check (length(title) < 1000),
  shouted text generated always as (app.leak(title)) stored,
  size int generated always as (length(title)) stored,
  word app.word default 'x',
  mood app.mood,
  code varchar(20) not null default 'none',
  made timestamptz not null default now(),
  approved boolean not null,
  constraint plain check (code in ('none', 'a', 'b')),
  constraint leak check (${LEAK}),
  constraint "own; create role evil superuser; --" check (app.leak(title) is not null),
  constraint shadowed check (title operator(app.=) title)
);
create index on app.item (app.leak(title));
create index by_code on app.item (code) where approved;
reset role;
`;

const SETS = { main: { tables: { "app.item": { where: "approved" } } } };

const insert = (id: number): string =>
  `insert into app.item (id, title, mood, approved) values (${id}, 'row ${id}', 'it''s', true)`;

const gained = (dsn: string): Promise<Row[]> =>
  query(
    dsn,
    `select 'large object' as what from pg_largeobject_metadata union all
     select rolname::text from pg_roles where rolname = 'evil' or rolsuper and rolname <> 'postgres'`,
  );

const ownersAt = (dsn: string): Promise<Row[]> =>
  query(
    dsn,
    `select distinct r.rolname as owner, r.rolsuper, r.rolcanlogin from pg_roles r join (
       select relowner from pg_class where relnamespace = 'app'::regnamespace
       union all select typowner from pg_type where typnamespace = 'app'::regnamespace
       union all select nspowner from pg_namespace where nspname = 'app') o(oid) on o.oid = r.oid`,
  );

const ABOVE = ["east", "nation"];

async function expectHarmless(tree: TestTree): Promise<void> {
  for (const name of ABOVE) expect(await gained(tree.dsn(name))).toEqual([]);
}

describe.each(["pglogical", "native"] as const)("%s", (engine) => {
  describe("the owner of a table at a district", () => {
    const tree = useTestTree({ districts: 1, regions: 1, engine });
    let done: Provisioned;

    beforeAll(async () => {
      await query(tree.dsn("district-a"), ATTACK);
      await query(tree.dsn("district-a"), insert(1));
      done = await provision(tree, SETS);
    });

    test("nothing of what it wrote runs above, and rows arrive", async () => {
      await query(tree.dsn("district-a"), insert(2));
      await settled(tree);
      for (const name of ABOVE)
        expect(
          await query(tree.dsn(name), "select id, title, size, mood::text from app.item order by id"),
        ).toEqual([
          { id: 1, title: "row 1", size: 5, mood: "it's" },
          { id: 2, title: "row 2", size: 5, mood: "it's" },
        ]);
      await expectHarmless(tree);
    });

    test("the table has what is PostgreSQL's own, and nothing else", async () => {
      for (const name of ABOVE) {
        const checks = await query(
          tree.dsn(name),
          "select conname::text from pg_constraint where connamespace = 'app'::regnamespace and contype = 'c' order by 1",
        );
        expect(checks.map(({ conname }) => conname)).toEqual(["item_title_check", "plain", "word_check1"]);
        const defaults = await query(
          tree.dsn(name),
          `select a.attname::text, pg_get_expr(d.adbin, d.adrelid) as text from pg_attrdef d
           join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = 'app.item'::regclass order by 1`,
        );
        expect(defaults).toEqual([
          { attname: "code", text: "'none'::character varying" },
          { attname: "size", text: "length(title)" },
          { attname: "word", text: "'x'::text" },
        ]);
        const functions = await query(
          tree.dsn(name),
          "select proname::text from pg_proc where pronamespace = 'app'::regnamespace",
        );
        expect(functions).toEqual([]);
      }
    });

    test("it belongs to a role that is no superuser and nobody may log in as", async () => {
      for (const name of ABOVE)
        expect(await ownersAt(tree.dsn(name))).toEqual([
          { owner: "tributary_slm_tables", rolsuper: false, rolcanlogin: false },
        ]);
    });

    test("the plan says once for each table what is left out, and shows all that is run", () => {
      const words = renderPlan(done.plan)
        .split("\n")
        .filter((line) => line.includes("create table app.item"));
      expect(words).toHaveLength(2);
      for (const line of words)
        for (const what of [
          "owned by tributary_slm_tables",
          'check "leak" (it calls',
          'check "own; create role evil superuser; --" (it calls leak(), which is not PostgreSQL\'s own)',
          'check "shadowed" (it has an operator that is not PostgreSQL\'s own)',
          'default of column "title"',
          'generated column "shouted"',
          'default of column "made" (it calls now()',
          'check "word_check" of type "app.word"',
          'index "item_leak_idx"',
        ])
          expect(line).toContain(what);
      const json = JSON.stringify(planAsJson(done.plan, statementsOf));
      expect(json).toContain('"owner":"tributary_slm_tables"');
      expect(json).toContain('generated column \\"shouted\\"');
      const code = renderPlanSql(done.plan, statementsOf).replaceAll(/^--.*$/gmu, "");
      expect(code).not.toContain("lo_from_bytea");
      expect(code).not.toContain("leak");
    });

    test("what is left out is not missed: nothing is left to do", async () => {
      expect(plan(done.topology, await observe(done.topology)).steps).toEqual([]);
    });
  });
});

describe("a district whose server says what it likes", () => {
  const tree = useTestTree({ districts: 1, regions: 1 });
  const EVIL = "true); create role evil superuser; select (true";

  beforeAll(async () => {
    // Replaced, so that whoever asks is told this.
    await query(
      tree.dsn("district-a"),
      `create schema app;
       create table app.item (id int primary key, title text default 'x' check (title <> ''), price numeric(12, 2), approved boolean not null);
       create index by_title on app.item (lower(title)) where approved;
       insert into app.item values (1, 'a', 1.5, true);
       create or replace function pg_catalog.pg_get_expr(pg_node_tree, oid) returns text stable language sql as $$ select '${EVIL}' $$;
       create or replace function pg_catalog.pg_get_indexdef(oid, int, boolean) returns text stable language sql as $$ select '${EVIL}' $$;
       create or replace function pg_catalog.format_type(oid, int) returns text stable language sql as $$ select 'text); create role evil superuser; --' $$;`,
    );
  });

  test("is told by no statement of ours, and what it says is left out", async () => {
    const topology = await topologyOf(tree, SETS);
    const planned = plan(topology, await observe(topology));
    expect(renderPlan(planned)).toContain('default of column "title" (it is not one expression)');
    const steps = planned.steps.filter(({ kind }) => kind === "create-table");
    expect(steps.map(({ node }) => node)).toEqual(["nation", "east"]);
    for (const step of steps) {
      const statements = statementsOf(step).map(statementText);
      expect(statements.join("\n")).not.toContain("evil");
      await query(tree.dsn(step.node), ["begin;", ...statements, "commit;"].join("\n"));
      const types = await query(
        tree.dsn(step.node),
        "select attname::text, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = 'app.item'::regclass and attnum > 0",
      );
      expect(types.map(({ type }) => type)).toEqual(["integer", "text", "numeric(12,2)", "boolean"]);
    }
    await expectHarmless(tree);
  });

  test("mends that are offered are of our words, too", async () => {
    const columns = "(id int primary key, approved boolean not null)";
    await query(tree.dsn("east"), `drop table app.item; create table app.item ${columns}`);
    const topology = await topologyOf(tree, SETS);
    const { problems } = plan(topology, await observe(topology));
    const fixes = problems.map(({ fix }) => fix);
    expect(fixes).toContain('alter table "app"."item" add column "price" numeric(12,2);');
    expect(fixes.join("\n")).not.toContain("evil");
  });
});

describe("whom the topology names", () => {
  const tree = useTestTree({ districts: 1 });

  beforeAll(async () => {
    await query(
      tree.dsn("district-a"),
      "create schema app; create table app.item (id int primary key, approved boolean not null)",
    );
  });

  const problems = async (tableOwner?: string): Promise<readonly string[]> => {
    const topology = await topologyOf(tree, SETS, tableOwner === undefined ? {} : { tableOwner });
    return plan(topology, await observe(topology)).problems.map(({ code }) => code);
  };

  test("a role that is not there, is a superuser or may become one stops the table, and only that", async () => {
    await query(
      tree.dsn("nation"),
      "create role boss superuser; create role heir; grant boss to heir; create role app_owner",
    );
    expect(await problems("nobody")).toEqual(["table-owner-missing"]);
    expect(await problems("boss")).toEqual(["table-owner-superuser"]);
    expect(await problems("heir")).toEqual(["table-owner-superuser"]);
    expect(await problems("pg_execute_server_program")).toEqual(["table-owner-reserved"]);
    expect(await problems("tributary_slm_owner")).toEqual(["table-owner-reserved"]);
    expect(await problems("app_owner")).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  test("the owner of the schema above is asked first when nobody is named", async () => {
    await query(tree.dsn("nation"), "create schema app authorization app_owner");
    await provision(tree, SETS);
    expect(await ownersAt(tree.dsn("nation"))).toEqual([
      { owner: "app_owner", rolsuper: false, rolcanlogin: false },
    ]);
    expect(
      await query(tree.dsn("nation"), "select from pg_roles where rolname = 'tributary_slm_tables'"),
    ).toEqual([]);
  });
});
