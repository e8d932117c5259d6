/**
 * An expression that a server sent as text, read by PostgreSQL's own parser into a tree of ours. What the tree cannot hold is
 * refused, with the reason: subqueries, functions and operators outside pg_catalog or not immutable, types of anybody's own.
 * Each call is settled on one signature here, and its operands are cast to that, so that no server chooses another.
 */
import {
  isCatalogType,
  type CatalogCollation,
  type Expression,
  type ExpressionTest,
  type ValueType,
} from "../../domain/expression.ts";
import { chooseOperator, chooseSignature } from "./choose-signature.ts";
import {
  castOf,
  coerce,
  coerced,
  commonType,
  condition,
  constant,
  expectNoMoment,
  type Read,
  settled,
} from "./operands.ts";
import {
  type Fields,
  ownName,
  parseOne,
  Refusal,
  refuse,
  shown,
  texts,
  typeOf,
  UNKNOWN_PART,
} from "./parse-tree.ts";
import { functionSignatures, isSafeCast, operatorSignatures } from "./signatures.ts";

export interface Scope {
  /** Types of the columns that an expression may read; others are of a type that it may not. */
  readonly columns: ReadonlyMap<string, ValueType>;
  /** Of a domain's constraint: the type that VALUE has. */
  readonly value?: ValueType;
  /** Columns that are there, of whatever type. */
  readonly known?: ReadonlySet<string>;
}

export type ReadExpression =
  | { readonly expression: Expression; readonly type: ValueType }
  | { readonly refusal: string };

const DEEPEST = 40;

/** What the text says, or why it is not taken. */
export function readExpression(text: string, scope: Scope): ReadExpression {
  try {
    const read = new Reader(scope).read(parseOne(text), 0);
    return { expression: read.expression, type: read.type === "unknown" ? "text" : read.type };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

/** Like that, and made to be of one type. */
export function readTyped(text: string, scope: Scope, type: ValueType): ReadExpression {
  const read = readExpression(text, scope);
  if ("refusal" in read) return read;
  if (read.type === type) return read;
  if (!isSafeCast(read.type, type)) return { refusal: `its value is of type ${read.type}` };
  return { expression: castOf(read.expression, type), type };
}

const TESTS: Readonly<Record<string, ExpressionTest>> = {
  IS_NULL: "null",
  IS_NOT_NULL: "not null",
  IS_TRUE: "true",
  IS_NOT_TRUE: "not true",
  IS_FALSE: "false",
  IS_NOT_FALSE: "not false",
  IS_UNKNOWN: "unknown",
  IS_NOT_UNKNOWN: "not unknown",
};

const COLLATIONS: readonly CatalogCollation[] = ["C", "POSIX", "default"];

class Reader {
  readonly #scope: Scope;
  constructor(scope: Scope) {
    this.#scope = scope;
  }

  read(node: unknown, depth: number): Read {
    if (depth > DEEPEST) refuse("it is nested too deeply");
    const entries = typeof node === "object" && node !== null ? Object.entries(node) : [];
    const [tag, fields] = (entries.length === 1 ? entries[0] : undefined) ?? ["", undefined];
    const reader = this.#readers[tag];
    if (reader === undefined || typeof fields !== "object" || fields === null)
      return refuse(REFUSED[tag] ?? UNKNOWN_PART);
    return reader(fields as Fields, depth + 1);
  }

  readonly #readers: Readonly<Record<string, (fields: Fields, depth: number) => Read>> = {
    ColumnRef: (fields) => this.#column(fields),
    A_Const: (fields) => constant(fields),
    TypeCast: (fields, depth) => this.#cast(fields, depth),
    A_Expr: (fields, depth) => this.#operator(fields, depth),
    FuncCall: (fields, depth) => this.#call(fields, depth),
    BoolExpr: (fields, depth) => this.#logic(fields, depth),
    NullTest: (fields, depth) => this.#test(fields, "nulltesttype", depth),
    BooleanTest: (fields, depth) => this.#test(fields, "booltesttype", depth),
    CaseExpr: (fields, depth) => this.#case(fields, depth),
    CoalesceExpr: (fields, depth) => this.#oneType("coalesce", fields["args"], depth),
    MinMaxExpr: (fields, depth) =>
      this.#oneType(fields["op"] === "IS_LEAST" ? "least" : "greatest", fields["args"], depth),
    A_ArrayExpr: (fields, depth) => this.#array(fields, depth),
    CollateClause: (fields, depth) => this.#collate(fields, depth),
  };

  #all(nodes: unknown, depth: number): readonly Read[] {
    return (Array.isArray(nodes) ? (nodes as unknown[]) : []).map((node) => this.read(node, depth));
  }

  #column(fields: Fields): Read {
    const parts = texts(fields["fields"]);
    const [name = ""] = parts;
    if (parts.length !== 1) return refuse("it names more than a column of the table");
    const { columns, value, known } = this.#scope;
    if (value !== undefined && name === "value") return { expression: { kind: "value" }, type: value };
    const type = columns.get(name);
    if (type !== undefined) return { expression: { kind: "column", name }, type };
    return refuse(
      known?.has(name) === true
        ? "it reads a column whose type is not PostgreSQL's own"
        : "it names more than columns of the table",
    );
  }

  #cast(fields: Fields, depth: number): Read {
    const { type, modifiers } = typeOf(fields["typeName"]);
    const operand = this.read(fields["arg"], depth);
    const literal = operand.expression;
    if (operand.type === "unknown" && literal.kind === "constant") {
      expectNoMoment(literal.text, type);
      const typed: Expression = { ...literal, type };
      return { type, expression: modifiers.length === 0 ? typed : castOf(typed, type, modifiers) };
    }
    if (operand.type === "unknown" || !isSafeCast(operand.type, type))
      return refuse(`its conversion from ${operand.type} to ${type} is not immutable`);
    return { type, expression: castOf(operand.expression, type, modifiers) };
  }

  #operator(fields: Fields, depth: number): Read {
    const name = ownName(fields["name"]) ?? refuse("it has an operator that is not PostgreSQL's own");
    if (!operatorSignatures.has(name)) return refuse(`the operator ${shown(name)} is not immutable`);
    const right = this.read(fields["rexpr"], depth);
    const left = fields["lexpr"] === undefined ? undefined : this.read(fields["lexpr"], depth);
    const kind = OPERATOR_KINDS[String(fields["kind"])] ?? refuse(UNKNOWN_PART);
    if (kind !== "operator") return compared(kind, name, left, right);
    const reads = left === undefined ? [right] : [left, right];
    const { operands, result } = chooseOperator(shown(name), operatorSignatures.get(name), reads);
    return { type: result, expression: { kind, name, operands: coerced(reads, operands) } };
  }

  #call(fields: Fields, depth: number): Read {
    const { funcname, args, funcformat: _, location: __, ...rest } = fields;
    const whole = texts(funcname).at(-1) ?? "";
    const name = ownName(funcname) ?? refuse(`it calls ${shown(whole)}, which is not PostgreSQL's own`);
    if (Object.keys(rest).length > 0 || !functionSignatures.has(name))
      return refuse(
        `it calls ${shown(name)}, which is not among the immutable functions that are taken over`,
      );
    const reads = this.#all(args, depth);
    const { operands, result } = chooseSignature(shown(name), functionSignatures.get(name), reads);
    return { type: result, expression: { kind: "call", name, operands: coerced(reads, operands) } };
  }

  #logic(fields: Fields, depth: number): Read {
    const kinds = { AND_EXPR: "and", OR_EXPR: "or", NOT_EXPR: "not" } as const;
    const kind = kinds[fields["boolop"] as keyof typeof kinds] ?? refuse("it cannot be read");
    const reads = this.#all(fields["args"], depth);
    return { type: "bool", expression: { kind, operands: reads.map(condition) } };
  }

  #test(fields: Fields, which: string, depth: number): Read {
    const test = TESTS[String(fields[which])] ?? refuse("it cannot be read");
    const read = this.read(fields["arg"], depth);
    const operand = which === "booltesttype" ? condition(read) : coerce(read, settled(read));
    return { type: "bool", expression: { kind: "is", operands: [operand], test } };
  }

  #case(fields: Fields, depth: number): Read {
    const { arg, args, defresult } = fields;
    if (arg !== undefined) return refuse(UNKNOWN_PART);
    const branches = (args as { readonly CaseWhen?: Fields }[]).map(({ CaseWhen = {} }) => ({
      when: condition(this.read(CaseWhen["expr"], depth)),
      value: this.read(CaseWhen["result"], depth),
    }));
    const otherwise = defresult === undefined ? [] : [this.read(defresult, depth)];
    const type = commonType([...branches.map(({ value }) => value), ...otherwise]);
    const operands = [
      ...branches.flatMap(({ when, value }) => [when, coerce(value, type)]),
      ...otherwise.map((value) => coerce(value, type)),
    ];
    return { type, expression: { kind: "case", operands } };
  }

  #oneType(kind: "coalesce" | "greatest" | "least", nodes: unknown, depth: number): Read {
    const reads = this.#all(nodes, depth);
    const type = commonType(reads);
    return { type, expression: { kind, operands: reads.map((read) => coerce(read, type)) } };
  }

  #array(fields: Fields, depth: number): Read {
    const reads = this.#all(fields["elements"], depth);
    const element = commonType(reads);
    if (!isCatalogType(element)) return refuse("it has arrays within arrays");
    const type = `${element}[]` as const;
    return {
      type,
      expression: { kind: "array", type, operands: reads.map((read) => coerce(read, element)) },
    };
  }

  #collate(fields: Fields, depth: number): Read {
    const name = ownName(fields["collname"]);
    const collation = COLLATIONS.find((known) => known === name);
    if (collation === undefined) return refuse("it has a collation that is not taken over");
    const read = this.read(fields["arg"], depth);
    const type = settled(read);
    if (!["text", "varchar", "bpchar"].includes(type)) return refuse("it has a collation of no text");
    return { type, expression: { kind: "collate", operands: [coerce(read, type)], collation } };
  }
}

/** A value and the elements of an array. */
function compared(kind: "any" | "all", name: string, left: Read | undefined, right: Read): Read {
  const element = right.type.replace(/\[\]$/u, "");
  if (left === undefined || element === right.type || !isCatalogType(element))
    return refuse("it compares with no array");
  const reads = [left, { expression: right.expression, type: element }];
  const { operands, result } = chooseOperator(shown(name), operatorSignatures.get(name), reads);
  const [first = element, second = element] = operands;
  if (result !== "bool" || !isCatalogType(second)) return refuse("it compares with no array");
  return {
    type: "bool",
    expression: { kind, name, operands: [coerce(left, first), coerce(right, `${second}[]`)] },
  };
}

const OPERATOR_KINDS: Readonly<Record<string, "operator" | "any" | "all">> = {
  AEXPR_OP: "operator",
  AEXPR_OP_ANY: "any",
  AEXPR_OP_ALL: "all",
};

const REFUSED: Readonly<Record<string, string>> = {
  SubLink: "it has a subquery",
  SQLValueFunction: "it asks for the current time, user or schema",
  ParamRef: "it has a parameter",
};
