/** The owner of a captured table, who is no superuser: what code of his own runs, and with whose rights. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { APPLICATION, as, attempt, Besieged, DOCUMENT, ENGINES, grab } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import type { ComparedTable } from "../support/equal.ts";
import { COMMANDS } from "../support/every-command.ts";
import { applyOnce, provision } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const FIT = "status = 'approved' and lair.is_fit(title) and lair.is_open('always')";
const SETS = {
  knowledge: {
    tables: {
      "public.document": { where: "status = 'approved'" },
      "public.pulse": {},
      "public.note": { where: "status = 'approved'" },
      "public.report": { where: FIT },
    },
  },
};
const NOTE: ComparedTable = {
  table: "public.note",
  relation: "public.note",
  where: "status = 'approved'",
  columns: "id, status, mood, width, pair, lair.label(mood) as label",
  key: "id",
};

/** Innocent as it is when the tool meets it. */
const TABLES = `
  create type lair.mood as enum ('calm', 'tense'); alter type lair.mood owner to mallory;
  create domain lair.width as int; alter domain lair.width owner to mallory;
  create type lair.pair as (one text, other lair.mood); alter type lair.pair owner to mallory;
  create function lair.label(lair.mood) returns text language sql immutable as $$ select pg_catalog.array_to_string(array[$1], '') $$;
  create function lair.is_fit(text) returns boolean language sql immutable as $$ select $1 is distinct from 'unfit' $$;
  create function lair.is_open(text) returns boolean language sql immutable as $$ select true $$;
  alter function lair.is_fit(text) owner to mallory; alter function lair.is_open(text) owner to mallory;
  create table note (id int primary key, status text not null default 'draft', mood lair.mood, moods lair.mood[], width lair.width, pair lair.pair, title text);
  create table report (id int primary key, status text not null default 'draft', title text);
  alter table note owner to mallory; alter table report owner to mallory; alter table document owner to mallory;
  grant select, insert, update, delete on public.note, report to clerk`;

/** As whom somebody else's code may be run here: as who wrote, as its owner, or as a role with no rights at all. */
const NOBODY_SPECIAL = ["clerk", "mallory", "tributary_slm_filter"];

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });
  const besieged = new Besieged(tree);
  let topology: Topology;
  const mallory = (text: string, node = "district-a"): Promise<Row[]> => as(tree, node, "mallory", text);
  const clerk = (text: string): Promise<Row[]> => as(tree, "district-a", "clerk", text);

  const special = (name: string): readonly unknown[] =>
    tree.nodes.flatMap(({ name: node }) =>
      besieged
        .sightings(node, name)
        .filter(({ user }) => !NOBODY_SPECIAL.includes(user))
        .map((sighting) => ({ node, ...sighting })),
    );
  const isIntact = async (relation: string): Promise<boolean | undefined> => {
    const state = await observe(topology);
    return state.nodes
      .flatMap((node) =>
        node.reachable && node.name === "district-a" ? (node.tributary?.captures ?? []) : [],
      )
      .find((capture) => capture.relation === relation)?.isIntact;
  };
  const findings = async (): Promise<readonly string[]> => {
    await using sessions = new Sessions(topology.nodes);
    const found = await diagnose(topology, await observe(topology, { sessions }), sessions);
    return found.filter(({ severity }) => severity === "error").map(({ code }) => code);
  };
  const steps = async (): Promise<readonly string[]> =>
    plan(topology, await observe(topology)).steps.map(({ id }) => id);

  beforeAll(async () => {
    for (const { dsn } of tree.nodes) await query(dsn, `${APPLICATION}; ${TABLES}`);
    ({ topology } = await provision(tree, SETS));
    // Else no ordinary role can DROP anything where the extension is.
    if (engine === "pglogical")
      for (const { dsn } of tree.nodes) await query(dsn, "grant usage on schema pglogical to public");
    await clerk(
      "insert into public.note (id, status, mood, width) values (1, 'approved', 'calm', 1); insert into public.report values (1, 'approved', 'first')",
    );
    await besieged.expectEqual([DOCUMENT, NOTE]);
  });

  describe("an own type, and what casts, checks and compares it", () => {
    test("casts to text, made after the code", async () => {
      await besieged.begin();
      for (const type of ["mood", "pair", "width"])
        await mallory(`${grab(`cast_${type}`)}
          create function lair.text_of_${type}(lair.${type}) returns text language plpgsql as $$ begin perform lair.cast_${type}(); return 'forged'; end $$;
          create cast (lair.${type} as text) with function lair.text_of_${type}(lair.${type})`);
      await mallory(`create function lair.text_of_moods(lair.mood[]) returns text language plpgsql as $$ begin perform lair.cast_mood(); return '{forged}'; end $$;
        create cast (lair.mood[] as text) with function lair.text_of_moods(lair.mood[])`);
      await clerk(
        `insert into public.note values (2, 'approved', 'tense', '{calm,tense}', 2, '(a,calm)', 'x'), (3, 'draft', 'calm', null, 3, null, 'y');
         update public.note set mood = 'calm', pair = '(b,tense)' where id = 2; update public.note set status = 'approved' where id = 3; update public.note set mood = 'tense' where id = 1`,
      );
      for (const type of ["mood", "pair", "width"]) expect(special(`cast_${type}`)).toEqual([]);
      await besieged.expectNothingGained();
      await besieged.expectEqual([DOCUMENT, NOTE]);
    });

    test("a domain's check, an own operator, an own output of a composite", async () => {
      await besieged.begin();
      await mallory(`${grab("domain_check")} ${grab("operator_of_mine")}
        create function lair.is_right(int) returns boolean language plpgsql immutable as $$ begin perform lair.domain_check(); return true; end $$;
        alter domain lair.width add constraint right_width check (lair.is_right(value)) not valid;
        create function lair.same_mood(lair.mood, lair.mood) returns boolean language plpgsql immutable as $$ begin perform lair.operator_of_mine(); return true; end $$;
        create function lair.same_pair(lair.pair, lair.pair) returns boolean language plpgsql immutable as $$ begin perform lair.operator_of_mine(); return true; end $$;
        create operator public.= (function = lair.same_mood, leftarg = lair.mood, rightarg = lair.mood);
        create operator public.*<> (function = lair.same_pair, leftarg = lair.pair, rightarg = lair.pair);
        create operator public.<> (function = lair.same_mood, leftarg = lair.mood, rightarg = lair.mood)`);
      await clerk(
        "insert into public.note values (4, 'approved', 'tense', null, 4, '(a,calm)', 'x'); update public.note set mood = 'calm', width = 5 where id = 4; update public.note set pair = '(c,calm)' where id = 4",
      );
      // The clerk's own INSERT checks the domain as the clerk.
      expect(
        special("domain_check").filter((seen) => (seen as { node: string }).node === "district-a"),
      ).toEqual([]);
      expect(special("operator_of_mine")).toEqual([]);
      await besieged.expectNothingGained();
      await besieged.expectEqual([DOCUMENT, NOTE]);
      await mallory("alter domain lair.width drop constraint right_width");
    });

    test("the commands that read or send such rows", async () => {
      await besieged.begin();
      await query(tree.dsn("nation"), "select tributary.doubt_rows('district-a', '{public.note}')");
      for (const run of Object.values(COMMANDS))
        await run(topology, { set: "knowledge", relation: "public.note", key: "1", node: "district-a" });
      for (const type of ["mood", "pair", "width"]) expect(special(`cast_${type}`)).toEqual([]);
      expect(special("operator_of_mine")).toEqual([]);
      await besieged.expectNothingGained();
      await besieged.expectEqual([DOCUMENT, NOTE]);
    });
  });

  describe("a function that a filter calls", () => {
    const hostile = (name: string, volatility: string): string => `${grab(name)}
      create or replace function lair.is_fit(text) returns boolean language plpgsql ${volatility} as $$ begin perform lair.${name}(); return true; end $$;
      create or replace function lair.is_open(text) returns boolean language plpgsql ${volatility} as $$ begin perform lair.${name}(); return true; end $$`;
    const innocent = `
      create or replace function lair.is_fit(text) returns boolean language sql immutable as $$ select $1 is distinct from 'unfit' $$;
      create or replace function lair.is_open(text) returns boolean language sql immutable as $$ select true $$`;

    test("replaced: it runs as nobody special, the application's writes succeed, and it is not intact", async () => {
      await besieged.begin();
      expect(await isIntact("public.report")).toBe(true);
      await mallory(hostile("volatile_filter", "volatile"));
      await clerk(
        "insert into public.report values (2, 'approved', 'a'), (3, 'draft', 'b'); update public.report set status = 'approved' where id = 3; delete from public.report where id = 2",
      );
      expect(special("volatile_filter")).toEqual([]);
      expect(await isIntact("public.report")).toBe(false);
      expect(await findings()).toContain("damaged");
      expect(await steps()).toContain("capture-table district-a public.report");
      await besieged.expectNothingGained();
    });

    test("no command runs it with a superuser's rights", async () => {
      await besieged.begin();
      const row = { set: "knowledge", relation: "public.report", key: "1", node: "district-a" };
      // What the function says now is no filter: apply has to refuse it.
      for (const [name, run] of Object.entries(COMMANDS))
        await run(topology, row).catch((error: Error) => ({ name, error: error.message }));
      expect(special("volatile_filter")).toEqual([]);
      // The link waits until apply can be finished.
      await besieged.expectNothingGained([]);
    });

    test("and what it is now is confirmed by apply; even then it has no rights", async () => {
      await besieged.begin();
      await mallory(hostile("liar", "immutable"));
      expect(await isIntact("public.report")).toBe(false);
      await applyOnce(topology);
      expect(await isIntact("public.report")).toBe(true);
      await clerk(
        "insert into public.report values (5, 'approved', 'a'); update public.report set title = 'b' where id = 5",
      );
      await query(tree.dsn("nation"), "select tributary.doubt_rows('district-a', '{public.report}')");
      for (const run of Object.values(COMMANDS))
        await run(topology, { set: "knowledge", relation: "public.report", key: "5", node: "district-a" });
      expect(besieged.sightings("district-a", "liar").length).toBeGreaterThan(0);
      expect(special("liar")).toEqual([]);
      await besieged.expectNothingGained();
    });

    test.each([
      [
        "its volatility",
        "alter function lair.is_fit(text) volatile",
        "alter function lair.is_fit(text) immutable",
      ],
      [
        "its settings",
        "alter function lair.is_fit(text) set search_path = lair",
        "alter function lair.is_fit(text) reset search_path",
      ],
      [
        "its rights",
        "alter function lair.is_fit(text) security definer",
        "alter function lair.is_fit(text) security invoker",
      ],
      [
        "its name, and another one in its place",
        "alter function lair.is_fit(text) rename to was_fit; create function lair.is_fit(text) returns boolean language sql immutable as 'select false'",
        "drop function lair.is_fit(text); alter function lair.was_fit(text) rename to is_fit",
      ],
      [
        "what it calls",
        "create or replace function lair.is_fit(text) returns boolean language sql immutable as 'select lair.is_open($1)'",
        "create or replace function lair.is_fit(text) returns boolean language sql immutable as $$ select $1 is distinct from 'unfit' $$",
      ],
    ])("%s changed: not intact until apply, and then equal", async (_, change, back) => {
      await mallory(innocent);
      await applyOnce(topology);
      expect(await isIntact("public.report")).toBe(true);
      await mallory(change);
      expect(await isIntact("public.report")).toBe(false);
      await mallory(back);
      await applyOnce(topology);
      expect(await isIntact("public.report")).toBe(true);
    });

    test("afterwards all is as it was", async () => {
      await besieged.begin();
      await mallory(innocent);
      await applyOnce(topology);
      expect(await steps()).toEqual([]);
      await clerk("insert into public.report values (6, 'approved', 'a'), (7, 'approved', 'unfit')");
      await besieged.expectEqual([
        DOCUMENT,
        {
          table: "public.report",
          relation: "public.report",
          where: "status = 'approved' and title is distinct from 'unfit'",
          key: "id",
        },
      ]);
    });
  });

  describe("what a session can set or switch off", () => {
    test.each([
      [
        "disables ours while it says that it follows",
        "set tributary.following = 'on'; alter table public.document disable trigger user",
        "alter table public.document enable trigger user",
      ],
      [
        "disables one",
        "set tributary.following = 'on'; alter table public.document disable trigger tributary_capture_insert",
        "alter table public.document enable trigger tributary_capture_insert",
      ],
      [
        "makes them fire for replicas only",
        "set tributary.following = 'on'; alter table public.document enable replica trigger tributary_capture_insert",
        "alter table public.document enable trigger tributary_capture_insert",
      ],
      [
        "drops one",
        "set tributary.following = 'on'; drop trigger tributary_capture_insert on public.document",
        "select 1",
      ],
      [
        "puts its own in place of one",
        `set tributary.following = 'on'; drop trigger tributary_capture_insert on public.document;
         create function lair.nothing() returns trigger language plpgsql as $$ begin return null; end $$;
         create trigger tributary_capture_insert after insert on public.document referencing new table as new_rows for each statement execute function lair.nothing()`,
        "drop function lair.nothing() cascade",
      ],
    ])("%s: doubted, and mended by apply", async (_, off, on) => {
      await besieged.begin();
      await mallory(
        `${off}; insert into public.document (id, status, title) select coalesce(max(id), 0) + 1, 'approved', 'unseen' from public.document; ${on}`,
      );
      const left = await steps();
      expect(left).not.toEqual([]);
      await applyOnce(topology);
      expect(await steps()).toEqual([]);
      await besieged.expectNothingGained();
      await besieged.expectEqual([DOCUMENT]);
    });

    test("settings of ours in a session that writes change no message", async () => {
      await besieged.begin();
      for (const setting of ["following", "nested", "sender", "noted_district_a"])
        for (const value of ["on", "off", "0 district-b", "''; select"])
          await clerk(
            `set tributary.${setting} = '${value.replaceAll("'", "''")}';
             insert into public.document (id, status, title) select coalesce(max(id), 0) + 1, 'approved', '${setting}' from public.document;
             update public.document set title = title || ' again', status = 'approved' where title = '${setting}';
             delete from public.document where id = (select min(id) from public.document)`,
          );
      expect(await steps()).toEqual([]);
      await besieged.expectNothingGained();
      await besieged.expectEqual([DOCUMENT]);
    });
  });

  test("DDL in a session with hostile settings leaves capture intact, and no function noted twice", async () => {
    await besieged.begin();
    const settings = [
      "quote_all_identifiers = on",
      "search_path = lair, pg_temp",
      "search_path = ''",
      "standard_conforming_strings = off",
      "datestyle = 'SQL, DMY'",
      "intervalstyle = 'iso_8601'",
      "extra_float_digits = -5",
      "bytea_output = 'escape'",
      "timezone = 'Asia/Kathmandu'",
      "array_nulls = off",
      "xmloption = document",
      "backslash_quote = off",
      "transform_null_equals = on",
      "check_function_bodies = off",
      "plpgsql.variable_conflict = 'use_variable'",
      "plpgsql.extra_errors = 'all'",
      "default_tablespace = ''",
      "default_transaction_isolation = 'serializable'",
      "row_security = off",
      "client_encoding = 'LATIN1'",
      "statement_timeout = '60s'",
      "escape_string_warning = on",
      "default_with_oids = off",
      "default_toast_compression = 'pglz'",
      "enable_indexscan = off",
    ];
    const noted = (node: string): Promise<Row[]> =>
      query(
        tree.dsn(node),
        "select count(*)::int as noted, count(distinct pg_catalog.replace(function, '\"', ''))::int as functions from tributary.code",
      );
    const before = await Promise.all(tree.nodes.map(({ name }) => noted(name)));
    for (const [index, setting] of settings.entries())
      for (const node of ["nation", "district-a"]) {
        {
          const set = await attempt(tree, node, "mallory", [
            `set ${setting}`,
            `alter table public.document add column extra_${index} text default '\\d'`,
          ]);
          // What not everybody may set is no danger.
          if (set[0] !== null) expect(set[0]).toMatch(/permission denied|unrecognized|removed|invalid/u);
          expect({ setting, node, altered: set[1] }).toEqual({ setting, node, altered: null });
        }
      }
    await clerk(
      "insert into public.document (id, status) select coalesce(max(id), 0) + 1, 'approved' from public.document",
    );
    expect(await steps()).toEqual([]);
    expect(await Promise.all(tree.nodes.map(({ name }) => noted(name)))).toEqual(before);
    await besieged.expectNothingGained();
    await besieged.expectEqual([{ ...DOCUMENT, columns: "*" }]);
  });

  test("what was refused is refused to the owner, too", async () => {
    await besieged.begin();
    const done = await attempt(tree, "district-a", "mallory", [
      "insert into tributary.messages_knowledge (kind) values ('beat')",
      "select tributary.capture_table('knowledge', 'public.document', null, null, 'retract')",
      `select tributary.fence('{knowledge}', gen_random_uuid())`,
      "drop event trigger tributary_follow_table_changes",
      "alter event trigger tributary_follow_table_changes disable",
      `create trigger mine after insert on public.report referencing new table as new_rows for each statement execute function tributary."capture_insert_public.document"()`,
      "set session_replication_role = replica",
      "set role tributary_slm_capture",
    ]);
    expect(done.filter((answer) => answer === null)).toEqual([]);
    await besieged.expectNothingGained();
  });
});
