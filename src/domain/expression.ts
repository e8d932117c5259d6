/**
 * An expression of a table's definition, as a tree that holds nothing but what is listed here. It is made from text that a
 * server sent and SQL is made from it anew, so that no text of one server ever runs on another.
 */

/** The types of `pg_catalog` that expressions may work with. */
export const CATALOG_TYPES = [
  "bool",
  "int2",
  "int4",
  "int8",
  "numeric",
  "float4",
  "float8",
  "text",
  "varchar",
  "bpchar",
  "uuid",
  "date",
  "timestamp",
  "timestamptz",
  "time",
  "interval",
  "bytea",
  "json",
  "jsonb",
  "inet",
] as const;

export type CatalogType = (typeof CATALOG_TYPES)[number];

export function isCatalogType(name: string): name is CatalogType {
  return (CATALOG_TYPES as readonly string[]).includes(name);
}

/** Such a type, or an array of it. */
export type ValueType = CatalogType | `${CatalogType}[]`;

export type Expression =
  /** A column of the table itself. */
  | { readonly kind: "column"; readonly name: string }
  /** The value that a domain's constraint judges. */
  | { readonly kind: "value" }
  /** A text that the type's own input function reads; null. */
  | { readonly kind: "constant"; readonly text: string | null; readonly type: ValueType }
  | (Parts & { readonly kind: "cast"; readonly type: ValueType; readonly modifiers: readonly number[] })
  /**
   * An immutable function or operator of `pg_catalog`, by a name from a list of ours. One operand of an operator stands behind
   * it; of `any` and `all` the second is an array.
   */
  | (Parts & { readonly kind: "call" | "operator" | "any" | "all"; readonly name: string })
  | (Parts & { readonly kind: "and" | "or" | "not" | "coalesce" | "greatest" | "least" })
  | (Parts & { readonly kind: "is"; readonly test: ExpressionTest })
  /** Conditions and values in turn; a last one without a partner is for all other cases. */
  | (Parts & { readonly kind: "case" })
  | (Parts & { readonly kind: "array"; readonly type: ValueType })
  | (Parts & { readonly kind: "collate"; readonly collation: CatalogCollation });

interface Parts {
  readonly operands: readonly Expression[];
}

export type ExpressionTest =
  | "null"
  | "not null"
  | "true"
  | "not true"
  | "false"
  | "not false"
  | "unknown"
  | "not unknown";

export type CatalogCollation = "C" | "POSIX" | "default";

/** The columns that an expression reads. */
export function columnsOf(expression: Expression): readonly string[] {
  if (expression.kind === "column") return [expression.name];
  return "operands" in expression ? expression.operands.flatMap(columnsOf) : [];
}
