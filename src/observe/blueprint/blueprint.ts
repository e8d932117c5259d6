/** From what a node tells of a table to what the table is made from elsewhere. Pure. */
import type {
  Blueprint,
  CheckPlan,
  ColumnPlan,
  IndexPart,
  IndexPlan,
  KeyPlan,
  Omission,
  OwnTypePlan,
  QualifiedName,
} from "../../domain/blueprint.ts";
import { columnsOf, type Expression, type ValueType } from "../../domain/expression.ts";
import type { ColumnFacts, IndexFacts, OwnTypeFacts, TableFacts, TypeFacts } from "./facts.ts";
import { readExpression, readTyped, type Scope } from "./read-expression.ts";
import { typeUse, valueType } from "./type-use.ts";

/** The parser has to be loaded: `loadExpressionParser`. */
export function blueprintOf(facts: TableFacts): Blueprint {
  const omissions: Omission[] = [];
  const scope = scopeOf(facts);
  const types = facts.types.flatMap((type) => ownType(type, omissions));
  const columns = facts.columns.flatMap((column) => columnPlan(column, scope, omissions));
  const present = new Set(columns.map(({ name }) => name));
  const isHere = (names: readonly string[]): boolean => names.every((name) => present.has(name));
  const lost = (what: string, names: readonly string[]): readonly never[] => {
    omissions.push({ what, why: "it has a column that is left out", columns: names });
    return [];
  };
  const keys = facts.keys.flatMap((key): readonly KeyPlan[] => {
    const names = [...key.columns, ...key.include];
    if (!isHere(names)) return lost(`key ${quoted(key.name)}`, names);
    const { isDeferrable, isDeferred, ...rest } = key;
    return [{ ...rest, timing: isDeferred ? "deferred" : isDeferrable ? "deferrable" : "immediate" }];
  });
  const checks = facts.checks.flatMap((check): readonly CheckPlan[] => {
    const what = `check ${quoted(check.name)}`;
    const read = readTyped(check.expression ?? "", scope, "bool");
    if ("refusal" in read) return omit(omissions, what, read.refusal);
    const names = [...new Set(columnsOf(read.expression))];
    if (!isHere(names)) return lost(what, names);
    return [{ name: check.name, expression: read.expression, columns: names }];
  });
  for (const name of facts.exclusions)
    omit(omissions, `constraint ${quoted(name)}`, "exclusion constraints are not taken over");
  const indexes = facts.indexes.flatMap((index): readonly IndexPlan[] => {
    const plan = indexPlan(index, scope, omissions);
    if (plan === undefined) return [];
    if (!isHere(plan.columns)) return lost(`index ${quoted(index.name)}`, plan.columns);
    return [plan];
  });
  return { extensions: extensionsOf(facts), types, columns, keys, checks, indexes, omissions };
}

function scopeOf({ columns }: TableFacts): Scope {
  return {
    known: new Set(columns.map(({ name }) => name)),
    columns: new Map(
      columns.flatMap(({ name, type }) => {
        const value = valueType(type);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
  };
}

function extensionsOf({ types }: TableFacts): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  for (const { extension } of types) if (extension) found.set(extension.name, extension);
  return [...found.values()];
}

function omit(
  omissions: Omission[],
  what: string,
  why: string,
  columns: readonly string[] = [],
): readonly never[] {
  omissions.push({ what, why, columns });
  return [];
}

/** For people, who see names of another server in one line of text. */
function quoted(name: string): string {
  return JSON.stringify(name);
}

function columnPlan(facts: ColumnFacts, scope: Scope, omissions: Omission[]): readonly ColumnPlan[] {
  const { name, notNull, identity, generated } = facts;
  const plan: ColumnPlan = {
    name,
    type: typeUse(facts.type),
    ...collation(facts.collation, `collation of column ${quoted(name)}`, omissions, [name]),
    notNull,
  };
  if (identity !== "") return [{ ...plan, identity: identity === "a" ? "always" : "by default" }];
  if (facts.expression == null) return [plan];
  const wanted = valueType(facts.type) ?? domainValue(facts.type);
  const read =
    wanted === undefined
      ? { refusal: "its type is not PostgreSQL's own" }
      : readTyped(facts.expression, scope, wanted);
  if (generated === "") {
    if ("refusal" in read)
      return [...omit(omissions, `default of column ${quoted(name)}`, read.refusal, [name]), plan];
    return [{ ...plan, default: read.expression }];
  }
  // Its values do not travel, so without what generates them there would be none, in silence.
  if ("refusal" in read) return omit(omissions, `generated column ${quoted(name)}`, read.refusal, [name]);
  return [{ ...plan, generated: read.expression }];
}

/** Of a column of a domain: what that is one of. */
function domainValue({ base, isArray }: TypeFacts): ValueType | undefined {
  return base == null || isArray ? undefined : valueType({ ...base, isArray: false });
}

/** Collations of PostgreSQL's own only: others are objects that the node above may lack. */
function collation(
  facts: QualifiedName | null | undefined,
  what: string,
  omissions: Omission[],
  columns: readonly string[] = [],
): { readonly collation?: QualifiedName } {
  if (facts == null) return {};
  if (facts.schema === "pg_catalog") return { collation: facts };
  omit(omissions, what, "it is not one of PostgreSQL's own", columns);
  return {};
}

const NOT_FOR_TYPES = new Set(["tributary", "pglogical", "pg_toast", "information_schema"]);

function ownType(facts: OwnTypeFacts, omissions: Omission[]): readonly OwnTypePlan[] {
  if (facts.extension != null) return [];
  const { schema, name } = facts;
  const words = `type ${quoted(`${schema}.${name}`)}`;
  if (NOT_FOR_TYPES.has(schema))
    return omit(omissions, words, "its schema is not the application's: it has to be there already");
  switch (facts.kind) {
    case "e":
      return [{ schema, name, kind: "enum", labels: facts.labels }];
    case "d":
      return facts.base == null ? [] : [domain(facts, facts.base, words, omissions)];
    case "c":
      return [
        {
          schema,
          name,
          kind: "composite",
          attributes: facts.attributes.map((attribute) => ({
            name: attribute.name,
            type: typeUse(attribute.type),
            ...collation(
              attribute.collation,
              `collation of attribute ${quoted(attribute.name)} of ${words}`,
              omissions,
            ),
          })),
        },
      ];
    default:
      return omit(omissions, words, "it is no enum, domain or row type: it has to be there already");
  }
}

function domain(
  { schema, name, ...facts }: OwnTypeFacts,
  base: NonNullable<OwnTypeFacts["base"]>,
  words: string,
  omissions: Omission[],
): OwnTypePlan {
  const value = valueType(base);
  const unread: string[] = [];
  const checks = facts.checks.flatMap((check): readonly Omit<CheckPlan, "columns">[] => {
    const read =
      value === undefined
        ? { refusal: "its type is not PostgreSQL's own" }
        : readTyped(check.expression ?? "", { columns: new Map(), value }, "bool");
    if ("refusal" in read) {
      unread.push(check.name);
      return omit(omissions, `check ${quoted(check.name)} of ${words}`, read.refusal);
    }
    return [{ name: check.name, expression: read.expression }];
  });
  return {
    schema,
    name,
    kind: "domain",
    base: typeUse(base),
    ...collation(facts.collation, `collation of ${words}`, omissions),
    notNull: facts.notNull,
    checks,
    ...(unread.length === 0 ? {} : { unread }),
    ...domainDefault(facts.default, value),
  };
}

function domainDefault(
  text: string | null | undefined,
  type: ValueType | undefined,
): Pick<Extract<OwnTypePlan, { kind: "domain" }>, "default" | "hasUnreadDefault"> {
  if (text == null) return {};
  const read = type === undefined ? undefined : readTyped(text, { columns: new Map() }, type);
  return read === undefined || "refusal" in read ? { hasUnreadDefault: true } : { default: read.expression };
}

const METHODS = ["btree", "hash", "gin", "gist", "spgist", "brin"];

/** Undefined when it is left out. */
function indexPlan(facts: IndexFacts, scope: Scope, omissions: Omission[]): IndexPlan | undefined {
  const { name, isUnique, nullsNotDistinct, method, include } = facts;
  const parts = METHODS.includes(method)
    ? readAll(facts.parts, (part) => indexPart(part, scope))
    : "its access method is not PostgreSQL's own";
  const where = readAll(facts.predicate == null ? [] : [facts.predicate], (text) => {
    const read = readTyped(text, scope, "bool");
    return "refusal" in read ? read.refusal : read.expression;
  });
  const left = (why: string): undefined => void omit(omissions, `index ${quoted(name)}`, why);
  if (typeof parts === "string") return left(parts);
  if (typeof where === "string") return left(where);
  const [predicate] = where;
  const read = [...parts.map(({ value }) => value), ...where];
  return {
    name,
    isUnique,
    nullsNotDistinct,
    method,
    parts,
    include,
    ...(predicate === undefined ? {} : { predicate }),
    columns: [...new Set([...read.flatMap(columnsOf), ...include])],
  };
}

/** All of them, or why one of them is not taken over. */
function readAll<From, To extends object>(
  items: readonly From[],
  read: (item: From) => To | string,
): readonly To[] | string {
  const found: To[] = [];
  for (const item of items) {
    const made = read(item);
    if (typeof made === "string") return made;
    found.push(made);
  }
  return found;
}

function indexPart(facts: IndexFacts["parts"][number], scope: Scope): IndexPart | string {
  const { operatorClass, collation: order, isDescending, nullsFirst } = facts;
  if (operatorClass != null && operatorClass.schema !== "pg_catalog")
    return "its operator class is not PostgreSQL's own";
  if (order != null && order.schema !== "pg_catalog") return "its collation is not PostgreSQL's own";
  const value = partValue(facts, scope);
  if (typeof value === "string") return value;
  return {
    value,
    ...(order == null ? {} : { collation: order }),
    ...(operatorClass == null ? {} : { operatorClass: operatorClass.name }),
    isDescending,
    nullsFirst,
  };
}

function partValue({ column, expression }: IndexFacts["parts"][number], scope: Scope): Expression | string {
  if (column != null) return { kind: "column", name: column };
  const read = readExpression(expression ?? "", scope);
  return "refusal" in read ? read.refusal : read.expression;
}
