/** Random statements of an application, each a text that it sends at once. */
import { column, keyOf, keyValues, quoted, type Table, tableName, valueOf } from "./model.ts";
import type { Random } from "./random.ts";

/** Who writes: the rows of a node are those of so many integers from `first` on. */
export interface Writer {
  readonly random: Random;
  readonly tables: readonly Table[];
  readonly first: number;
  /** Also calls VOLATILE functions that write the table which their caller writes. */
}

interface Scene extends Writer {
  readonly table: Table;
}

const KEYS = 16;

/** What a session may have set. Each holds for the statement only. */
const SETTINGS = [
  "standard_conforming_strings = off",
  "quote_all_identifiers = on",
  "transform_null_equals = on",
  "DateStyle = 'German, DMY'",
  "IntervalStyle = iso_8601",
  "extra_float_digits = -3",
  "bytea_output = escape",
  "TimeZone = 'Asia/Kathmandu'",
  "array_nulls = off",
  "plan_cache_mode = force_generic_plan",
  "default_transaction_isolation = 'serializable'",
  "enable_seqscan = off",
  "search_path = evil, pg_catalog, public",
  "search_path = ''",
  "check_function_bodies = off",
  "row_security = off",
];

/** What `search_path = evil, …` finds before what PostgreSQL has. */
export const EVIL = `create schema evil;
create function evil.never(text, text) returns boolean language sql immutable as 'select false';
create function evil.never(int, int) returns boolean language sql immutable as 'select false';
create operator evil.~ (leftarg = text, rightarg = text, function = evil.never);
create operator evil.= (leftarg = int, rightarg = int, function = evil.never);
create function evil.length(text) returns int language sql immutable as 'select -1';
create function evil.quote_literal(text) returns text language sql immutable as 'select null::text';
create domain evil.record as text`;

const gs = ({ random, first }: Writer, most = 5): readonly number[] =>
  random.some(
    Array.from({ length: KEYS }, (_, place) => first + place),
    random.chance(0.4) ? 1 : random.int(2, most),
  );
const g1 = ({ random, first }: Writer): number => first + random.int(0, KEYS - 1);

const settable = ({ columns }: Table) => columns.filter(({ role }) => role === "value");
const insertable = ({ columns }: Table) => columns.filter(({ role }) => role === "key" || role === "value");
const listed = (columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => quoted(name)).join(", ");

/** Rows to insert, made from SQL for an integer. */
function values({ table, random }: Scene, g: string): string {
  const keys = keyValues(table, g, random);
  let place = 0;
  return insertable(table)
    .map((each) => {
      if (each.role === "key") return keys[place++] ?? "";
      if (random.chance(0.08)) return "null";
      if (each.id === "status" && each.type === "text")
        return `(array['approved', 'draft', 'approved', 'shelved', null])[1 + (${g} + ${random.int(0, 4)}) % 5]`;
      return valueOf(each, `(${g}) % 1000 + ${random.int(0, 9)}`, random);
    })
    .join(", ");
}

function changes(scene: Scene): string {
  const { table, random } = scene;
  return random
    .some(settable(table), random.int(1, 2))
    .map((each) => {
      const name = quoted(each.name);
      if (each.id === "status")
        return `${name} = '${random.pick(["approved", "approved", "draft", "shelved"])}'`;
      if (each.id === "title" && random.chance(0.6))
        return `${name} = t.${name} || '${random.pick(["!", " x", "3", "''"])}'`;
      if (each.id === "size" && random.chance(0.6)) return `${name} = t.${name} + ${random.int(1, 3)}`;
      return `${name} = ${random.chance(0.1) ? "null" : valueOf(each, String(random.int(0, 30)), random)}`;
    })
    .join(", ");
}

/** `t.k in (…)`: of rows that are there, or not. */
function are(scene: Scene, some: readonly number[] = gs(scene)): string {
  const { table, random } = scene;
  const keys = keyOf(table).map(({ name }) => `t.${quoted(name)}`);
  const [only] = some;
  if (some.length === 1 && only !== undefined && random.chance(0.7)) {
    const made = keyValues(table, String(only), random);
    return keys.map((key, place) => `${key} = ${made[place] ?? ""}`).join(" and ");
  }
  return `(${keys.join(", ")}) in (select ${keyValues(table, "g", random).join(", ")} from unnest(array[${some.join(", ")}]) g)`;
}

const from = (scene: Scene, g = gs(scene)): string => `unnest(array[${g.join(", ")}]) g`;
const into = ({ table, random }: Scene): string => {
  const target =
    table.kind === "parent" && random.chance(0.3) ? table.members.find(({ isIn }) => isIn)?.name : undefined;
  return tableName({ name: target ?? table.name });
};

function insert(scene: Scene): string {
  const { table, random } = scene;
  const head = `insert into ${into(scene)} as t (${listed(insertable(table))})`;
  const conflict = random.pick([
    "",
    " on conflict do nothing",
    ` on conflict (${listed(keyOf(table))}) do update set ${changes(scene)}`,
    ` on conflict (${listed(keyOf(table))}) do update set ${listed(settable(table).slice(0, 1))} = excluded.${listed(settable(table).slice(0, 1))} where t.${quoted(settable(table)[2]?.name ?? "")} < 9`,
  ]);
  return random.chance(0.3)
    ? `${head} values (${values(scene, String(g1(scene)))})${conflict}`
    : `${head} select ${values(scene, "g")} from ${from(scene)}${conflict}`;
}

/** The table, or one of its members by name. */
const target = ({ table, random }: Scene): string => {
  const members = table.members.filter(({ isIn }) => isIn);
  return tableName(members.length > 0 && random.chance(0.2) ? random.pick(members) : table);
};

const update = (scene: Scene): string =>
  `update ${target(scene)} t set ${changes(scene)} where ${are(scene)}`;
const remove = (scene: Scene): string => `delete from ${target(scene)} t where ${are(scene)}`;

function rekey(scene: Scene): string {
  const { table, random } = scene;
  const [old] = gs(scene);
  const keys = keyOf(table).map(({ name }) => quoted(name));
  const more = random.chance(0.5) ? `, ${changes(scene)}` : "";
  const made = keyValues(table, String(g1(scene)), random);
  return `update ${tableName(table)} t set ${keys.map((key, place) => `${key} = ${made[place] ?? ""}`).join(", ")}${more} where ${are(scene, [old ?? 0])}`;
}

/** All keys one further, as far as the type lets one count. */
function shift(scene: Scene): string {
  const { table, random } = scene;
  const [key] = keyOf(table);
  const by = ["int", "bigint", "date", "inet", "numeric", "float8"].includes(key?.type ?? "")
    ? ` + ${random.pick([5, 6, 30])}`
    : "";
  return `update ${tableName(table)} t set ${quoted(key?.name ?? "")} = t.${quoted(key?.name ?? "")}${by} where ${are(scene)}`;
}

const SIMPLE = [insert, insert, update, update, remove, rekey, shift];

const simple = (scene: Scene): string => scene.random.pick(SIMPLE)(scene);

function parts(scene: Scene): string {
  const { table, tables, random } = scene;
  const count = random.int(1, 3);
  const made = Array.from({ length: count }, (_, place) => {
    const other = place > 0 && random.chance(0.2) ? { ...scene, table: random.pick(tables) } : scene;
    const text = random.pick([remove, remove, update, insert, rekey])(other);
    return `p${place} as (${text} returning t.*)`;
  });
  const columns = listed(insertable(table));
  const keys = keyValues(table, "g", random);
  let place = 0;
  const moved = insertable(table).map((each) =>
    each.role === "key" ? (keys[place++] ?? "") : `p0.${quoted(each.name)}`,
  );
  const last = random.pick([
    () =>
      `insert into ${tableName(table)} (${columns}) select ${columns} from p0${random.pick(["", " limit 1"])}${random.pick(["", " on conflict do nothing"])}`,
    () =>
      `insert into ${tableName(table)} (${columns}) select ${moved.join(", ")} from p0, ${from(scene)} limit ${random.int(1, 3)}`,
    () => simple(scene),
    () => remove(scene),
    () => "select count(*) from p0",
  ])();
  return `with ${made.join(", ")} ${last}`;
}

function merge(scene: Scene): string {
  const { table, random } = scene;
  const keys = keyOf(table).map(({ name }) => quoted(name));
  const on = keys.map((key, place) => `t.${key} = s.s${place}`).join(" and ");
  const source = `select ${keyValues(table, "g", random)
    .map((value, place) => `${value} as s${place}`)
    .join(", ")}, g from ${from(scene, gs(scene, 7))}`;
  const arms = random.some(
    [
      () => `when matched and s.g % 3 = 0 then delete`,
      () => `when matched and s.g % 3 = 1 then update set ${changes(scene)}`,
      () => `when matched and s.g % 2 = 0 then update set ${changes(scene)}`,
      () => `when not matched then insert (${listed(insertable(table))}) values (${values(scene, "s.g")})`,
      () => `when not matched and s.g % 2 = 0 then do nothing`,
    ],
    random.int(2, 4),
  );
  return `merge into ${tableName(table)} t using (${source}) s on ${on} ${arms.map((arm) => arm()).join(" ")}`;
}

const block = (lines: readonly string[]): string =>
  `do $do$ begin ${lines.map((line) => `${line};`).join(" ")} end $do$`;
const several = (scene: Scene): string[] =>
  Array.from({ length: scene.random.int(2, 4) }, () =>
    (scene.random.chance(0.3) ? parts(scene) : simple(scene)).replace(
      / select count\(\*\) from p0$/u,
      " update {s}.log set line = line where n = 0",
    ),
  );

/** A function that writes the table that the statement which calls it writes. */
function meddling(scene: Scene): string {
  const { table, random } = scene;
  const keys = keyOf(table).map(({ name }) => `t.${quoted(name)}`);
  const made = keyValues(table, `n + ${random.pick([-1, 0, 1])}`, random);
  const same = keys.map((key, place) => `${key} = ${made[place] ?? ""}`).join(" and ");
  const body = random.pick([
    () => `delete from ${tableName(table)} t where ${same}`,
    () => `update ${tableName(table)} t set ${changes(scene)} where ${same}`,
    () => `update ${tableName(table)} t set ${listed(settable(table).slice(0, 1))} = 'draft' where ${same}`,
    () => simple(scene),
  ])();
  const columns = listed(insertable(table));
  const use = random.pick([
    () =>
      `insert into ${tableName(table)} (${columns}) select ${values(scene, "g")} from ${from(scene)} where pg_temp.meddle(g)`,
    () =>
      `insert into ${tableName(table)} as t (${columns}) select ${values(scene, "g")} from ${from(scene)} returning pg_temp.meddle(${g1(scene)})`,
    () =>
      `update ${tableName(table)} t set ${changes(scene)} where ${are(scene)} and pg_temp.meddle(${g1(scene)})`,
    () =>
      `update ${tableName(table)} t set ${changes(scene)} where ${are(scene)} returning pg_temp.meddle(${g1(scene)})`,
    () => `delete from ${tableName(table)} t where ${are(scene)} and pg_temp.meddle(${g1(scene)})`,
    () => `with p0 as (${simple(scene)} returning 1) select pg_temp.meddle(g) from ${from(scene)}`,
  ])();
  return `create or replace function pg_temp.meddle(n int) returns boolean language plpgsql volatile as $f$ begin ${body}; return true; end $f$; ${use}`;
}

function cursor(scene: Scene): string {
  const { table, random } = scene;
  const title = quoted(column(table, "title")?.name ?? "");
  const keys = keyOf(table).map(({ name }) => `t.${quoted(name)}`);
  const more = random.chance(0.5) ? `${simple(scene)};` : "";
  return `do $do$ declare c cursor for select * from ${tableName(table)} t where ${are(scene, gs(scene, 8))} order by ${keys.join(", ")} for update; turn int := 0; begin for found in c loop turn := turn + 1; if turn % 3 = 0 then delete from ${tableName(table)} where current of c; elsif turn % 3 = 1 then update ${tableName(table)} t set ${changes(scene)} where current of c; else update ${tableName(table)} set ${title} = 'c' where current of c; end if; ${more} end loop; end $do$`;
}

function transaction(scene: Scene): string {
  const { random } = scene;
  const one = (): string => (random.chance(0.25) ? parts(scene) : simple(scene));
  return random.pick([
    () => `begin; ${one()}; savepoint s; ${one()}; rollback to s; ${one()}; commit`,
    () => `begin; ${one()}; ${one()}; rollback`,
    () => `begin; set constraints all deferred; ${one()}; savepoint s; ${one()}; release s; ${one()}; commit`,
    () =>
      block(
        [
          one(),
          `begin ${simple(scene)}; raise division_by_zero; exception when others then null; end`,
          one(),
        ].map((line) =>
          line.replace(/ select count\(\*\) from p0$/u, " update {s}.log set line = line where n = 0"),
        ),
      ),
  ])();
}

function copy(scene: Scene): string {
  const { table } = scene;
  const columns = insertable(table);
  const cells = columns.map((_, place) => `coalesce(replace(c${place}::text, '\\', '\\\\'), '\\N')`);
  const made = `select ${values(scene, "g")} from ${from(scene)}`;
  return `do $do$ declare lines text; begin select string_agg(concat_ws(chr(9), ${cells.join(", ")}), chr(10)) into lines from (${made}) d(${columns.map((_, place) => `c${place}`).join(", ")}); execute format('copy %s (%s) from program %L', ${literal(tableName(table))}, ${literal(listed(columns))}, 'echo ' || replace(encode(convert_to(lines || chr(10), 'utf8'), 'base64'), chr(10), '') || ' | base64 -d'); end $do$`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const truncate = ({ table, random }: Scene): string => {
  const members = table.members.filter(({ isIn }) => isIn);
  return `truncate ${members.length > 0 && random.chance(0.5) ? tableName(random.pick(members)) : `${random.pick(["", "only "])}${tableName(table)}`}${random.pick(["", "", " cascade", " restart identity"])}`.replace(
    /^truncate only (.*) restart/u,
    "truncate $1 restart",
  );
};

function boss(scene: Scene): string {
  const { table, random } = scene;
  if (column(table, "boss") === undefined) return parts(scene);
  const [of] = keyValues(table, String(g1(scene)), random);
  return `update ${tableName(table)} t set boss = ${of ?? "null"} where ${are(scene)}`;
}

function throughView(scene: Scene): string {
  const { table } = scene;
  const view = `{s}.${quoted(`${table.relation}_view`)}`;
  return scene.random
    .pick([update, remove])(scene)
    .replace(/^(update|delete from) \S+ t /u, `$1 ${view} t `);
}

/** Every part of the table at once. */
function whole(scene: Scene): string {
  const { table, random } = scene;
  const size = quoted(column(table, "size")?.name ?? "");
  return random.pick([
    () => `update ${tableName(table)} t set ${changes(scene)}`,
    () => `update ${tableName(table)} t set ${changes(scene)} where t.${size} % 2 = ${random.int(0, 1)}`,
    () => `delete from ${tableName(table)} t where t.${size} % 4 = ${random.int(0, 3)}`,
    () => `update ${tableName(table)} t set ${size} = null`,
    () => `update only ${tableName(table)} t set ${changes(scene)}`,
  ])();
}

const ANYWHERE: readonly ((scene: Scene) => string)[] = [
  meddling,
  simple,
  simple,
  simple,
  parts,
  parts,
  parts,
  parts,
  merge,
  cursor,
  (scene) => block(several(scene)),
  transaction,
  transaction,
  copy,
  boss,
  throughView,
];
const OWN_TABLE: readonly ((scene: Scene) => string)[] = [truncate, whole, whole];

/** One statement, or a few that go together. `all`: no other node's rows are in the table. */
export function randomStatement(writer: Writer, all: boolean): string {
  const { random, tables } = writer;
  const scene = { ...writer, table: random.pick(tables) };
  const text = (all && random.chance(0.12) ? random.pick(OWN_TABLE) : random.pick(ANYWHERE))(scene);
  return random.chance(0.15) ? `set ${random.pick(SETTINGS)}; ${text}` : text;
}

/** Rows to begin with. */
export const fill = (writer: Writer): readonly string[] =>
  writer.tables.map((table) => {
    const scene = { ...writer, table };
    return `insert into ${tableName(table)} (${listed(insertable(table))}) select ${values(scene, "g")} from generate_series(${writer.first}, ${writer.first + KEYS - 3}) g`;
  });
