/** Random changes of schemas, as people and migration tools make them. */
import { all, alter, type Change, onTable, type Scene, someValue } from "./change.ts";
import {
  addColumn,
  addOwn,
  disown,
  dropColumn,
  renameColumn,
  retype,
  rewrite,
  swapColumns,
} from "./column-changes.ts";
import { join, members } from "./family-changes.ts";
import { column, keyOf, type Model, quoted, type Table, tableName } from "./model.ts";
import type { Random } from "./random.ts";

const rename = ({ table, number }: Scene): Change => {
  const name = `renamed ${number}`;
  const to =
    (wanted: string) =>
    (found: Table): void => {
      found.name = wanted;
    };
  return {
    ...alter(table, `rename to ${quoted(name)}`, to(name)),
    undo: {
      sql: `alter table ${tableName({ name })} rename to ${quoted(table.name)}`,
      effect: onTable(table, to(table.name)),
    },
  };
};

function swapTables({ table, random, number }: Scene): Change {
  const t = tableName(table);
  const made = tableName({ name: `new${number}` });
  const columns = table.columns
    .filter(({ type }) => !type.includes(" stored"))
    .map(({ name }) => quoted(name))
    .join(", ");
  const where = random.chance(0.3) ? ` where ${quoted(column(table, "size")?.name ?? "")} < 8` : "";
  return {
    steps: all(
      `do $$ begin create table ${made} (like ${t} including all); insert into ${made} (${columns}) overriding system value select ${columns} from ${t}${where}; alter table ${t} rename to "old${number}"; alter table ${made} rename to ${quoted(table.name)}; end $$`,
    ),
    effect: onTable(table, (found) => {
      found.members = [];
    }),
  };
}

/** Another table under the name, with some of the rows or none. */
function recreate({ table, random }: Scene): Change {
  const t = tableName(table);
  const saved = tableName({ name: `saved of ${table.name}` });
  const columns = table.columns
    .filter(({ type }) => !type.includes(" stored"))
    .map(({ name }) => quoted(name))
    .join(", ");
  const back = random.chance(0.7)
    ? `insert into ${t} (${columns}) overriding system value select ${columns} from ${saved};`
    : "";
  return {
    steps: all(
      `do $$ begin create table ${saved} (like ${t} including all); insert into ${saved} (${columns}) overriding system value select ${columns} from ${t}; drop table ${t} cascade; create table ${t} (like ${saved} including all); ${back} drop table ${saved}; end $$`,
    ),
    effect: onTable(table, (found) => {
      found.members = [];
    }),
  };
}

/** In one transaction with what is written, or taken back. */
function within({ table, random, number }: Scene): Change {
  const t = tableName(table);
  const size = quoted(column(table, "size")?.name ?? "");
  const write = `update ${t} set ${size} = ${size} + 1`;
  const own = (sql: string): Change["steps"] => [{ on: "own", sql }];
  const id = `late${number}`;
  return random.pick<() => Change>([
    () => ({ steps: own(`begin; alter table ${t} add column ${quoted(id)} text; ${write}; rollback`) }),
    () => ({
      steps: own(
        `begin; alter table ${t} rename to other; savepoint s; ${write.replaceAll(t, "{s}.other")}; rollback to s; alter table {s}.other rename to ${quoted(table.name)}; commit`,
      ),
    }),
    () => ({
      steps: own(
        `begin; alter table ${t} disable trigger user; ${write}; alter table ${t} enable trigger user; commit`,
      ),
    }),
    () => ({
      steps: [
        { on: "own", sql: `begin; alter table ${t} alter column ${size} set default 7; ${write}; commit` },
      ],
    }),
  ])();
}

function moveKey({ table, random }: Scene): Change {
  const t = tableName(table);
  const keys = keyOf(table);
  const added = keys.length === 1 && random.chance(0.6) ? column(table, "size") : undefined;
  const wanted = added === undefined ? keys.toReversed() : [...keys, added];
  return {
    steps: all(
      `do $$ declare name text; begin ${added === undefined ? "" : `update ${t} set ${quoted(added.name)} = 0 where ${quoted(added.name)} is null;`} select conname into name from pg_constraint where conrelid = '${t.replaceAll("'", "''")}'::regclass and contype = 'p'; execute format('alter table %s drop constraint %I cascade, add primary key (%s)', '${t.replaceAll("'", "''")}', name, ${`'${wanted
        .map((each) => quoted(each.name))
        .join(", ")
        .replaceAll("'", "''")}'`}); end $$`,
    ),
  };
}

const ofTypes = ({ random, number }: Scene): Change => {
  const renamed =
    (from: string, to: string) =>
    (model: Model): void => {
      for (const table of model.values())
        for (const each of table.columns) if (each.type === from) each.type = to;
    };
  return random.pick<() => Change>([
    () => ({
      steps: all(
        "alter type {s}.kind rename value 'one' to 'first'",
        "alter type {s}.kind rename value 'first' to 'one'",
      ),
    }),
    () => ({
      steps: all(
        "alter type {s}.state rename value 'shelved' to 'archived'",
        "alter type {s}.state rename value 'archived' to 'shelved'",
      ),
    }),
    () => ({ steps: all(`alter type {s}.state add value 'late${number}'`) }),
    () => ({
      steps: all(`alter type {s}.pair add attribute late${number} int cascade`),
      effect: renamed("{s}.pair", "text"),
    }),
    () => ({
      steps: all("alter domain {s}.level rename to floor"),
      undo: { sql: "alter domain {s}.floor rename to level", effect: () => undefined },
    }),
    () => ({ steps: all("alter type {s}.pair rename attribute line to text") }),
    () => ({
      steps: all(
        "alter function {s}.is_open rename to is_public",
        "alter function {s}.is_public rename to is_open",
      ),
    }),
    () => ({ steps: all("alter domain {s}.level add constraint more check (value < 1000000)") }),
    () => ({ steps: all("alter type {s}.kind rename to sort", "alter type {s}.sort rename to kind") }),
    () => ({
      steps: all("drop type {s}.pair cascade"),
      effect: (model) => {
        for (const table of model.values())
          table.columns = table.columns.filter(({ type }) => type !== "{s}.pair");
      },
    }),
  ])();
};

const harmless = (scene: Scene): Change => {
  const { table, random, number } = scene;
  const t = tableName(table);
  const value = quoted((someValue(scene) ?? keyOf(table)[0])?.name ?? "");
  const fixed = random.pick([
    `create index on ${t} (${value})`,
    `alter table ${t} alter column ${value} set storage external`,
    `alter table ${t} add constraint "size ${number}" check (${quoted(column(table, "size")?.name ?? "")} < 1000000)`,
    `alter table ${t} replica identity full`,
    `vacuum full ${t}`,
    `cluster ${t}`,
    `alter table ${t} alter column ${value} drop default`,
    `create temp table temporary_${number} (like ${t})`,
    `create table ${tableName({ name: `like${number}` })} (like ${t} including all)`,
    `comment on table ${t} is 'a comment'`,
    `reindex table ${t}`,
    `analyze ${t}`,
    `drop view if exists {s}.${quoted(`${table.relation}_view`)}`,
    `create rule "rule ${number}" as on update to ${t} do also insert into {s}.log (line) values ('ruled')`,
    `drop rule if exists noted on ${t}`,
    `alter table ${t} disable trigger user; alter table ${t} enable trigger user`,
    `alter table ${t} alter column ${value} set statistics 5`,
  ]);
  return { steps: all(...fixed.split("; ")) };
};

const CHANGES: readonly ((scene: Scene) => Change)[] = [
  addColumn,
  addColumn,
  addOwn,
  rewrite,
  disown,
  recreate,
  within,
  within,
  dropColumn,
  renameColumn,
  renameColumn,
  swapColumns,
  retype,
  retype,
  rename,
  swapTables,
  join,
  join,
  moveKey,
  ofTypes,
  ofTypes,
  harmless,
  harmless,
];

/** A change of one of these tables, or of what they are made of. */
export function randomChange(random: Random, tables: readonly Table[], number: number): Change {
  const table = random.pick(tables);
  const scene = { random, table, number };
  return table.members.length > 0 && random.chance(0.5) ? members(scene) : random.pick(CHANGES)(scene);
}
