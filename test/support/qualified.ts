/** Finds what a function of ours would look up by the session's search_path: names without a schema. */
import { loadModule, parse, parsePlPgSQL } from "libpg-query";

/** Transition tables of triggers, which no schema has. */
const TRANSITION_TABLES = new Set(["old_rows", "new_rows"]);

type Tree = Readonly<Record<string, unknown>>;

/** definition: CREATE FUNCTION of a PL/pgSQL function. Each name that it does not qualify, with where it stands. */
export async function unqualifiedNames(definition: string): Promise<readonly string[]> {
  await loadModule();
  const found: string[] = [];
  for (const text of expressions(await parsePlPgSQL(definition))) {
    const statement = await parse(text).catch(() => parse(`select ${text}`));
    for (const name of unqualified(statement)) found.push(`${name} in: ${text.slice(0, 200)}`);
  }
  return found;
}

/** SQL of statements and expressions, and casts to the types of variables. */
function* expressions(node: unknown): Generator<string> {
  if (!isTree(node)) return;
  const { query, refname, lineno, datatype } = node;
  // An assignment: "variable := expression".
  if (typeof query === "string") yield query.replace(/^\s*[\w.]+\s*:=/u, "select ");
  // Types of parameters and of PL/pgSQL's own variables, which stand in no line, are looked up when the function is made.
  const type =
    lineno === undefined || refname === "sqlstate" || refname === "sqlerrm"
      ? undefined
      : /"typname":"([\w[\].]+)"/u.exec(JSON.stringify(datatype ?? {}))?.[1];
  if (type !== undefined) yield `null::${type}`;
  for (const value of Object.values(node)) yield* expressions(value);
}

/** Of an array, too. */
const isTree = (node: unknown): node is Tree => typeof node === "object" && node !== null;

const hasSchema = (names: unknown): boolean => Array.isArray(names) && names.length > 1;

function* unqualified(node: unknown): Generator<string> {
  if (!isTree(node)) return;
  for (const [kind, value] of Object.entries(node)) {
    const wrong = isTree(value) ? CHECKS[kind]?.(value) : undefined;
    if (wrong !== undefined) yield `${kind} ${wrong}`;
    yield* unqualified(value);
  }
}

const named = (names: unknown): string | undefined => (hasSchema(names) ? undefined : JSON.stringify(names));

const CHECKS: Readonly<Record<string, (node: Tree) => string | undefined>> = {
  FuncCall: ({ funcname }) => named(funcname),
  // Others than plain operators find theirs by name.
  A_Expr: ({ kind, name }) =>
    kind === "AEXPR_OP" || kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL"
      ? named(name)
      : JSON.stringify(kind),
  TypeName: ({ names }) => named(names),
  typeName: ({ names }) => named(names),
  CaseExpr: ({ arg }) => (arg === undefined ? undefined : "with an operand"),
  JoinExpr: ({ isNatural, usingClause }) =>
    isNatural === true || usingClause !== undefined ? "by name" : undefined,
  SubLink: ({ testexpr, operName }) => (testexpr === undefined ? undefined : named(operName)),
  RangeVar: ({ schemaname, relname }) => namedTable(schemaname, relname),
  relation: ({ schemaname, relname }) => namedTable(schemaname, relname),
};

function namedTable(schema: unknown, name: unknown): string | undefined {
  return schema === undefined && !TRANSITION_TABLES.has(String(name)) ? String(name) : undefined;
}
