/** Columns above that get no value from below and refuse the row without one: all are told, and the statements that mend them do. */
import { beforeAll, describe, expect, test } from "vitest";

import { useTestTree } from "../../support/cluster.ts";
import { differences } from "../../support/equal.ts";
import { planNow, provision, settled, topologyOf } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";
import { ENGINES } from "./edge-tree.ts";

const BELOW = "create table item (id int primary key, status text not null, title text, note text)";
/** Each that stays out of the topology's columns; those called "fine" take care of themselves. */
const ABOVE = `
  create schema app;
  create domain app.code as varchar(20) collate "C" not null;
  create domain app.strict as app.code check (value <> '');
  create domain app.present as int check (value is not null and value > 0);
  create domain app.positive as int check (value > 0);
  create domain app.dated as text default 'now' not null;
  create domain app.foiled as int default 0 check (value > 0);
  create function app.judge(text) returns boolean language sql immutable as $$ select $1 is not null $$;
  create domain app.judged as text check (app.judge(value));
  create table item (
    id int primary key, status text not null, title text,
    note text not null,
    code app.code,
    code_too app.code not null,
    strict app.strict,
    present app.present,
    doubtful app.positive default -1,
    foiled app.foiled,
    judged app.judged,
    cleared text default null,
    made text not null generated always as (lower(cleared)) stored,
    constraint said check (cleared is not null or title = ''),
    constraint never check (cleared is not null),
    fine_default int not null default 5,
    fine_identity int generated always as identity,
    fine_made text not null generated always as (lower(status)) stored,
    fine_domain app.dated,
    fine_null app.positive,
    constraint fine_check check (length(cleared) > 3))`;

const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where, columns: ["id", "status", "title"] } } } };
const tables = [{ table: "item", relation: "public.item", where, columns: "id, status, title", key: "id" }];

describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine });
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);

  beforeAll(async () => {
    await at("district-a", BELOW);
    for (const node of ["east", "nation"]) await at(node, ABOVE);
    await at(
      "district-a",
      "insert into item select g, 'approved', 'title ' || g from generate_series(1, 30) g",
    );
  });

  test("all of them are told, each with a statement, and then rows arrive: first copy and live", async () => {
    const topology = await topologyOf(tree, sets);
    const { problems } = await planNow(topology, {});
    const mends = problems.flatMap(({ node, fix }) => (node === "east" ? [fix] : []));
    const alter = 'alter table "public"."item"';
    const free = (column: string, type: string): string => `${alter} alter column "${column}" type ${type}`;
    expect(mends.toSorted()).toEqual(
      [
        `${alter} alter column "note" drop not null;`,
        `${free("code", '"pg_catalog"."varchar"(20) collate "pg_catalog"."C"')};`,
        `${free("code_too", '"pg_catalog"."varchar"(20) collate "pg_catalog"."C"')}, alter column "code_too" drop not null;`,
        `${free("strict", '"pg_catalog"."varchar"(20) collate "pg_catalog"."C"')};`,
        `${free("present", '"pg_catalog"."int4"')};`,
        `${free("doubtful", '"pg_catalog"."int4"')};`,
        `${free("foiled", '"pg_catalog"."int4"')};`,
        `${free("judged", '"pg_catalog"."text"')};`,
        `${alter} alter column "made" drop not null;`,
        `${alter} drop constraint "never";`,
      ].toSorted(),
    );
    for (const { node, fix } of problems) await at(node, fix);
    expect((await planNow(topology, {})).problems).toEqual([]);
    // What else a row meets is no question of its missing values.
    for (const node of ["east", "nation"]) await at(node, `${alter} drop constraint said`);
    await provision(tree, sets);
    await at(
      "district-a",
      "insert into item values (31, 'approved', 'live'); update item set title = 'later' where id = 1; delete from item where id = 2",
    );
    await settled(tree);
    expect(await at("nation", "select relation, reason from tributary.parked")).toEqual([]);
    expect(await at("east", "select relation, reason from tributary.parked")).toEqual([]);
    expect(await differences(tree, tables)).toEqual([]);
    expect(
      await at("nation", "select distinct fine_default, fine_made, fine_domain, fine_null from item"),
    ).toEqual([{ fine_default: 5, fine_made: "approved", fine_domain: "now", fine_null: null }]);
  });
});
