/** What cannot be applied waits with its reason, holds nobody up, and arrives by itself once the cause is gone. */
import { beforeAll, describe, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";

const SETS = {
  knowledge: {
    tables: {
      "public.category": {},
      "public.document": { where: "status = 'approved'" },
      "public.visit": {},
      "public.pulse": {},
    },
  },
};
const SCHEMA = `
  create type mood as enum ('calm', 'tense');
  create table category (id int primary key, name text);
  create table document (id int primary key, status text not null default 'draft', title text, slug text unique,
    category_id int, mood mood);
  create table visit (id int, place text, remark text, primary key (id, place)) partition by list (place);
  create table visit_here partition of visit for values in ('here');
  create table pulse (id int primary key, beats int)`;

const tree = useTestTree({ districts: 2, regions: 1 });
const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
const parked = (name: string): Promise<Row[]> =>
  at(name, "select node, relation, kind, key, sqlstate, reason, detail from tributary.parked order by id");

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, SCHEMA);
  await provision(tree, SETS);
  await at("district-a", "insert into pulse values (1, 0)");
  await at("district-b", "insert into pulse values (2, 0)");
});

let beats = 0;

/** Each district sends something that has nothing to do with what is parked, and it arrives: no stream has stopped. */
async function pulse(): Promise<void> {
  beats += 1;
  await at("district-a", `update pulse set beats = ${beats}`);
  await at("district-b", `update pulse set beats = ${beats}`);
  for (const name of ["east", "nation"])
    await eventually(
      async () =>
        (await at(name, `select from pulse where beats = ${beats}`)).length === 2 ? true : undefined,
      { timeoutMs: 20_000, what: `beat ${beats} of both districts at ${name}` },
    );
}

/** Waits, while others write now and then, until the rows are as they should be. There is no fence in it. */
async function comesTrue(name: string, text: string, rows: readonly Row[]): Promise<void> {
  let seen: Row[] = [];
  await eventually(
    async () => {
      await pulse();
      seen = await at(name, text);
      return JSON.stringify(seen) === JSON.stringify(rows) ? true : undefined;
    },
    { timeoutMs: 30_000, what: `${text} at ${name}` },
  ).catch((error: unknown) => {
    expect(seen).toEqual(rows);
    throw error;
  });
}

/** SQL that makes every trigger of a constraint fire for what is delivered, as an administrator may have done. */
const fireAlways = (table: string): string =>
  `do $$ declare t name; begin
     for t in select tgname from pg_trigger where tgrelid = '${table}'::regclass and tgisinternal loop
       execute format('alter table ${table} enable always trigger %I', t);
     end loop; end $$`;

describe("each cause parks, stops nobody, and once it is gone the row arrives with its later changes", () => {
  const fileUnder = "alter table document add constraint filed foreign key (category_id) references category";
  test.each([
    {
      cause: "a column that is missing above",
      breaks: ["district-a", "alter table document add column language text"],
      writes: "insert into document (id, status, language) values (1, 'approved', 'nl')",
      reason: /^column language of table public.document does not travel into this node$/u,
      mends: "alter table document add column language text",
      isAlsoAbove: true,
    },
    {
      cause: "a violated check",
      breaks: ["east", "alter table document add constraint short check (length(title) < 6)"],
      writes: "insert into document values (1, 'approved', 'much too long')",
      reason: /violates check constraint "short"$/u,
      mends: "alter table document drop constraint short",
    },
    {
      cause: "a value that must not be null",
      breaks: ["east", "alter table document alter column title set not null"],
      writes: "insert into document values (1, 'approved', null)",
      reason: /^null value in column "title"/u,
      mends: "alter table document alter column title drop not null",
    },
    {
      cause: "a foreign key that fires always",
      breaks: ["east", `${fileUnder}; ${fireAlways("document")}`],
      writes: "insert into document values (1, 'approved', 'a', null, 7)",
      reason: /violates foreign key constraint "filed"$/u,
      mends: "insert into category values (7, 'of east')",
      restores: "alter table document drop constraint filed; delete from category where id = 7",
    },
    {
      cause: "a foreign key that fires always, at commit",
      breaks: ["east", `${fileUnder} deferrable initially deferred; ${fireAlways("document")}`],
      writes: "insert into document values (1, 'approved', 'a', null, 7)",
      reason: /violates foreign key constraint "filed"$/u,
      mends: "insert into category values (7, 'of east')",
      restores: "alter table document drop constraint filed; delete from category where id = 7",
    },
    {
      cause: "a label that the type lacks",
      breaks: ["district-a", "alter type mood add value 'glad'"],
      writes: "insert into document (id, status, mood) values (1, 'approved', 'glad')",
      reason: /^invalid input value for enum public.mood: "glad"$/u,
      mends: "alter type mood add value 'glad'",
      isAlsoAbove: true,
    },
    {
      cause: "a type that is narrower above",
      breaks: ["east", "alter table document alter column title type varchar(5)"],
      writes: "insert into document values (1, 'approved', 'much too long')",
      reason: /^value too long for type character varying\(5\)$/u,
      mends: "alter table document alter column title type text",
    },
    {
      cause: "a trigger of the application that fires always",
      breaks: [
        "east",
        `create function veto() returns trigger language plpgsql as $$ begin raise 'not on a Sunday'; end $$;
         create trigger veto before insert on document for each row execute function veto();
         alter table document enable always trigger veto`,
      ],
      writes: "insert into document values (1, 'approved', 'a')",
      reason: /^not on a Sunday$/u,
      mends: "drop trigger veto on document; drop function veto",
    },
  ] as const)("$cause", async ({ breaks, writes, reason, mends, ...rest }) => {
    await at(...(breaks as [string, string]));
    await at("district-a", writes);
    await pulse();
    expect(await parked("east")).toMatchObject([{ node: "district-a", key: ["1"] }]);
    expect(await parked("east")).toMatchObject([{ reason: expect.stringMatching(reason) as string }]);
    const since = "select parked_at::text from tributary.parked";
    const before = await at("east", since);
    await at("district-a", "update document set slug = 'later' where id = 1");
    await pulse();
    expect(await parked("east")).toMatchObject([{ kind: "put", key: ["1"] }]);
    expect(await at("east", since)).toEqual(before);
    await at("east", mends);
    if ("isAlsoAbove" in rest) await at("nation", mends);
    for (const name of ["east", "nation"])
      await comesTrue(name, "select id, slug from document", [{ id: 1, slug: "later" }]);
    expect(await parked("east")).toEqual([]);
    await at("district-a", "delete from document");
    if ("isAlsoAbove" in rest && mends.startsWith("alter table")) await at("district-b", mends);
    await settled(tree);
    if ("restores" in rest) await at("east", rest.restores);
  });

  test("a partition that is missing above", async () => {
    await at("district-a", "create table visit_there partition of visit for values in ('there')");
    await at("district-a", "insert into visit values (1, 'here', 'a'), (2, 'there', 'b')");
    await at("district-a", "update visit set remark = remark || ' later'");
    await pulse();
    for (const name of ["east", "nation"]) {
      expect(await at(name, "select id from visit")).toEqual([{ id: 1 }]);
      expect(await parked(name)).toMatchObject([{ key: ["2", "there"], sqlstate: "23514" }]);
      await at(name, "create table visit_there partition of visit for values in ('there')");
    }
    for (const name of ["east", "nation"])
      await comesTrue(name, "select id, remark from visit order by id", [
        { id: 1, remark: "a later" },
        { id: 2, remark: "b later" },
      ]);
  });
});

describe("two rows with one key, over two hops", () => {
  const owners = `select d.id, d.title, p.tributary_owner as owner
    from document d left join tributary."provenance_public.document" p using (id) order by id`;

  test("the first owner withdraws its row: the other's takes its place, with its later changes", async () => {
    await at("district-a", "insert into document values (1, 'approved', 'of a')");
    await pulse();
    await at("district-b", "insert into document values (1, 'approved', 'of b')");
    await at("district-b", "update document set title = 'of b, later'");
    await pulse();
    for (const name of ["east", "nation"]) {
      expect(await at(name, owners)).toEqual([{ id: 1, title: "of a", owner: "district-a" }]);
      expect(await parked(name)).toMatchObject([
        { reason: 'the row belongs to node "district-a", and node "district-b" uses the same key' },
      ]);
    }
    await at("district-a", "update document set status = 'draft'");
    for (const name of ["east", "nation"])
      await comesTrue(name, owners, [{ id: 1, title: "of b, later", owner: "district-b" }]);
    await at("district-a", "delete from document");
    await at("district-b", "delete from document");
    await pulse();
    expect(await at("nation", owners)).toEqual([]);
  });

  test("a draft of the region is in the way there, and not at the nation", async () => {
    await at("east", "insert into document values (1, 'draft', 'of east')");
    await at("district-a", "insert into document values (1, 'approved', 'of a')");
    await pulse();
    expect(await at("east", owners)).toEqual([{ id: 1, title: "of east", owner: null }]);
    expect(await parked("east")).toMatchObject([
      {
        reason:
          'node "east" itself has a row with the key of this row of node "district-a", and other values',
      },
    ]);
    expect(await at("nation", owners)).toEqual([{ id: 1, title: "of a", owner: "district-a" }]);
    await at("east", "delete from document");
    await comesTrue("east", owners, [{ id: 1, title: "of a", owner: "district-a" }]);
    expect(await parked("nation")).toEqual([]);
    await at("district-a", "delete from document");
    await pulse();
    expect(await at("nation", owners)).toEqual([]);
  });

  test("an approved row of the region stays at the nation too", async () => {
    await at("east", "insert into document values (1, 'approved', 'of east')");
    await settled(tree);
    await at("district-a", "insert into document values (1, 'approved', 'of a')");
    await pulse();
    expect(await at("nation", owners)).toEqual([{ id: 1, title: "of east", owner: "east" }]);
    expect(await parked("nation")).toMatchObject([
      { reason: 'the row belongs to node "east", and node "district-a" uses the same key' },
    ]);
    await at("east", "delete from document");
    for (const name of ["east", "nation"])
      await comesTrue(name, owners, [{ id: 1, title: "of a", owner: "district-a" }]);
    await at("district-a", "delete from document");
    await pulse();
  });

  test.each(["update document set title = 'x'", "delete from document", "truncate document"])(
    "by hand above, the owner is named: %s",
    async (statement) => {
      await at("district-b", "insert into document values (5, 'approved', 'of b')");
      await pulse();
      for (const name of ["east", "nation"])
        await expect(at(name, statement)).rejects.toThrow(
          'row (5) of table public.document belongs to node "district-b"',
        );
      await at("district-b", "delete from document");
      await pulse();
    },
  );
});

describe("trying again", () => {
  const cause = "alter table document add constraint short check (length(title) < 6)";
  const mend = "alter table document drop constraint short";

  test("never waits for a lock", async () => {
    await at("east", cause);
    await at("district-a", "insert into document values (1, 'approved', 'much too long')");
    await pulse();
    await at("east", mend);
    {
      await using holder = openApplication(tree.dsn("east"));
      await holder.query("begin; lock table document in share mode");
      for (let round = 0; round < 3; round += 1) {
        await at("east", "update tributary.retry set next_at = '-infinity'");
        await pulse();
      }
      expect(await parked("east")).toMatchObject([{ key: ["1"], sqlstate: "23514" }]);
    }
    await comesTrue("east", "select id from document", [{ id: 1 }]);
    await at("district-a", "delete from document");
    await pulse();
  });

  test("a row that is withdrawn while it is being tried does not stay", async () => {
    await at(
      "east",
      `create function linger() returns trigger language plpgsql as $$
       begin perform set_config('lock_timeout', '0', true), pg_advisory_xact_lock(42); return new; end $$;
       create trigger linger before insert on document for each row execute function linger(); ${cause}`,
    );
    await at("district-a", "insert into document values (1, 'approved', 'much too long')");
    await pulse();
    await at("east", `${mend}; alter table document enable always trigger linger`);
    await using holder = openApplication(tree.dsn("east"));
    await using trying = openApplication(tree.dsn("east"));
    await holder.query("select pg_advisory_lock(42)");
    const applied = trying.query("select tributary.retry_parked()::int as n");
    const waiting = "select from pg_locks where not granted";
    const stands = async (text: string, rows: number): Promise<true | undefined> =>
      (await at("east", text)).length === rows ? true : undefined;
    await eventually(() => stands(waiting, 1), { timeoutMs: 20_000, what: "the row is being tried" });
    await at("district-a", "delete from document");
    await eventually(
      async () => (await stands(waiting, 2)) ?? (await stands("select from tributary.parked", 0)),
      { timeoutMs: 20_000, what: "the drop waits for the row, or has not seen that it is being tried" },
    );
    await holder.query("select pg_advisory_unlock(42)");
    expect(await applied).toEqual([{ n: 1 }]);
    await pulse();
    expect(await at("east", "select id from document")).toEqual([]);
    expect(await parked("east")).toEqual([]);
    await at("east", "drop trigger linger on document; drop function linger");
  });

  test("many rows come back a stretch at a time, and others pass between", async () => {
    await at("district-a", "alter table visit add column extra int");
    await at(
      "district-a",
      "insert into visit select g, 'here', 'many', 1 from generate_series(1000, 16000) g",
    );
    await settled(tree);
    const count = "select count(*)::int as n from tributary.parked";
    expect(await at("east", count)).toEqual([{ n: 15_001 }]);
    await at("east", "alter table visit add column extra int");
    await pulse();
    const [left] = await at("east", count);
    expect(left?.["n"]).toBeGreaterThan(0);
    expect(left?.["n"]).toBeLessThan(15_001);
    await comesTrue("east", count, [{ n: 0 }]);
    expect(await at("east", "select count(*)::int as n from visit where extra = 1")).toEqual([{ n: 15_001 }]);
    await at("nation", "alter table visit add column extra int");
    await at("district-b", "alter table visit add column extra int");
    await comesTrue("nation", count, [{ n: 0 }]);
  });

  test("messages for a table that is made later are delivered in their order", async () => {
    const extra = "create table extra (id int primary key, title text, size int)";
    await at(
      "district-a",
      `${extra}; select tributary.capture_table('knowledge', 'extra', null, null, 'retract')`,
    );
    for (const statement of [
      "insert into extra values (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)",
      "update extra set title = title || '+'",
      "delete from extra where id = 2",
      "insert into extra values (2, 'again', 2)",
      "update extra set size = 3 where id <> 3",
    ])
      await at("district-a", statement);
    await pulse();
    expect(await parked("east")).toHaveLength(10);
    await at("east", extra);
    await at("east", "update tributary.retry set next_at = 'infinity'");
    await at("east", "select tributary.deliver_table('knowledge', 'extra', null, 'refuse')");
    await at("east", "update tributary.retry set next_at = 'infinity'");
    await at("district-a", "update extra set title = title || '!' where id = 1");
    await pulse();
    expect(await at("east", "select id, title, size from extra")).toEqual([{ id: 1, title: "a+!", size: 3 }]);
    await at("east", "update tributary.retry set next_at = '-infinity'");
    await comesTrue("east", "select id, title, size from extra order by id", [
      { id: 1, title: "a+!", size: 3 },
      { id: 2, title: "again", size: 3 },
      { id: 3, title: "c+", size: 1 },
    ]);
    expect(await parked("east")).toEqual([]);
  });
});
