/** A clerk's session may be set as it likes, and have tables and functions named like ours: what it writes is captured as it is. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { withRole } from "../../src/domain/dsn.ts";
import { APPLICATION, Besieged, ENGINES, grab } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const COLUMNS =
  "id, status, title, amount, ratio, at, day, span, bytes, price, tags, told, flag, code, origin";
const SETS = {
  knowledge: {
    tables: {
      "public.document": { where: "status = 'approved' and title ~ '^\\w+\\d*$' and amount > 1.5" },
      "public.pulse": {},
    },
  },
};
const DOCUMENT = {
  table: "public.document",
  relation: "public.document",
  where: "status = 'approved' and title ~ '^\\w+\\d*$' and amount > 1.5",
  columns: COLUMNS,
  key: "id",
};

/** What the clerk sets in his session, or has as setting of his role. */
const SETTINGS = [
  "search_path = pg_temp, lair, public",
  "search_path = ''",
  "search_path = lair, public, pg_catalog",
  "standard_conforming_strings = off",
  "quote_all_identifiers = on",
  "datestyle = 'German, DMY'",
  "intervalstyle = 'sql_standard'",
  "timezone = 'Pacific/Chatham'",
  "extra_float_digits = -15",
  "bytea_output = 'escape'",
  "lc_monetary = 'C'",
  "array_nulls = off",
  "xmloption = document",
  "transform_null_equals = on",
  "backslash_quote = on",
  "check_function_bodies = off",
  "plpgsql.variable_conflict = 'error'",
  "plpgsql.extra_errors = 'all'",
  "plpgsql.check_asserts = on",
  "row_security = off",
  "default_transaction_isolation = 'serializable'",
  "enable_seqscan = off",
  "plan_cache_mode = force_generic_plan",
  "work_mem = '64kB'",
  "jit_above_cost = 0",
  "constraint_exclusion = on",
  "default_table_access_method = heap",
  "force_parallel_mode = on",
  "tributary.nested = 'on'",
  "tributary.following = 'on'",
  "tributary.heard = '0|''district-b'' 1|'",
  "role = clerk",
] as const;

/** Tables and functions of the session that are named like what our code uses. */
const NAMESAKES = [
  "node",
  "capture",
  "delivery",
  "outbox",
  "parked",
  "provenance",
  "source",
  "document",
  "old_rows",
  "new_rows",
  "messages_knowledge",
  "outbox_knowledge",
  "pg_class",
  "pg_proc",
  "pg_attribute",
  "pg_trigger",
  "pg_type",
  "pg_index",
  "pg_namespace",
].map(
  (name) =>
    `create temporary table "${name}" (id int, status text default 'draft', title text, name text default 'district-b', node text, relation text, set_name text, oid oid, relname name, is_root boolean)`,
);
const FUNCTIONS = [
  "create function pg_temp.now() returns timestamptz language plpgsql as $$ begin perform lair.temporary(); return null; end $$",
  "create function pg_temp.clock_timestamp() returns timestamptz language plpgsql as $$ begin perform lair.temporary(); return null; end $$",
  "create function pg_temp.current_leaf(timestamptz) returns smallint language plpgsql as $$ begin perform lair.temporary(); return 9; end $$",
  "create function pg_temp.nextval(regclass) returns bigint language plpgsql as $$ begin perform lair.temporary(); return 1; end $$",
  "create function pg_temp.octet_length(text) returns int language plpgsql as $$ begin perform lair.temporary(); return 0; end $$",
  "create function pg_temp.is_of(oid, oid) returns boolean language plpgsql as $$ begin perform lair.temporary(); return false; end $$",
  "create function pg_temp.same(text, text) returns boolean language plpgsql as $$ begin perform lair.temporary(); return false; end $$",
  "create operator pg_temp.= (function = pg_temp.same, leftarg = text, rightarg = text)",
  "create operator pg_temp.~ (function = pg_temp.same, leftarg = text, rightarg = text)",
];

const ROW = (id: number, title: string): string =>
  `(${id}, 'approved', '${title}', 1234.50, 0.1 + 0.2, '2024-02-29 23:59:59.123456+00', '2024-02-29', '1 year 2 mons -3 days 04:05:06.7',
    pg_catalog.decode('00ff41', 'hex'), 12.34::numeric::pg_catalog.money, array[null, 'NULL', 'a,b', '']::text[], '{"a": [1, "\\u00e9"]}', true, 'ab ', '10.0.0.1/8')`;

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });
  const besieged = new Besieged(tree);
  let topology: Topology;
  let id = 0;

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `${APPLICATION}; ${grab("temporary")}; drop table document;
         create table document (id int primary key, status text not null default 'draft', title text, amount numeric, ratio float8, at timestamptz, day date,
           span interval, bytes bytea, price money, tags text[], told jsonb, flag boolean, code char(3), origin inet);
         grant select, insert, update, delete on document to clerk`,
      );
    ({ topology } = await provision(tree, SETS));
    await besieged.begin();
  });

  /** Inserts, updates, moves in and out of the filter, in one session that was prepared. */
  const write = async (prepare: readonly string[]): Promise<void> => {
    await using session = openApplication(withRole(tree.dsn("district-a"), "clerk", undefined));
    // Some settings are unknown to some majors.
    for (const statement of prepare)
      await session
        .query(statement)
        .catch((error: Error) => expect(error.message).toMatch(/unrecognized|already exists/u));
    const next = (): number => (id += 1);
    const [one, two, three, four] = [next(), next(), next(), next()];
    await session.query(`insert into public.document values ${ROW(one, "one")}, ${ROW(two, "two")}`);
    await session.query(`insert into public.document values ${ROW(three, "three")}`);
    await session.query(`insert into public.document values ${ROW(four, "not so")}`);
    await session.query(
      `update public.document set amount = 7.25, day = null, told = null where id in (${one}, ${two})`,
    );
    await session.query(`update public.document set title = 'four' where id = ${four}`);
    await session.query(`update public.document set status = 'draft' where id = ${two}`);
    await session.query(`delete from public.document where id = ${three}`);
    await session.query(`update public.document set id = ${next()} where id = ${one}`);
  };

  test("hostile settings", async () => {
    for (const setting of SETTINGS)
      await write([`set ${setting}`]).catch((error: Error) => {
        throw new Error(`with ${setting}: ${error.message}`);
      });
    await besieged.expectNothingGained();
    await besieged.expectEqual([DOCUMENT]);
    expect(await query(tree.dsn("nation"), "select count(*)::int as n from document")).toEqual([
      { n: SETTINGS.length * 2 },
    ]);
  });

  test("temporary tables, functions and operators named like ours", async () => {
    await write([...NAMESAKES, ...FUNCTIONS, "set search_path = pg_temp, public, pg_catalog"]);
    await write([...NAMESAKES, ...FUNCTIONS]);
    expect(besieged.sightings("district-a", "temporary").filter(({ user }) => user !== "clerk")).toEqual([]);
    await besieged.expectNothingGained();
    await besieged.expectEqual([DOCUMENT]);
  });

  test("settings of its role and database", async () => {
    for (const setting of [
      "search_path = pg_temp, lair, public",
      "quote_all_identifiers = on",
      "standard_conforming_strings = off",
      "datestyle = 'SQL, DMY'",
    ]) {
      await query(tree.dsn("district-a"), `alter role clerk set ${setting}`);
      await write([]);
    }
    await query(tree.dsn("district-a"), "alter role clerk reset all");
    expect(plan(topology, await observe(topology)).steps).toEqual([]);
    await besieged.expectNothingGained();
    await besieged.expectEqual([DOCUMENT]);
  });

  test("a clerk who reads, locks and listens learns nothing of ours", async () => {
    await using session = openApplication(withRole(tree.dsn("district-a"), "clerk", undefined));
    for (const refused of [
      "select * from tributary.messages_knowledge",
      "insert into tributary.messages_knowledge (kind) values ('fence')",
      "begin; lock table tributary.messages_knowledge; commit",
      "rollback; select tributary.vitals(true)",
      "select * from tributary.node",
      "select tributary.relation_of('public.document')",
      "set role tributary_slm_capture",
      "comment on schema tributary is 'mine'",
      "create table tributary.mine ()",
    ])
      await expect(session.query(refused)).rejects.toThrow(/permission denied|must be owner/u);
    expect(plan(topology, await observe(topology)).steps).toEqual([]);
  });
});
