/** Every object of ours on live nodes against sql/README.md: its owner, whose rights it has, what it sets, who may use it. */
import { writeFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { ENGINES } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import {
  type FunctionRow,
  liveFunctions,
  README,
  readPage,
  renderFunctions,
  withFunctions,
} from "../support/functions-table.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const RELATION = "public.document";
const SETS = {
  knowledge: { tables: { [RELATION]: { where: "status = 'approved' and app.is_open(title)" } } },
};

/** For speed: all that they call is named with its schema, see generated-code.test.ts; what runs on messages sets the session's path, too. */
const WITHOUT_PATH =
  /^(?:receive_<set>|take_<table>|capture_(?:insert|update|delete)_<table>|pin_session|carriable|is_convertible|utf8)\(/u;

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine });
  let live: readonly FunctionRow[] = [];

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `create schema app; create function app.is_open(text) returns boolean language sql immutable as 'select true';
         create table document (id int primary key, status text not null, title text)`,
      );
    await provision(tree, SETS, {}, { monitor: { heartbeat: "1s" } });
    live = await liveFunctions(tree.nodes, [RELATION]);
    // Native replication and pglogical have the same functions.
    if (process.env["UPDATE_SQL_README"] === "1") writeFileSync(README, withFunctions(readPage(), live));
  });

  test("the page has every function, and nothing else", () => {
    const rows = readPage()
      .split("\n")
      .filter((line) => /^\| `[^`]*\)` \|/u.test(line));
    expect(rows).toEqual(
      renderFunctions(live)
        .split("\n")
        .filter((line) => line.startsWith("| `")),
    );
  });

  test("what runs with its owner's rights is no superuser's, and looks nothing up in a path that others choose", async () => {
    const definers = live.filter(({ rights }) => rights === "owner");
    expect(definers.length).toBeGreaterThan(5);
    expect(
      definers.filter(({ owner }) => !["owner", "capture", "filter", "delivery", "status"].includes(owner)),
    ).toEqual([]);
    const unpinned = live.filter(
      ({ settings, signature }) =>
        !/^search_path = pg_catalog, pg_temp(?:;|$)/u.test(settings) &&
        settings !== "none needed" &&
        !WITHOUT_PATH.test(signature),
    );
    expect(unpinned).toEqual([]);
  });

  test("nothing in the schema is a superuser's, or PUBLIC's", async () => {
    for (const { name: node, dsn } of tree.nodes) {
      const superusers = await query(
        dsn,
        `select d.classid::regclass::text as class, d.objid::text as object from pg_catalog.pg_shdepend d
         where d.deptype = 'o' and d.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
           and d.refobjid in (select oid from pg_catalog.pg_roles where rolsuper) and d.classid <> 'pg_event_trigger'::regclass
           and exists (select from pg_catalog.pg_depend n where n.classid = d.classid and n.objid = d.objid and n.refclassid = 'pg_namespace'::regclass
             and n.refobjid = 'tributary'::regnamespace)`,
      );
      const pinned = await query(
        dsn,
        `select c.oid::regclass::text as object from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
         where c.relnamespace = 'tributary'::regnamespace and r.rolsuper
         union all select p.oid::regprocedure::text from pg_catalog.pg_proc p join pg_catalog.pg_roles r on r.oid = p.proowner
         where p.pronamespace = 'tributary'::regnamespace and r.rolsuper
         union all select n.nspname from pg_catalog.pg_namespace n join pg_catalog.pg_roles r on r.oid = n.nspowner where n.nspname = 'tributary' and r.rolsuper`,
      );
      expect({ node, superusers, pinned }).toEqual({ node, superusers: [], pinned: [] });
      const everybodys = await query(
        dsn,
        `select c.oid::regclass::text as object from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) a
         where c.relnamespace = 'tributary'::regnamespace and a.grantee = 0
         union all select a.attrelid::regclass || '.' || a.attname from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
           cross join lateral pg_catalog.aclexplode(a.attacl) x where c.relnamespace = 'tributary'::regnamespace and x.grantee = 0
         union all select p.oid::regprocedure::text from pg_catalog.pg_proc p cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
         where p.pronamespace = 'tributary'::regnamespace and a.grantee = 0
         union all select n.nspname::text from pg_catalog.pg_namespace n cross join lateral pg_catalog.aclexplode(n.nspacl) a where n.nspname = 'tributary' and a.grantee = 0`,
      );
      expect({ node, everybodys }).toEqual({ node, everybodys: [] });
    }
  });

  test("event triggers run functions of ours, which hold no superuser's rights", async () => {
    for (const { dsn } of tree.nodes)
      expect(
        (
          await query(
            dsn,
            `select p.proowner::regrole::text as owner from pg_catalog.pg_event_trigger e join pg_catalog.pg_proc p on p.oid = e.evtfoid
             where e.evtname like 'tributary%'`,
          )
        ).map(({ owner }) => owner),
      ).toEqual(expect.arrayContaining(["tributary_slm_owner"]));
  });

  test("roles have what the page says, and are members of what it says", async () => {
    const page = readPage()
      .split("\n")
      .flatMap(
        (line) =>
          /^\| (owner|capture|filter|delivery|stream|status|operator) +\| (\w*) *\| ([\w ]*?) *\| .* \|$/u
            .exec(line)
            ?.slice(1) ?? [],
      )
      .reduce<string[][]>((rows, cell, index) => {
        if (index % 3 === 0) rows.push([]);
        rows.at(-1)?.push(cell);
        return rows;
      }, [])
      .filter(([role]) => role !== "role");
    for (const { name: node, dsn } of tree.nodes) {
      const roles = await query(
        dsn,
        `select pg_catalog.substr(r.rolname, 15) as role, pg_catalog.concat_ws(' ', case when r.rolsuper then 'superuser' end, case when r.rolcreaterole then 'createrole' end,
            case when r.rolcreatedb then 'createdb' end, case when r.rolcanlogin then 'login' end, case when r.rolreplication then 'replication' end,
            case when r.rolbypassrls then 'bypassrls' end) as attributes,
          coalesce((select pg_catalog.string_agg(pg_catalog.replace(g.rolname, 'tributary_slm_', ''), ' ' order by g.rolname) from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
            where m.member = r.oid), '') as member
         from pg_catalog.pg_roles r where r.rolname like 'tributary\\_slm\\_%' and r.rolname not like 'tributary\\_slm\\_link%'`,
      );
      const found = roles.map(({ role, attributes, member }) => [
        String(role),
        String(attributes),
        String(member),
      ]);
      expect({ node, roles: found.map(String).toSorted() }).toEqual({
        node,
        roles: page.map(String).toSorted(),
      });
      expect(
        await query(
          dsn,
          `select m.member::regrole::text as member from pg_catalog.pg_auth_members m where m.roleid::regrole::text like 'tributary\\_slm\\_%'
             and m.member::regrole::text <> 'tributary_slm_owner'`,
        ),
      ).toEqual([]);
    }
  });

  test("tables of the application are opened to our roles no further than that", async () => {
    for (const { name: node, dsn, tier } of tree.nodes) {
      const rights = await query(
        dsn,
        `select a.grantee::regrole::text as role, pg_catalog.string_agg(a.privilege_type, ' ' order by a.privilege_type) as rights
         from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) a where c.oid = 'public.document'::regclass and a.grantee <> c.relowner group by 1 order by 1`,
      );
      const delivery = { role: "tributary_slm_delivery", rights: "DELETE INSERT SELECT UPDATE" };
      const capture = { role: "tributary_slm_capture", rights: "SELECT" };
      const owner = { role: "tributary_slm_owner", rights: "SELECT TRIGGER" };
      const expected = [capture, ...(tier === "district" ? [] : [delivery]), owner];
      expect({ node, rights }).toEqual({ node, rights: expected });
    }
  });
});
