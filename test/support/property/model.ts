/** What the generator knows of a table: how it is called now, and what its columns are. `{s}` stands for the round's schema. */
import type { Random } from "./random.ts";

export interface Column {
  /** What the filter calls it; stays when it is renamed. */
  readonly id: string;
  name: string;
  type: string;
  /** own: PostgreSQL gives it its value. boss: the key of another row of the table, or NULL. */
  readonly role: "key" | "value" | "own" | "boss";
}

export interface Member {
  readonly name: string;
  /** `for values …`, `default`; none: a child. */
  readonly bound?: string;
  isIn: boolean;
}

export interface Table {
  /** Without its schema, as it was when it was replicated first. */
  readonly relation: string;
  name: string;
  columns: Column[];
  readonly kind: "plain" | "list" | "range" | "hash" | "parent";
  members: Member[];
  /** With `{id}` for columns. None: every row. */
  readonly filter?: string;
  /** Of columns that travel; none: all. */
  readonly travelling?: readonly string[];
}

/** Tables by what they travel as. Each node has its own: a change may have been made at some of them only. */
export type Model = Map<string, Table>;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const tableName = ({ name }: { readonly name: string }): string => `{s}.${quoted(name)}`;

export const keyOf = ({ columns }: Table): readonly Column[] => columns.filter(({ role }) => role === "key");

export const column = (table: Table, id: string): Column | undefined =>
  table.columns.find((each) => each.id === id);

/** The filter with the names that columns have now. */
export const filterOf = (table: Table): string | undefined =>
  table.filter?.replaceAll(/\{(\w+)\}/gu, (all, id: string) => {
    const found = column(table, id);
    return found === undefined ? all : quoted(found.name);
  });

interface TypeSpec {
  /** SQL for a value, made from SQL for an integer. */
  readonly value: (g: string, random: Random) => string;
  /** How many values a second column of a key takes. */
  readonly values?: number;
}

const plain = (template: string): TypeSpec => ({
  value: (g) => template.replaceAll("G", `(${g})`),
});

const TYPES: Readonly<Record<string, TypeSpec>> = {
  int: plain("G"),
  bigint: plain("G::bigint"),
  smallint: plain("G::smallint"),
  text: plain("'k' || G"),
  "varchar(20)": plain("'k' || G"),
  "char(8)": plain("'k' || G"),
  numeric: { value: (g, random) => `(${g})::numeric(12, ${random.pick([0, 0, 2])})` },
  uuid: plain("lpad(to_hex(G), 32, '0')::uuid"),
  date: plain("date '2020-01-01' + G"),
  timestamptz: plain("timestamptz '2020-01-01 00:00+00' + G * interval '7 hours'"),
  timestamp: plain("timestamp '2020-01-01 00:00' + G * interval '7 hours'"),
  interval: plain("G * interval '1 day 2 hours'"),
  float8: plain("G::float8 / 3"),
  bytea: plain("decode(lpad(to_hex(G), 4, '0'), 'hex')"),
  boolean: { ...plain("(G % 2 = 0)"), values: 2 },
  json: plain("json_build_object('n', G)"),
  jsonb: plain("jsonb_build_object('n', G)"),
  "text[]": plain("array['a' || G, null, 'x, \"y']"),
  "numeric[]": plain("array[G, G / 3.0]"),
  point: plain("point(G, 1)"),
  inet: plain("inet '10.0.0.0' + G"),
  int4range: plain("int4range(G, G + 3)"),
  money: plain("G::money"),
  citext: plain("(case G % 2 when 0 then 'k' else 'K' end || G)::citext"),
  "{s}.kind": { ...plain("(array['one', 'two', 'three'])[1 + G % 3]::{s}.kind"), values: 3 },
  "{s}.level": plain("G::{s}.level"),
  "{s}.pair": plain("row(G, 'x y')::{s}.pair"),
  "varchar(200)": plain("'k' || G"),
  "{s}.state": plain("(array['approved', 'draft', 'approved', 'shelved', null])[1 + G % 5]::{s}.state"),
};

export const KEY_TYPES = [
  "int",
  "int",
  "bigint",
  "text",
  "numeric",
  "uuid",
  "timestamptz",
  "varchar(20)",
  "char(8)",
  "citext",
  "float8",
  "date",
  "inet",
  "bytea",
  "text[]",
  "{s}.level",
  "interval",
];

export const VALUE_TYPES = Object.keys(TYPES).filter(
  (name) => name !== "{s}.state" && name !== "varchar(200)",
);

export function valueOf({ type }: Column, g: string, random: Random): string {
  const spec = TYPES[type];
  if (spec === undefined) throw new Error(`no values are known of type ${type}`);
  return spec.value(g, random);
}

/** SQL for the values of the key that an integer stands for; another integer gives another key. */
export function keyValues(table: Table, g: string, random: Random): readonly string[] {
  const [first, second] = keyOf(table);
  if (first === undefined) throw new Error(`table ${table.name} has no key`);
  if (second === undefined) return [valueOf(first, g, random)];
  const values = TYPES[second.type]?.values ?? 3;
  return [valueOf(first, `(${g}) / ${values}`, random), valueOf(second, `(${g}) % ${values}`, random)];
}
