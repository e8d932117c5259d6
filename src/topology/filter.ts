/**
 * Filters, read by PostgreSQL's own parser. A filter is put into triggers and queries as it stands, so it
 * has to be one whole expression, over the columns of one row, that gives the same answer every time.
 * What only a server knows (types, functions of the application) is left to the server.
 */
import { loadModule, parseSync, scanSync, type SqlError } from "libpg-query";
import { isAggregate, isChangeable, isWindowFunction } from "./filter-functions.ts";

export interface FilterFault {
  readonly message: string;
  readonly hint?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The parser is compiled on first use; `explainFilter` needs it. */
export const loadFilterParser = (): Promise<void> => loadModule();

const PREFIX = "SELECT 1 FROM x WHERE (\n";

/** What is wrong with a filter; undefined when nothing is. */
export function explainFilter(filter: string): FilterFault | undefined {
  if (filter.includes("\0")) return { message: "the filter contains a NUL character" };
  try {
    const isWhole = isBalanced(filter);
    if (isWhole === false) return NOT_ONE_EXPRESSION;
    const where = onlyCondition(parseSync(`${PREFIX}${filter}\n)`));
    if (!isWhole || where === undefined) return NOT_ONE_EXPRESSION;
    return explainResult(where) ?? explainNode(where);
  } catch (error) {
    return explainSyntax(error as SqlError, filter);
  }
}

/** The condition, when the text is one SELECT that has one. */
function onlyCondition({ stmts }: ReturnType<typeof parseSync>): Fields | undefined {
  if (stmts?.length !== 1) return undefined;
  const statement = stmts[0]?.stmt as { SelectStmt?: Fields } | undefined;
  return statement?.SelectStmt?.["whereClause"] as Fields | undefined;
}

const NOT_ONE_EXPRESSION = {
  message: "the filter is not one expression",
  hint: "Close every parenthesis that is opened, and write no ; and no comment.",
};

/**
 * No parenthesis closes what the filter did not open, and nothing is hidden behind a comment.
 * Undefined when not even the words can be told apart: then the parser says why.
 */
function isBalanced(filter: string): boolean | undefined {
  const words = wordsOf(filter);
  if (words === undefined) return undefined;
  let depth = 0;
  for (const word of words) {
    if (word === "(" || word === "[") depth += 1;
    if (word === ")" || word === "]") depth -= 1;
    if (depth < 0 || word === ";" || word === COMMENT) return false;
  }
  return depth === 0;
}

const COMMENT = "--";

function wordsOf(filter: string): readonly string[] | undefined {
  try {
    return scanSync(filter).tokens.map(({ tokenName, text }) =>
      tokenName.endsWith("_COMMENT") ? COMMENT : text,
    );
  } catch {
    return undefined;
  }
}

function explainSyntax(error: SqlError, filter: string): FilterFault {
  const position = (error.sqlDetails?.cursorPosition ?? 0) - PREFIX.length;
  const end = new TextEncoder().encode(filter).length;
  if (position >= end) return { message: "the filter is not an expression: it ends too early" };
  return { message: `the filter is not an expression: ${error.message}` };
}

/** A constant or an arithmetic result is no condition. */
function explainResult(where: Fields): FilterFault | undefined {
  const constant = where["A_Const"] as Fields | undefined;
  const operator =
    (where["A_Expr"] as { kind: string; name: [{ String?: { sval?: string } }] } | undefined) ?? undefined;
  const isArithmetic =
    operator?.kind === "AEXPR_OP" && "+-*/%||".includes(operator.name[0].String?.sval ?? "?");
  if (isArithmetic || (constant !== undefined && !("boolval" in constant)))
    return { message: "the filter is a value, needs to be a condition" };
  return undefined;
}

type Judge = (fields: Fields) => FilterFault | undefined;
const fine: Judge = () => undefined;
const refuse =
  (message: string, hint?: string): Judge =>
  () => ({ message, ...(hint === undefined ? {} : { hint }) });

const CHANGEABLE_HINT =
  "Use only what gives the same answer for a row every time: immutable functions and operators.";

/** What may stand in a filter; whatever is not listed is refused. */
const JUDGES: Readonly<Record<string, Judge>> = {
  A_ArrayExpr: fine,
  A_Const: fine,
  A_Expr: fine,
  A_Indices: fine,
  A_Indirection: fine,
  BoolExpr: fine,
  BooleanTest: fine,
  CaseExpr: fine,
  CaseWhen: fine,
  CoalesceExpr: fine,
  CollateClause: fine,
  JsonIsPredicate: fine,
  JsonValueExpr: fine,
  List: fine,
  MinMaxExpr: fine,
  NullTest: fine,
  RowExpr: fine,
  String: fine,
  ColumnRef: judgeColumn,
  FuncCall: judgeFunction,
  TypeCast: judgeCast,
  SubLink: refuse("the filter contains a subquery", "Use the table's own columns only."),
  ParamRef: refuse("the filter contains a parameter like $1"),
  SQLValueFunction: refuse("the filter asks for the current time, user or schema", CHANGEABLE_HINT),
  A_Star: refuse("the filter contains *"),
  GroupingFunc: refuse("the filter contains GROUPING"),
};

function explainNode(value: unknown): FilterFault | undefined {
  if (Array.isArray(value)) return firstFault(value, explainNode);
  if (typeof value !== "object" || value === null) return undefined;
  return firstFault(Object.entries(value), ([tag, fields]) => {
    if (tag === "typeName" || typeof fields !== "object" || fields === null) return undefined;
    // Capitalised keys are the parser's kinds of nodes, the others their fields.
    if (!/^[A-Z]/u.test(tag)) return explainNode(fields);
    const judge = JUDGES[tag] ?? refuse(`the filter contains ${tag}, which filters cannot have`);
    return judge(fields as Fields) ?? explainNode(fields);
  });
}

function firstFault<T>(
  values: readonly T[],
  judge: (value: T) => FilterFault | undefined,
): FilterFault | undefined {
  for (const value of values) {
    const fault = judge(value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const texts = (names: unknown): readonly string[] =>
  ((names ?? []) as { String?: { sval?: string } }[]).map((name) => name.String?.sval ?? "*");

const SYSTEM_COLUMNS = ["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"];

function judgeColumn(fields: Fields): FilterFault | undefined {
  const parts = texts(fields["fields"]);
  const column = parts.at(-1) ?? "";
  if (parts.length > 1)
    return { message: `the filter names a table in ${parts.join(".")}`, hint: `Write ${column} alone.` };
  if (SYSTEM_COLUMNS.includes(column)) return { message: `the filter uses the system column ${column}` };
  return undefined;
}

function judgeFunction(fields: Fields): FilterFault | undefined {
  const parts = texts(fields["funcname"]);
  const name = parts.at(-1) ?? "";
  // Another schema's function of the same name is the application's own.
  const isBuiltIn = parts.length === 1 || parts[0] === "pg_catalog";
  if (fields["over"] !== undefined || (isBuiltIn && isWindowFunction(name)))
    return { message: `the filter contains the window function ${name}()` };
  const isCalledAsAggregate = [
    "agg_star",
    "agg_distinct",
    "agg_order",
    "agg_filter",
    "agg_within_group",
  ].some((key) => key in fields);
  if (isCalledAsAggregate || (isBuiltIn && isAggregate(name)))
    return { message: `the filter contains the aggregate ${name}()` };
  if (isBuiltIn && isChangeable(name))
    return { message: `the filter calls ${name}(), whose answer can change`, hint: CHANGEABLE_HINT };
  return undefined;
}

const MOMENTS = ["now", "today", "tomorrow", "yesterday"];

/** `'now'::timestamptz` is the clock in disguise. */
function judgeCast(fields: Fields): FilterFault | undefined {
  const constant = (fields["arg"] as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval
    ?.sval;
  const moment = constant?.trim().toLowerCase() ?? "";
  const type = texts((fields["typeName"] as Fields | undefined)?.["names"]).at(-1) ?? "";
  if (!MOMENTS.includes(moment) || !/^(?:date|time)/u.test(type)) return undefined;
  return { message: `the filter asks for the current time by '${moment}'`, hint: CHANGEABLE_HINT };
}
