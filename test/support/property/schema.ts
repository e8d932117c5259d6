/** Random tables as people have them, and what of the application's own is on them. */
import {
  type Column,
  column,
  filterOf,
  KEY_TYPES,
  keyOf,
  keyValues,
  type Member,
  quoted,
  type Table,
  tableName,
  VALUE_TYPES,
} from "./model.ts";
import type { Random } from "./random.ts";

/** What all tables of a round share. */
export const COMMON = `create schema {s};
create type {s}.state as enum ('draft', 'approved', 'shelved');
create type {s}.kind as enum ('one', 'two', 'three');
create domain {s}.level as int check (value < 100000);
create type {s}.pair as (n int, line text);
create function {s}.is_open(t text) returns boolean language sql immutable as $$ select t !~ '3' $$;
create table {s}.log (n int generated always as identity primary key, line text)`;

/** Names that code of ours uses, and those that have to be quoted. */
const NAMES = [
  "TRIBUTARY_KEY_I",
  "{{key}}",
  "d1",
  "v",
  "was",
  "a b",
  "Order",
  "n",
  "o",
  "r",
  "p",
  "t",
  "i",
  "k",
  "mask",
  "part",
  "c1",
  "body",
  "kind",
  "node",
  "touched",
  "relation",
  "new_rows",
  "it's",
];

const FILTERS = [
  undefined,
  "{status} = 'approved'",
  "{status} = 'approved'",
  "{status} in ('approved', 'shelved') and {size} < 60",
  "{status} is distinct from 'draft'",
  "not ({status} = 'draft')",
  "{status} = 'approved' and {title} ~ '^\\w+$'",
  "{s}.is_open({title})",
  "{size} % 2 = 0",
  "coalesce({size}, 0) > 5 or {title} is null",
  "({title}, {size}) > ('k3', 3)",
  "{title} like 'k\\_%' or {size} = any ('{1,2,3,4,5,6,7}')",
];

/** Of columns whose text depends on the session's settings. */
const FILTERS_OF_TYPE: Readonly<Record<string, string>> = {
  interval: "{value1} > interval '5 days' or {size} > 4",
  float8: "{value1}::text ~ '(0|7)$'",
  bytea: "{value1}::text like '\\\\x%5'",
  timestamptz: "{value1} > '2020-01-03'",
  date: "{value1} > '2020-01-05'",
  "{s}.kind": "{value1} <> 'two'",
  jsonb: "({value1} ->> 'n')::int % 3 > 0",
  citext: "{value1} = 'K4' or {size} > 5",
};

export interface RandomTable {
  readonly table: Table;
  /** Run at every node, each on its own. */
  readonly create: readonly string[];
}

export function randomTable(random: Random, index: number): RandomTable {
  const kind = random.pick(["plain", "plain", "plain", "list", "range", "hash", "parent"] as const);
  const names = random.some(NAMES, NAMES.length);
  const nameOf = (usual: string): string => (random.chance(0.25) ? (names.pop() ?? usual) : usual);
  const key = keyColumns(kind, nameOf, random);
  const values: Column[] = [
    { id: "status", name: nameOf("status"), type: random.pick(["text", "{s}.state"]), role: "value" },
    { id: "title", name: nameOf("title"), type: "text", role: "value" },
    { id: "size", name: nameOf("size"), type: "int", role: "value" },
    ...Array.from({ length: random.int(0, 3) }, (_, place): Column => ({
      id: `value${place + 1}`,
      name: nameOf(`value${place + 1}`),
      type: random.pick(VALUE_TYPES),
      role: "value",
    })),
  ];
  const own = ownColumns(kind, key, values, random);
  const columns = random.chance(0.3)
    ? [...values.slice(0, 1), ...key, ...values.slice(1), ...own]
    : [...key, ...values, ...own];
  const filter = randomFilter(columns, random);
  const travelling = random.chance(0.15) ? someColumns(columns, random) : undefined;
  const table: Table = {
    relation: `t${index}`,
    name: `t${index}`,
    columns,
    kind,
    members: membersOf(kind, `t${index}`),
    ...(filter === undefined ? {} : { filter }),
    ...(travelling === undefined ? {} : { travelling }),
  };
  return { table, create: [...createTable(table), ...extras(table, random)] };
}

function keyColumns(kind: Table["kind"], nameOf: (usual: string) => string, random: Random): Column[] {
  const first = kind === "range" ? "int" : random.pick(KEY_TYPES);
  const key: Column[] = [{ id: "id", name: nameOf("id"), type: first, role: "key" }];
  if (kind !== "list" && random.chance(0.65)) return key;
  const second =
    kind === "list" ? "int" : random.pick(["int", "boolean", "text", "numeric", "{s}.kind", "date"]);
  return [...key, { id: "id2", name: nameOf("id2"), type: second, role: "key" }];
}

function randomFilter(columns: readonly Column[], random: Random): string | undefined {
  const special = FILTERS_OF_TYPE[columns.find(({ id }) => id === "value1")?.type ?? ""];
  return special !== undefined && random.chance(0.6) ? special : random.pick(FILTERS);
}

/** For the topology file: the key, and some more. */
const someColumns = (columns: readonly Column[], random: Random): string[] =>
  columns
    .filter(({ id, role }) => role === "key" || id === "status" || (id !== "twice" && random.chance(0.5)))
    .map(({ id }) => id);

/** Columns that the application gives no value, or the key of another row. */
function ownColumns(
  kind: Table["kind"],
  key: readonly Column[],
  values: readonly Column[],
  random: Random,
): Column[] {
  const [only, second] = key;
  const columns: Column[] = [];
  const size = quoted(values.find(({ id }) => id === "size")?.name ?? "");
  if (random.chance(0.2))
    columns.push({
      id: "twice",
      name: "twice",
      type: `int generated always as (${size} * 2) stored`,
      role: "own",
    });
  const isWhole = kind === "plain" || kind === "parent";
  if (isWhole && random.chance(0.2))
    columns.push({
      id: "number",
      name: "number",
      type: `int generated ${random.pick(["always", "by default"])} as identity`,
      role: "own",
    });
  if (kind === "plain" && second === undefined && random.chance(0.3)) {
    const onDelete = random.pick(["cascade", "set null", "set default"]);
    columns.push({
      id: "boss",
      name: "boss",
      type: `${only?.type ?? ""} references {s}.TABLE on delete ${onDelete} on update cascade`,
      role: "boss",
    });
  }
  return columns;
}

function membersOf(kind: Table["kind"], name: string): Member[] {
  const bounds: Readonly<Record<Table["kind"], readonly (string | undefined)[]>> = {
    plain: [],
    list: ["for values in (0)", "for values in (1)", "default"],
    range: ["for values from (minvalue) to (4)", "for values from (4) to (9)", "default"],
    hash: ["for values with (modulus 2, remainder 0)", "for values with (modulus 2, remainder 1)"],
    parent: [undefined],
  };
  return bounds[kind].map((bound, place) => ({
    name: `${name}_${place}`,
    isIn: true,
    ...(bound === undefined ? {} : { bound }),
  }));
}

function createTable(table: Table): string[] {
  const { kind, columns, members } = table;
  const keys = keyOf(table)
    .map(({ name }) => quoted(name))
    .join(", ");
  const by = {
    plain: "",
    parent: "",
    list: ` partition by list (${quoted(keyOf(table)[1]?.name ?? "")})`,
    range: ` partition by range (${quoted(keyOf(table)[0]?.name ?? "")})`,
    hash: ` partition by hash (${quoted(keyOf(table)[0]?.name ?? "")})`,
  };
  const declared = columns
    .map(({ name, type }) => `${quoted(name)} ${type.replace("{s}.TABLE", tableName(table))}`)
    .join(", ");
  return [
    `create table ${tableName(table)} (${declared}, primary key (${keys}))${by[kind]}`,
    ...members.map(({ name, bound }) =>
      bound === undefined
        ? `create table ${tableName({ name })} (extra text default 'child', primary key (${keys})) inherits (${tableName(table)})`
        : `create table ${tableName({ name })} partition of ${tableName(table)} ${bound}`,
    ),
  ];
}

/** Triggers, rules, views and functions of the application. */
function extras(table: Table, random: Random): string[] {
  const t = tableName(table);
  const f = (name: string): string => `{s}.${quoted(`${table.relation}_${name}`)}`;
  const title = quoted(column(table, "title")?.name ?? "");
  const size = quoted(column(table, "size")?.name ?? "");
  const status = quoted(column(table, "status")?.name ?? "");
  const keys = keyOf(table).map(({ name }) => quoted(name));
  const same = (row: string): string => keys.map((key) => `t.${key} = ${row}.${key}`).join(" and ");
  const is = (g: string): string => isKey(table, g, random);
  const rowTrigger = (name: string, when: string, body: string, result: string): string[] => [
    `create function ${f(name)}() returns trigger language plpgsql as $$ begin ${body}; return ${result}; end $$`,
    `create trigger ${name} ${when} on ${t} for each row when (pg_trigger_depth() < 1) execute function ${f(name)}()`,
  ];
  const some: readonly (() => string[])[] = [
    () =>
      rowTrigger(
        "touch",
        "after insert or update",
        `update ${t} t set ${size} = coalesce(t.${size}, 0) + 1 where ${same("new")}`,
        "null",
      ),
    () =>
      rowTrigger(
        "oust",
        "after insert",
        `delete from ${t} t where ctid = (select u.ctid from ${t} u where not (${keys.map((key) => `u.${key} = new.${key}`).join(" and ")}) order by ${keys.map((key) => `u.${key}`).join(", ")} limit 1) and ${is("4")}`,
        "null",
      ),
    () => rowTrigger("replace", "before insert", `delete from ${t} t where ${same("new")}`, "new"),
    () => rowTrigger("mark", "before update", `new.${title} := new.${title} || '+'`, "new"),
    () => rowTrigger("hold", "before delete", `if old.${size} % 5 = 0 then return null; end if`, "old"),
    () =>
      rowTrigger(
        "soften",
        "before delete",
        `update ${t} t set ${status} = 'draft' where ${same("old")} and t.${size} % 3 = 0; if found then return null; end if`,
        "old",
      ),
    () => [
      `create function ${f("late")}() returns trigger language plpgsql as $$ begin update ${t} t set ${title} = t.${title} || '~' where ${same("new")} and length(t.${title}) < 8; return null; end $$`,
      `create constraint trigger late after insert on ${t} deferrable initially deferred for each row execute function ${f("late")}()`,
    ],
    () => [
      `create function ${f("all")}() returns trigger language plpgsql as $$ begin update ${t} set ${status} = 'draft' where ${status} is null; return null; end $$`,
      `create trigger "all" after insert or update on ${t} for each statement when (pg_trigger_depth() < 1) execute function ${f("all")}()`,
    ],
    () => [
      `create rule noted as on ${random.pick(["insert", "update"])} to ${t} do also insert into {s}.log (line) values (new.${title})`,
    ],
    () => [
      `create rule softly as on delete to ${t} where old.${size} > 8 do instead update ${t} t set ${status} = 'draft' where ${same("old")}`,
    ],
  ];
  return [
    `create view ${f("view")} as select * from ${t}`,
    ...(random.chance(0.35) ? random.some(some, random.int(1, 2)).flatMap((make) => make()) : []),
  ];
}

/** A condition on the key, of the row that an integer stands for. */
function isKey(table: Table, g: string, random: Random): string {
  const values = keyValues(table, g, random);
  return keyOf(table)
    .map(({ name }, place) => `t.${quoted(name)} = ${values[place] ?? ""}`)
    .join(" and ");
}

/** The rule of a topology file. */
export function ruleOf(table: Table): { where?: string; columns?: readonly string[] } {
  const where = filterOf(table);
  const columns = table.travelling?.map((id) => column(table, id)?.name ?? id);
  return { ...(where === undefined ? {} : { where }), ...(columns === undefined ? {} : { columns }) };
}
