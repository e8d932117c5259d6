/** What should be above, and what is; what the application has, and what it would have without us. */
import { openApplication, type Application, type Row } from "../sql.ts";
import { filterOf, type Model, quoted, type Table, tableName } from "./model.ts";

/** A node, and what it knows tables as. */
export interface Place {
  readonly name: string;
  readonly dsn: string;
  readonly model: Model;
}

const provenance = (schema: string, { relation }: Table): string =>
  `tributary.${quoted(`provenance_${schema}.${relation}`)}`;

/** Rows as text, sorted; or why they cannot be read. */
async function rows(application: Application, text: string): Promise<readonly string[]> {
  try {
    return (await application.query(text)).map(({ line }) => String(line)).toSorted();
  } catch (error) {
    return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Columns that travel, by their names at a place. */
async function columnsAt(application: Application, schema: string, table: Table): Promise<readonly string[]> {
  const relation = tableName(table).replaceAll("{s}", schema);
  const wanted = table.travelling?.map((id) => table.columns.find((each) => each.id === id)?.name ?? id);
  const found: Row[] = await application.query(
    "select unnest(tributary.travelling_columns(to_regclass($1), $2::text::text[])) as name",
    relation,
    wanted === undefined
      ? null
      : `{${wanted.map((name) => `"${name.replaceAll(/["\\]/gu, String.raw`\$&`)}"`).join(",")}}`,
  );
  return found.map(({ name }) => String(name));
}

/** What a column that is called so at one place is called at another one. */
const translated = (name: string, from: Table, to: Table): string => {
  const id = from.columns.find((each) => each.name === name)?.id;
  return to.columns.find((each) => each.id === id)?.name ?? name;
};

const line = (names: readonly string[], alias: string): string =>
  `row(${names.map((name) => `${alias}.${quoted(name)}`).join(", ")})::text as line`;

async function isTheirs(
  application: Application,
  schema: string,
  table: Table,
  owner: string,
): Promise<string> {
  const keys = await application.query(
    "select unnest(tributary.key_columns(to_regclass($1))) as name",
    tableName(table).replaceAll("{s}", schema),
  );
  const same = keys.map(({ name }) => `p.${quoted(String(name))} = t.${quoted(String(name))}`).join(" and ");
  return `exists (select from ${provenance(schema, table)} p where ${same === "" ? "false" : same}${owner})`;
}

/** Every difference between what a node approved and what those above have of it, in words. */
export async function differencesAbove(
  schema: string,
  sender: Place,
  uppers: readonly Place[],
  isDistrict: boolean,
): Promise<string[]> {
  const found: string[] = [];
  await using below = openApplication(sender.dsn);
  for (const upper of uppers) {
    await using above = openApplication(upper.dsn);
    for (const table of sender.model.values()) {
      const over = upper.model.get(table.relation);
      if (over === undefined) continue;
      const at = (each: Table): string => tableName(each).replaceAll("{s}", schema);
      const columns = await columnsAt(below, schema, table);
      const own = isDistrict ? "" : ` and not ${await isTheirs(below, schema, table, "")}`;
      const where = (filterOf(table) ?? "true").replaceAll("{s}", schema);
      const expected = await rows(
        below,
        `select ${line(columns, "t")} from ${at(table)} t where (${where})${own}`,
      );
      const names = columns.map((name) => translated(name, table, over));
      const present = await rows(
        above,
        `select ${line(names, "t")} from ${at(over)} t where ${await isTheirs(above, schema, over, ` and p.tributary_owner = '${sender.name}'`)}`,
      );
      const said = compared(expected, present);
      if (said !== "") found.push(`${upper.name} ${said} of ${table.relation} of ${sender.name}`);
    }
  }
  return found;
}

/** Rows at a node without people of its own that nobody owns. */
export async function ownerless(schema: string, root: Place): Promise<string[]> {
  await using above = openApplication(root.dsn);
  const found: string[] = [];
  for (const table of root.model.values()) {
    const is = await rows(
      above,
      `select t::text as line from ${tableName(table).replaceAll("{s}", schema)} t where not ${await isTheirs(above, schema, table, "")}`,
    );
    if (is.length > 0)
      found.push(
        `${root.name} has ${is.length} rows of ${table.relation} that are nobody's (${is.slice(0, 3).join(" ")})`,
      );
  }
  return found;
}

/** Every difference between the application's tables and those of a database that knows nothing of us. */
export async function harm(schema: string, ours: Place, bare: Place): Promise<string[]> {
  await using mine = openApplication(ours.dsn);
  await using theirs = openApplication(bare.dsn);
  const found: string[] = [];
  for (const table of ours.model.values()) {
    const columns = table.columns.map(({ name }) => name);
    const text = `select ${line(columns, "t")} from ${tableName(table).replaceAll("{s}", schema)} t`;
    const said = compared(await rows(theirs, text), await rows(mine, text));
    if (said !== "")
      found.push(`${ours.name} ${said} of ${table.relation}, compared with a database without Tributary`);
  }
  return found;
}

function compared(expected: readonly string[], present: readonly string[]): string {
  const without = (all: readonly string[], some: readonly string[]): string[] => {
    const left = new Map<string, number>();
    for (const each of some) left.set(each, (left.get(each) ?? 0) + 1);
    return all.filter((each) => {
      const count = left.get(each) ?? 0;
      left.set(each, count - 1);
      return count <= 0;
    });
  };
  const missing = without(expected, present);
  const extra = without(present, expected);
  const tell = (verb: string, some: readonly string[]): string =>
    some.length === 0 ? "" : `${verb} ${some.length} rows (${some.slice(0, 3).join(" ").slice(0, 400)})`;
  return [tell("lacks", missing), tell("has too many", extra)].filter((each) => each !== "").join(" and ");
}
