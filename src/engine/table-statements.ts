/** The statements that make a table from its blueprint. Every word in them is ours; what another server named is quoted. Pure. */
import type {
  Blueprint,
  ColumnPlan,
  IndexPlan,
  KeyPlan,
  OwnTypePlan,
  QualifiedName,
} from "../domain/blueprint.ts";
import type { TableOwner } from "../domain/step.ts";
import { expressionSql } from "../postgres/expression-sql.ts";
import { dollarQuoted, identifier, literal, qualified } from "../postgres/quote.ts";
import { collationSql, typeSql } from "../postgres/type-text.ts";

/** In order: the role, schemas, extensions, types, the table, its indexes. What is there already stays as it is. */
export function tableStatements(
  table: QualifiedName,
  blueprint: Blueprint,
  owner: TableOwner,
): readonly string[] {
  return [
    // Whatever is not named with its schema is PostgreSQL's own.
    "set local search_path = pg_catalog, pg_temp",
    ...(owner.isOurs ? [makeRole(owner.role)] : []),
    ...schemasOf(table, blueprint).map(
      (schema) => `create schema if not exists ${identifier(schema)} authorization ${identifier(owner.role)}`,
    ),
    ...blueprint.extensions.map(
      ({ schema, name }) =>
        `create extension if not exists ${identifier(name)} with schema ${identifier(schema)}`,
    ),
    ...blueprint.types.map((type) => makeType(type, owner)),
    makeTable(table, blueprint),
    `alter table ${qualified(table.schema, table.name)} owner to ${identifier(owner.role)}`,
    ...blueprint.indexes.map((index) => makeIndex(table, index)),
  ];
}

const NO_NEW_SCHEMA = ["public", "pg_catalog"];

function schemasOf(table: QualifiedName, { types, extensions }: Blueprint): readonly string[] {
  const schemas = new Set([table, ...types, ...extensions].map(({ schema }) => schema));
  return [...schemas].filter((schema) => !NO_NEW_SCHEMA.includes(schema)).toSorted();
}

/** "create role" knows no "if not exists". Nobody may log in as it, and it is a member of nothing. */
function makeRole(role: string): string {
  return unlessThere(`create role ${identifier(role)} nologin noinherit;`);
}

/** Tables that it owns stay, and so does it. */
export function dropRoleWithoutTables(role: string): string {
  return `do ${dollarQuoted(
    `begin drop role if exists ${identifier(role)}; exception when dependent_objects_still_exist then null; end`,
  )}`;
}

function makeType(type: OwnTypePlan, owner: TableOwner): string {
  const name = qualified(type.schema, type.name);
  const kind = type.kind === "domain" ? "domain" : "type";
  return unlessThere(
    `create ${kind} ${name} as ${typeBody(type)}; alter ${kind} ${name} owner to ${identifier(owner.role)};`,
  );
}

/** "create type" and "create domain" know no "if not exists" either. */
function unlessThere(statements: string): string {
  return `do ${dollarQuoted(`begin ${statements} exception when duplicate_object then null; end`)}`;
}

function typeBody(type: OwnTypePlan): string {
  switch (type.kind) {
    case "enum":
      return `enum (${type.labels.map((label) => literal(label).trim()).join(", ")})`;
    case "domain":
      return words([
        typeSql(type.base),
        type.collation && collationSql(type.collation),
        type.notNull ? "not null" : undefined,
        ...type.checks.map(
          ({ name, expression }) => `constraint ${identifier(name)} check (${expressionSql(expression)})`,
        ),
      ]);
    case "composite":
      return `(${type.attributes
        .map(({ name, type: use, collation }) =>
          words([identifier(name), typeSql(use), collation && collationSql(collation)]),
        )
        .join(", ")})`;
  }
}

function makeTable({ schema, name }: QualifiedName, { columns, keys, checks }: Blueprint): string {
  const parts = [
    ...columns.map(columnSql),
    ...keys.map(keySql),
    ...checks.map(
      (check) => `constraint ${identifier(check.name)} check (${expressionSql(check.expression)})`,
    ),
  ];
  return `create table ${qualified(schema, name)} (\n  ${parts.join(",\n  ")}\n)`;
}

function columnSql(column: ColumnPlan): string {
  return words([
    identifier(column.name),
    typeSql(column.type),
    column.collation && collationSql(column.collation),
    column.identity && `generated ${column.identity} as identity`,
    column.generated && `generated always as (${expressionSql(column.generated)}) stored`,
    column.default && `default ${expressionSql(column.default)}`,
    column.notNull ? "not null" : undefined,
  ]);
}

function keySql({ name, isPrimary, columns, include, nullsNotDistinct, timing }: KeyPlan): string {
  const timings = {
    immediate: undefined,
    deferrable: "deferrable",
    deferred: "deferrable initially deferred",
  };
  return words([
    `constraint ${identifier(name)}`,
    isPrimary ? "primary key" : "unique",
    nullsNotDistinct ? "nulls not distinct" : undefined,
    `(${names(columns)})`,
    include.length === 0 ? undefined : `include (${names(include)})`,
    timings[timing],
  ]);
}

function makeIndex({ schema, name: table }: QualifiedName, index: IndexPlan): string {
  const { isUnique, name, method, parts, include, nullsNotDistinct, predicate } = index;
  const isOrdered = method === "btree";
  const columns = parts.map(({ value, collation, operatorClass, isDescending, nullsFirst }) =>
    words([
      value.kind === "column" ? expressionSql(value) : `(${expressionSql(value)})`,
      collation && collationSql(collation),
      operatorClass && qualified("pg_catalog", operatorClass),
      isOrdered && isDescending ? "desc" : undefined,
      isOrdered && nullsFirst !== isDescending ? `nulls ${nullsFirst ? "first" : "last"}` : undefined,
    ]),
  );
  return words([
    `create ${isUnique ? "unique " : ""}index ${identifier(name)} on ${qualified(schema, table)}`,
    `using ${identifier(method)} (${columns.join(", ")})`,
    include.length === 0 ? undefined : `include (${names(include)})`,
    nullsNotDistinct ? "nulls not distinct" : undefined,
    predicate && `where ${expressionSql(predicate)}`,
  ]);
}

function names(columns: readonly string[]): string {
  return columns.map(identifier).join(", ");
}

function words(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" ");
}
