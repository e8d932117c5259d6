/** Tables that hold every type, and what must be equal of a value at every tier: text, binary form and hash. */
import { type Application, openApplication } from "../support/sql.ts";
import { TYPE_CASES, type TypeCase } from "./types-matrix.ts";

type Group = TypeCase["group"];

export const GROUPS: readonly Group[] = [...new Set(TYPE_CASES.map(({ group }) => group))];

interface TypeColumn extends TypeCase {
  readonly column: string;
}

/** The cases, each with the name of its column in its group's table. */
export const COLUMNS: readonly TypeColumn[] = TYPE_CASES.map((each, index) => ({
  ...each,
  column: `c${String(index + 1).padStart(2, "0")}`,
}));

const ofGroup = (group: Group): readonly TypeColumn[] => COLUMNS.filter((each) => each.group === group);
const table = (group: Group): string => `public.${group}_types`;
const longest = (group: Group): number => Math.max(...ofGroup(group).map(({ values }) => values.length));

/** The ways by which a value arrives, in the order of their rows' ids. */
export const WAYS: readonly string[] = [
  "first copy",
  "put",
  "patch",
  "patch to the next value",
  "patch to null",
];
const first = (way: string): number => 1000 * WAYS.indexOf(way);

/** What makes the tables, empty. */
export const tablesSql = (): string =>
  GROUPS.map((group) => {
    const columns = ofGroup(group).map(({ column, type }) => `${column} ${type}`);
    return `create table ${table(group)} (id int primary key, approved boolean not null default true, ${columns.join(", ")});`;
  }).join("\n");

/** The `sets` section of a topology file with these tables. */
export const typeSets = (): unknown => ({
  knowledge: { tables: Object.fromEntries(GROUPS.map((group) => [table(group), { where: "approved" }])) },
});

/** One row for the first value of every type, one for the second …, and one of NULLs. */
export const valuesSql = (): string =>
  GROUPS.map((group) => {
    const columns = ofGroup(group);
    const names = columns.map(({ column }) => column).join(", ");
    const rows = Array.from({ length: longest(group) + 1 }, (_, index) => {
      const values = columns.map(({ type, values: all }) => `(${all[index] ?? "null"})::${type}`);
      return `insert into ${table(group)} (id, ${names}) values (${index + 1}, ${values.join(", ")});`;
    });
    return rows.join("\n");
  }).join("\n");

/** Sends every value by put and by patch. Copies them within the database: no literal is read under foreign settings. */
export const changesSql = (): string =>
  GROUPS.map((group) => {
    const columns = ofGroup(group).map(({ column }) => column);
    const count = longest(group) + 1;
    const copy = (way: string, values: readonly string[], approved: boolean): string =>
      `insert into ${table(group)} select s.id + ${first(way)}, ${approved}, ${values.join(", ")} from ${table(group)} s where s.id <= ${count};`;
    const values = columns.map((column) => `s.${column}`);
    const nulls = columns.map(() => "null");
    return [
      copy("put", values, false),
      `update ${table(group)} set approved = true where not approved;`,
      copy("patch", nulls, true),
      copy("patch to the next value", values, true),
      copy("patch to null", values, true),
      ...columns.map((column) => {
        const set = `update ${table(group)} t set ${column} = s.${column} from ${table(group)} s where s.id <= ${count}`;
        return `${set} and t.id = s.id + ${first("patch")};
          ${set} and t.id = ${first("patch to the next value")} + 1 + s.id % ${count};
          update ${table(group)} set ${column} = null where id > ${first("patch to null")};`;
      }),
    ].join("\n");
  }).join("\n");

/** Settings under which a value has the same form whatever the database's own are. */
const NEUTRAL = `set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set extra_float_digits = 3;
  set bytea_output = 'hex'; set lc_monetary = 'C'; set xmloption = 'content'; set array_nulls = on;`;

/** A connection for which every value reads and writes alike. */
export async function openNeutral(dsn: string): Promise<Application> {
  const application = openApplication(dsn);
  await application.query(NEUTRAL);
  return application;
}

/** What must be equal of a column, a line for each row. */
export async function formsOf(
  application: Application,
  { column, type, group }: TypeColumn,
): Promise<string[]> {
  const [{ send } = {}] = await application.query(
    `select typsend::text as send from pg_type where oid = '${type.replaceAll("'", "''")}'::regtype`,
  );
  const rows = await application.query(
    `select concat_ws(' ', id, approved, ${column} is null, left(format('%s', ${column}), 90), md5(format('%s', ${column})),
       md5(public.portable(${String(send)}(${column})))) as line
     from ${table(group)} order by id`,
  );
  return rows.map((row) => String(row["line"]));
}

/** Count and hash of a table, as a first copy proves them, and whether that copies in binary form. */
export async function proofOf(application: Application, group: Group): Promise<unknown> {
  const columns = `array(select attname from pg_attribute where attrelid = '${table(group)}'::regclass and attnum > 0)::text[]`;
  const [found] = await application.query(
    `select tributary.binary_types('${table(group)}', ${columns}) is not null as binary,
       tributary.digest_sql('${table(group)}'::regclass, ${columns}, 't', '${table(group)} t', null) as digest`,
  );
  const [digest] = await application.query(String(found?.["digest"]));
  return { ...digest, binary: found?.["binary"] };
}

/** A binary form with the oids of user-defined types replaced by their names: they are each server's own affair. */
export const PORTABLE_SQL = `
  create function public.portable(form bytea) returns text language plpgsql as $$
  declare
    known record;
    hex text := encode(form, 'hex');
  begin
    for known in select lpad(to_hex(t.oid::bigint), 8, '0') as oid, t.oid::regtype::text as name
      from pg_type t left join pg_class c on c.oid = t.typrelid
      where t.oid >= 16384 and t.typnamespace in ('public'::regnamespace, '"odd ""s"""'::regnamespace)
        and (c.relkind = 'c' or c.relkind is null) and t.typname not like '%\\_types'
    loop
      hex := replace(hex, known.oid, '<' || known.name || '>');
    end loop;
    return hex;
  end $$;`;
