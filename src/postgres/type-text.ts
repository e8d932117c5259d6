/** Types in words, made from facts: never as another server spells them. */
import type { QualifiedName, TypeUse } from "../domain/blueprint.ts";
import { identifier, literal, qualified } from "./quote.ts";

/** As the SQL standard calls them; `()` is where modifiers go. */
const STANDARD: Readonly<Record<string, string>> = {
  bool: "boolean",
  bpchar: "character()",
  varchar: "character varying()",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  time: "time() without time zone",
  timetz: "time() with time zone",
  timestamp: "timestamp() without time zone",
  timestamptz: "timestamp() with time zone",
  varbit: "bit varying()",
};

/** As people read it and `format_type` prints it. Safe to put into SQL. */
export function typeText(type: TypeUse): string {
  return `${baseText(type)}${type.isArray ? "[]" : ""}`;
}

function baseText({ schema, name, modifiers }: TypeUse): string {
  const shown = modifiers.length === 0 ? "" : `(${modifiers.map(word).join(",")})`;
  if (schema !== "pg_catalog") return `${whereNeeded(schema)}.${whereNeeded(name)}${shown}`;
  if (name === "bpchar" && modifiers.length === 0) return "bpchar";
  if (name === "char") return '"char"';
  if (name === "interval") return intervalText(modifiers);
  const standard = Object.hasOwn(STANDARD, name) ? STANDARD[name] : undefined;
  if (standard === undefined) return `${whereNeeded(name)}${shown}`;
  return standard.includes("()") ? standard.replace("()", shown) : `${standard}${shown}`;
}

/** As SQL: with its schema, whatever the session's path. */
export function typeSql({ schema, name, modifiers, isArray }: TypeUse): string {
  const shown = modifiers.length === 0 ? "" : `(${modifiers.map(word).join(", ")})`;
  return `${qualified(schema, name)}${shown}${isArray ? "[]" : ""}`;
}

/** A collation's name, for SQL. */
export function collationSql({ schema, name }: QualifiedName): string {
  return `collate ${qualified(schema, name)}`;
}

/** A modifier: a number, or a word that the type's own function reads. */
function word(modifier: string): string {
  return /^-?\d{1,10}$/u.test(modifier) ? modifier : literal(modifier).trim();
}

function whereNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(name) ? name : identifier(name);
}

const FIELDS: Readonly<Record<number, string>> = {
  4: " year",
  2: " month",
  6: " year to month",
  8: " day",
  1024: " hour",
  2048: " minute",
  4096: " second",
  1032: " day to hour",
  3080: " day to minute",
  7176: " day to second",
  3072: " hour to minute",
  7168: " hour to second",
  6144: " minute to second",
};

/** The first modifier is the mask of its fields, the second its digits. */
function intervalText([mask, digits]: readonly string[]): string {
  const fields = FIELDS[Number(mask)] ?? "";
  return `interval${fields}${digits === undefined ? "" : `(${digits})`}`;
}
