/** Messages of a statement tell what it left behind, whichever of its parts fires its triggers first. */
import { describe, expect, test } from "vitest";

import { openApplication } from "../../support/sql.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

const SCHEMA = `
  create table public.m (id int primary key, status text not null default 'approved', title text, boss int references public.m on delete cascade on update cascade);
  create table public.part (id int, year int, status text not null default 'approved', title text, primary key (id, year)) partition by list (year);
  create table public.part_1 partition of public.part for values in (1);
  create table public.part_2 partition of public.part for values in (2);
  create table public.note (code numeric primary key, status text not null default 'approved', title text);
  create table public.serial (id int primary key, number int generated always as identity, status text not null default 'approved');
  create table public.log (id int primary key, status text not null default 'approved', hits int not null default 0);
  create function public.log_again() returns trigger language plpgsql as $$ begin
    delete from public.log where id = new.id + 1000;
    insert into public.log values (new.id + 1000, 'approved', new.hits) on conflict (id) do update set hits = excluded.hits;
    return null; end $$;
  create trigger log_again after insert or update on public.log for each row when (new.id < 1000) execute function public.log_again();
  create domain public.short as text check (length(value) < 1000);
  create table public.kind (id int, at timestamptz, status text not null default 'approved', day date, often interval, price money, size float8, raw bytea, doc xml, name public.short, tags jsonb,
    primary key (id, at));
  create function public.meddle(what text, n int) returns text language plpgsql as $$ begin
    if what = 'delete' then delete from public.m where id = n; end if;
    if what = 'change' then update public.m set title = 'changed' where id = n; end if;
    if what = 'draft' then update public.m set status = 'draft' where id = n; end if;
    if what = 'approve' then update public.m set status = 'approved', title = 'late' where id = n; end if;
    if what = 'again' then delete from public.m where id = n; insert into public.m values (n, 'approved', 'again'); end if;
    return what; end $$`;

const where = "status = 'approved'";
const TABLES = ["m", "note", "serial", "log"]
  .map((name) => ({
    table: `public.${name}`,
    relation: `public.${name}`,
    where,
    key: name === "note" ? "code" : "id",
  }))
  .concat([
    { table: "public.part", relation: "public.part", where, key: "id, year" },
    { table: "public.kind", relation: "public.kind", where, key: "id, at" },
  ]);

/** What an application does at district-a, by name. Before each, the tables hold the rows of `FILLED`. */
const FILLED = `truncate m, part, note, serial, log, kind;
  insert into m (id, status, title) select g, case when g % 5 = 4 then 'draft' else 'approved' end, 'n' || g from generate_series(1, 20) g;
  insert into part select g, 1 + g % 2, case when g % 5 = 4 then 'draft' else 'approved' end, 'n' || g from generate_series(1, 20) g;
  insert into note select g, 'approved', 'n' || g from generate_series(1, 5) g;
  insert into serial (id) select g from generate_series(1, 5) g;
  insert into log select g from generate_series(1, 5) g;`;

/** Each is a statement of its own. n: what their ids begin with. */
const LONE_ROWS = (
  n: number,
): string => String.raw`insert into kind values (${n}, '2026-02-03 01:00+09', 'approved', '2026-02-03', '-1 day -2:03', 3.5, 1.1::float8 / 3, '\xdeadbeef', '<a/>', 'new', '{"a": 1.00}');
  insert into kind (id, at, status) values (${n + 1}, '2026-01-31 12:30:00.5+01', 'draft');
  insert into kind (id, at) values (${n + 2}, '2026-01-31 12:30:00.5+01');
  insert into kind (id, at) values (${n + 3}, '2026-01-31 12:30:00.5+01');
  update kind set status = 'approved', day = '2026-02-03' where id = ${n + 1};
  update kind set size = 1e-300, often = '1 year 2 mons', price = 12.25 where id = ${n};
  update kind set tags = '[1.0]', name = null, raw = '\x00' where id = ${n};
  update kind set tags = '[1.00]' where id = ${n};
  update kind set at = '2026-03-29 02:30+02' where id = ${n + 2};
  update kind set status = 'draft' where id = ${n + 2};
  delete from kind where id = ${n + 3}`;

const SETTINGS = [
  "datestyle = 'German, DMY'",
  "timezone = 'Asia/Kathmandu'",
  "intervalstyle = 'sql_standard'",
  "extra_float_digits = -5",
  "bytea_output = 'escape'",
  "lc_monetary = 'C'",
  "xmloption = 'document'",
  "search_path = public, pg_temp",
];

const CASES: Readonly<Record<string, string>> = {
  "a row that is deleted, and made again by the insert around it":
    "with gone as (delete from m where id in (11, 12) returning *) insert into m select * from gone limit 1",
  "all of the rows that are deleted":
    "with gone as (delete from m where id in (11, 12) returning *) insert into m select id, status, title || '!', boss from gone",
  "a draft that takes the place of an approved row":
    "with gone as (delete from m where id in (11, 12) returning *) insert into m select id, 'draft', title, boss from gone limit 1",
  "an approved row that takes the place of a draft":
    "with gone as (delete from m where id in (4, 9) returning *) insert into m select id, 'approved', title, boss from gone limit 1",
  "a key that moves away, and comes again":
    "with moved as (update m set id = id + 100 where id in (1, 2, 3) returning *) insert into m select id - 100, 'approved', 'again', null from moved limit 1",
  "a key that moves to where another part deletes":
    "with gone as (delete from m where id in (11, 12, 13) returning id) update m set id = m.id + 10 from gone where m.id = gone.id - 10 and gone.id < 13",
  "keys that move onto each other, and rows that go":
    "with gone as (delete from m where id = 20 returning id), moved as (update m set id = gone.id from gone where m.id = 19 returning m.id) insert into m select 19, 'approved', 'new' from moved",
  "three parts, of which one writes another table":
    "with gone as (delete from m where id < 4 returning *), noted as (insert into note select 100 + id from gone returning code) insert into m select code::int - 100, 'approved', 'noted' from noted where code > 101",
  "insert on conflict, in a part of its own":
    "with gone as (delete from m where id in (1, 2) returning *), put as (insert into m values (3, 'draft', 'x'), (30, 'approved', 'x') on conflict (id) do update set status = excluded.status returning *) insert into m select gone.id, put.status from gone join put on put.id = 30",
  "merge that deletes, changes and makes rows":
    "merge into m using (values (1, 'delete'), (2, 'draft'), (3, 'title'), (99, 'new')) s (id, what) on m.id = s.id when matched and s.what = 'delete' then delete when matched and s.what = 'draft' then update set status = 'draft' when matched then update set title = 'merged' when not matched then insert values (1, 'approved', 'made by merge')",
  "a key's text that changes: 1 becomes 1.00, by another part":
    "with gone as (delete from note where code in (1, 2) returning *) insert into note select code::text::numeric(10, 2), status, title from gone limit 1",
  "a key's text that changes in place": "update note set code = 1.00, title = 'rewritten' where code = 1",
  "an identity that is drawn anew":
    "update serial set number = default where id < 3; with gone as (delete from serial where id in (3, 4) returning *) insert into serial (id) select id from gone limit 1",
  "a trigger of the application that deletes and makes rows of the same table":
    "insert into log values (6, 'approved'), (7, 'draft'); update log set hits = hits + 1 where id < 3; delete from log where id = 1001; update log set hits = 9, status = 'draft' where id = 2",
  "foreign keys that delete and change rows of the same table":
    "update m set boss = 1 where id in (2, 3); update m set boss = 2 where id = 5; with gone as (delete from m where id = 1 returning *) insert into m select id, status, 'again' from gone; update m set boss = 6 where id in (7, 8); update m set id = 60 where id = 6",
  "foreign keys that change rows of the statement itself":
    "update m set boss = id - 1 where id in (2, 3, 7, 8); update m set id = id + 100; update m set id = id - 50, title = 'moved' where id in (101, 102)",
  cursors:
    "do $$ declare c cursor for select * from m where id < 10 order by id for update; begin for r in c loop if r.id % 3 = 0 then delete from m where current of c; elsif r.id % 3 = 1 then update m set status = case r.status when 'draft' then 'approved' else 'draft' end where current of c; end if; insert into m values (r.id + 200, 'approved', r.title) on conflict do nothing; end loop; end $$",
  "several statements in one function, called by a query":
    "create or replace function pg_temp.redo(n int) returns int language plpgsql as $$ begin delete from public.m where id = n; insert into public.m values (n, 'approved', 'redone'); update public.m set title = title || '!' where id = n; delete from public.m where id = n + 1; return n; end $$; select pg_temp.redo(g) from generate_series(1, 9, 3) g",
  "parts over partitions":
    "with gone as (delete from part where id in (10, 11) returning *) insert into part select * from gone limit 1; with gone as (delete from part_1 where id = 2 returning *) insert into part_1 select * from gone; update part set year = 3 - year where id in (12, 13); with moved as (update part set year = 2 where id in (14, 16) returning *) insert into part select id, 1, 'approved', 'both' from moved",
};

/** What functions that a statement calls do to its own rows, each time with another number. */
const MEDDLED: Readonly<Record<string, (what: string, n: number) => string>> = {
  "a row that was inserted": (what, n) =>
    `insert into m values (${n}, 'approved', 'new') returning meddle('${what}', ${n})`,
  "rows that were inserted": (what, n) =>
    `insert into m select g, 'approved', meddle('${what}', g - 1) from generate_series(${n}, ${n + 9}) g`,
  "a row that was changed": (what, n) =>
    `insert into m values (${n}); update m set title = 'first' where id = ${n} returning meddle('${what}', ${n})`,
  "a row that was approved": (what, n) =>
    `insert into m values (${n}, 'draft'); update m set status = 'approved' where id = ${n} returning meddle('${what}', ${n})`,
  "rows that became drafts": (what, n) =>
    `insert into m values (${n}), (${n + 1}), (${n + 2}); update m set status = 'draft' where id = ${n} returning meddle('${what}', ${n}); update m set status = 'draft' where id in (${n + 1}, ${n + 2}) returning meddle('${what}', ${n + 1})`,
  "rows of several parts": (what, n) =>
    `insert into m values (${n}); with made as (insert into m values (${n + 1}) returning id), moved as (update m set title = 'moved' where id = ${n} returning id) select meddle('${what}', made.id), meddle('${what}', moved.id) from made, moved`,
};

/** What the tables above may have of their own. */
const RULES = `create table public.audit (line text);
  create rule audit_m as on update to public.m do also insert into public.audit values (new.id::text);
  create rule audit_serial as on insert to public.serial do also insert into public.audit values (new.id::text)`;

describe.each(ENGINES)("%s", (engine) => {
  const edge = useEdgeTree(engine, SCHEMA, TABLES);

  test.each(Object.entries(CASES))("%s", async (_, statement) => {
    await edge.write("district-a", FILLED);
    await edge.write("district-a", statement);
    await edge.expectEqual();
    // Without it the comparison would be of nothing.
    expect((await edge.at("nation", "select count(*)::int as n from note"))[0]?.["n"]).toBeGreaterThan(3);
  });

  test.each(Object.entries(MEDDLED))("a function that the statement calls: %s", async (_, statement) => {
    await edge.write("district-a", FILLED);
    for (const [at, what] of ["delete", "change", "draft", "approve", "again"].entries()) {
      await edge.write("district-a", statement(what, 100 * at + 100));
      await edge.write("district-a", `begin; ${statement(what, 100 * at + 150)}; commit`);
    }
    await edge.expectEqual();
    const left = await edge.at("nation", "select count(*)::int as n from m where id >= 100");
    expect(left[0]?.["n"]).toBeGreaterThan(2);
  });

  test("rows one by one, in sessions that write values otherwise", async () => {
    await edge.write("district-a", FILLED);
    for (const [at, setting] of ["datestyle = 'ISO, MDY'", ...SETTINGS, SETTINGS.join("; set ")].entries()) {
      await using application = openApplication(edge.tree.dsn("district-a"));
      await application.query(`set ${setting}`);
      const set = "select name, setting from pg_settings where source = 'session' order by name";
      const before = await application.query(set);
      for (const statement of LONE_ROWS(10 * at).split(";")) await application.query(statement);
      await application.query(`begin; ${LONE_ROWS(10 * at + 500)}; commit`);
      expect(await application.query(set)).toEqual(before);
    }
    await edge.expectEqual();
  });

  test("a table that has rules takes what is sent again, too", async () => {
    await edge.write("district-a", FILLED);
    await edge.everywhere(RULES);
    await edge.write(
      "district-a",
      "update m set title = 'ruled'; update serial set number = default; insert into m values (800), (801)",
    );
    await edge.expectEqual();
    for (const table of ["m", "serial"])
      await edge.at(
        "district-a",
        `select * from tributary.emit('knowledge', 'public.${table}', '{1,2,3,800}')`,
      );
    await edge.expectEqual();
    expect(await edge.at("nation", "select count(*)::int as n from audit")).toEqual([{ n: 0 }]);
  });
});
