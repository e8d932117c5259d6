/** The monitor's role: it may call three functions. What it cannot do with them, or with its own temporary objects. */
import { beforeAll, describe, expect, test } from "vitest";

import { APPLICATION, as, attempt, Besieged, ENGINES, grab, SETS } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const ROLE = "slm_monitor";
const MAY_CALL = ["beat(jsonb,interval)", "tend()", "vitals(boolean)"];

/** Functions of the schema, as anybody reads them in the catalog. */
const OURS = `
  select p.proname::text as name, pg_catalog.oidvectortypes(p.proargtypes) as arguments, p.prorettype = 'trigger'::regtype as is_trigger,
    p.proname || '(' || replace(pg_catalog.oidvectortypes(p.proargtypes), ', ', ',') || ')' as signature, p.prokind::text as kind
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'tributary' order by 1, 2`;

/** A temporary table like a captured one, with a column whose cast to text is the attacker's own. */
const BAIT = `
  create type pg_temp.mood as enum ('calm');
  create function pg_temp.as_text(pg_temp.mood) returns text language plpgsql as $$ begin perform lair.cast_of_mine(); return 'x'; end $$;
  create cast (pg_temp.mood as text) with function pg_temp.as_text(pg_temp.mood);
  create temporary table bait (id int primary key, status text, title pg_temp.mood, node text, epoch bigint, number bigint, sent_at timestamptz,
    kind text, relation text, columns text[], row_count int, body text[], role text, message_type text)`;

/** Puts a trigger function of ours onto it, in each way that one can be fired, under the names that ours have. */
const trap = (name: string): readonly string[] => [
  `create trigger tributary_receive before insert on pg_temp.bait for each row execute function tributary."${name}"('knowledge')`,
  `create trigger tributary_capture_insert after insert on pg_temp.bait referencing new table as new_rows for each statement execute function tributary."${name}"('off')`,
  `create trigger tributary_capture_update after update on pg_temp.bait referencing old table as old_rows new table as new_rows for each statement execute function tributary."${name}"('off')`,
  `create trigger tributary_capture_truncate before truncate on pg_temp.bait for each statement execute function tributary."${name}"('off')`,
];

/** What fires them. */
const SPRING = [
  `insert into pg_temp.bait (id, status, title, node, epoch, number, sent_at, kind, relation, columns, row_count, body, role, message_type)
   values (900, 'approved', 'calm', 'district-a', 1, 1, now(), 'put', 'public.document', '{id,status,title}', 1, '{"{900}","{approved}","{forged}"}', 'postgres', 'Q')`,
  "update pg_temp.bait set status = 'draft'; update pg_temp.bait set status = 'approved'",
  "truncate pg_temp.bait",
];

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine });
  const besieged = new Besieged(tree);
  const monitor = (node: string, text: string): Promise<Row[]> => as(tree, node, ROLE, text);

  beforeAll(async () => {
    for (const { dsn } of tree.nodes) await query(dsn, APPLICATION + ";" + grab("cast_of_mine"));
    await provision(tree, SETS, {}, { monitor: { heartbeat: "1s" } });
    await query(tree.dsn("district-a"), "insert into document values (1, 'approved', 'first')");
    await besieged.expectEqual();
    await besieged.begin();
  });

  test("it may call three functions, and PUBLIC none", async () => {
    for (const { name: node, dsn } of tree.nodes) {
      const functions = await query(dsn, OURS);
      const may = async (role: string): Promise<unknown[]> =>
        (
          await query(
            dsn,
            `select p.proname || '(' || replace(pg_catalog.oidvectortypes(p.proargtypes), ', ', ',') || ')' as signature
             from pg_catalog.pg_proc p where p.pronamespace = 'tributary'::regnamespace and has_function_privilege('${role}', p.oid, 'execute')
             order by 1`,
          )
        ).map(({ signature }) => signature);
      expect(functions.length).toBeGreaterThan(50);
      expect({ node, may: await may(ROLE) }).toEqual({ node, may: MAY_CALL });
      expect({ node, may: await may("clerk") }).toEqual({ node, may: [] });
      expect(await query(dsn, `select has_schema_privilege('clerk', 'tributary', 'usage') as may`)).toEqual([
        { may: false },
      ]);
    }
  });

  test("what is made later is nobody's either", async () => {
    for (const { dsn } of tree.nodes) {
      await query(
        dsn,
        `do $$ begin execute 'set local role ' || (select nspowner::regrole from pg_namespace where nspname = 'tributary');
           create function tributary.made_later() returns int language sql return 1; create table tributary.kept_later (); end $$`,
      );
      expect(
        await query(
          dsn,
          `select has_function_privilege('${ROLE}', 'tributary.made_later()', 'execute') as may_call, has_table_privilege('${ROLE}', 'tributary.kept_later', 'select') as may_read`,
        ),
      ).toEqual([{ may_call: false, may_read: false }]);
      await query(dsn, "drop function tributary.made_later(); drop table tributary.kept_later");
    }
  });

  test("none of our trigger functions can be put on its own table, with its own cast", async () => {
    for (const { name: node, dsn } of tree.nodes) {
      const triggers = (await query(dsn, OURS)).filter(({ is_trigger: is }) => is === true);
      expect(triggers.length).toBeGreaterThan(4);
      const traps = triggers.flatMap(({ name }) => trap(String(name)));
      const [made, ...answers] = await attempt(tree, node, ROLE, [BAIT, ...traps, ...SPRING]);
      expect(made).toBeNull();
      const set = traps.filter((_, index) => !/permission denied/u.test(String(answers[index])));
      expect({ node, set }).toEqual({ node, set: [] });
      expect(besieged.sightings(node, "cast_of_mine")).toEqual([]);
    }
    await besieged.expectNothingGained();
    await besieged.expectEqual();
  });

  test("a trigger function that was granted by mistake does nothing on any table but its own", async () => {
    for (const { name: node, dsn } of tree.nodes) {
      const triggers = (await query(dsn, OURS)).filter(({ is_trigger: is }) => is === true);
      const grants = triggers.map(({ signature }) => `tributary."${String(signature).replace("(", '"(')}`);
      await query(dsn, `grant execute on function ${grants.join(", ")} to ${ROLE}`);
      try {
        for (const { name } of triggers)
          await attempt(tree, node, ROLE, [BAIT, ...trap(String(name)), ...SPRING]);
      } finally {
        await query(dsn, `revoke execute on function ${grants.join(", ")} from ${ROLE}`);
      }
      expect({
        node,
        seen: besieged.sightings(node, "cast_of_mine").filter(({ user }) => user !== ROLE),
      }).toEqual({
        node,
        seen: [],
      });
    }
    await besieged.expectNothingGained();
    await besieged.expectEqual();
  });

  test("every other function of the schema refuses to be called", async () => {
    for (const { name: node, dsn } of tree.nodes) {
      const others = (await query(dsn, OURS)).filter(
        ({ signature, is_trigger: is, kind }) =>
          !MAY_CALL.includes(String(signature)) && is !== true && kind === "f",
      );
      const calls = others.map(({ name, arguments: types }) => {
        // As a constant, null would be the answer of a strict function without a call.
        const nulls = String(types)
          .split(", ")
          .filter((type) => type !== "")
          .map((type) => (/^event_trigger$|^internal$/u.test(type) ? "null" : `(select null::${type})`));
        return `select tributary."${String(name)}"(${nulls.join(", ")})`;
      });
      const answers = await attempt(tree, node, ROLE, calls);
      const answered = calls.filter((_, index) => !/permission denied/u.test(String(answers[index])));
      expect({ node, answered }).toEqual({ node, answered: [] });
    }
  });

  test("crafted arguments and forged messages", async () => {
    const nonsense = [
      "'null'",
      "'[1, 2]'",
      `'"); drop schema tributary cascade; --"'`,
      `'{"mounts": {"a": "\\u001b[2J"}}'`,
      "jsonb_build_object('x', repeat('y', 3000000))",
      "null",
    ];
    const intervals = ["'0'", "'-1 year'", "null", "'infinity'::text::interval", "'178000000 years'"];
    const calls = [
      ...nonsense.flatMap((value) =>
        intervals.map(
          (every) => `select tributary.beat(${value}${value.startsWith("'") ? "::jsonb" : ""}, ${every})`,
        ),
      ),
      "select tributary.tend() from generate_series(1, 20)",
      "select tributary.vitals(null)",
      "select tributary.vitals(true)",
    ];
    const forgeries = [
      "insert into tributary.messages_knowledge (node, kind, relation, columns, row_count, body) values ('district-a', 'put', 'public.document', '{id,status,title}', 1, '{\"{901}\",\"{approved}\",\"{forged}\"}')",
      "insert into tributary.outbox_knowledge (node, kind, relation, columns, row_count, body) values ('district-a', 'put', 'public.document', '{id,status,title}', 1, '{\"{902}\",\"{approved}\",\"{forged}\"}')",
      "insert into tributary.\"outbox_knowledge$1\" (kind) values ('fence')",
      "select nextval('tributary.message_number')",
      "lock table tributary.messages_knowledge",
      "truncate tributary.outbox_knowledge",
      "create trigger t before insert on tributary.outbox_knowledge for each row execute function lair.cast_of_mine()",
      "create table tributary.mine ()",
      "create function tributary.mine() returns int language sql return 1",
      "alter function tributary.beat(jsonb, interval) set search_path = pg_temp",
      "select * from tributary.node",
      "select * from tributary.parked",
      "copy tributary.messages_knowledge to stdout",
      "set role postgres",
      "set role tributary_slm_owner",
      "set role tributary_slm_status",
      "set session_replication_role = replica",
    ];
    for (const { name: node } of tree.nodes) {
      await attempt(tree, node, ROLE, calls);
      const answers = await attempt(tree, node, ROLE, forgeries);
      const done = forgeries.filter((_, index) => answers[index] === null);
      expect({ node, done }).toEqual({ node, done: [] });
    }
    await besieged.expectNothingGained();
    await besieged.expectEqual();
    for (const node of ["east", "nation"])
      expect(await query(tree.dsn(node), "select id from document order by id")).toEqual([{ id: 1 }]);
  });

  test("its own settings, temporary tables and functions change nothing of what the three do", async () => {
    const names = [
      "node",
      "outbox",
      "link",
      "heartbeat",
      "source",
      "parked",
      "pg_class",
      "pg_roles",
      "pg_replication_slots",
      "pg_settings",
    ];
    const hostile = [
      ...names.map(
        (name) =>
          `create temporary table ${name} (project text, name text default 'district-b', is_root boolean, set_name text default 'knowledge')`,
      ),
      "create function pg_temp.now() returns timestamptz language plpgsql as $$ begin perform lair.cast_of_mine(); return null; end $$",
      "create function pg_temp.format(text, text) returns text language plpgsql as $$ begin perform lair.cast_of_mine(); return 'select 1'; end $$",
      "create function pg_temp.hashtext(text) returns int language plpgsql as $$ begin perform lair.cast_of_mine(); return 1; end $$",
      "create function pg_temp.same(text, text) returns boolean language plpgsql as $$ begin perform lair.cast_of_mine(); return true; end $$",
      "create operator pg_temp.= (function = pg_temp.same, leftarg = text, rightarg = text)",
      "set search_path = pg_temp, lair, public, pg_catalog",
      "set quote_all_identifiers = on",
      "set standard_conforming_strings = off",
      "set tributary.heard = '0|''district-b'' 1|'",
      "set tributary.following = 'on'",
      "set datestyle = 'SQL, DMY'",
      "set row_security = off",
      "set default_transaction_read_only = off",
    ];
    for (const { name: node } of tree.nodes) {
      await monitor(node, `alter role ${ROLE} set search_path = lair, public`);
      const calls = [
        "select tributary.vitals(true)",
        "select tributary.tend()",
        "select tributary.beat('{}', '0')",
      ];
      const answers = await attempt(tree, node, ROLE, [...hostile, ...calls]);
      expect({ node, answers: answers.slice(hostile.length) }).toEqual({ node, answers: [null, null, null] });
      expect({
        node,
        seen: besieged.sightings(node, "cast_of_mine").filter(({ user }) => user !== ROLE),
      }).toEqual({
        node,
        seen: [],
      });
      await monitor(node, `alter role ${ROLE} reset search_path`);
    }
    await besieged.expectNothingGained();
  });
});
