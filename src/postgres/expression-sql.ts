/** SQL for an expression: every function and operator by its full name, every constant quoted by us. */
import type { Expression, ValueType } from "../domain/expression.ts";
import { identifier, literal } from "./quote.ts";

type Kind = Expression["kind"];
type Of<K extends Kind> = Expression & { readonly kind: K };

const WRITERS: { readonly [K in Kind]: (expression: Of<K>) => string } = {
  column: ({ name }) => identifier(name),
  value: () => "value",
  constant: ({ text, type }) => `${text === null ? "null" : literal(text).trim()}::${typeName(type)}`,
  cast: ({ operands, type, modifiers }) => `(${list(operands)})::${typeName(type, modifiers)}`,
  call: ({ name, operands }) => `pg_catalog.${identifier(name)}(${list(operands)})`,
  operator: ({ name, operands }) => {
    const [last = "", first] = operands.map(expressionSql).toReversed();
    return `(${first === undefined ? "" : `${first} `}${operator(name)} ${last})`;
  },
  any: compared,
  all: compared,
  and: joinedBy,
  or: joinedBy,
  not: ({ operands }) => `(not ${list(operands)})`,
  coalesce: called,
  greatest: called,
  least: called,
  is: ({ operands, test }) => `(${list(operands)} is ${test})`,
  case: ({ operands }) => {
    const parts = operands.map(expressionSql);
    const words = parts.map((part, at) => {
      if (at % 2 === 1) return `then ${part}`;
      return at === parts.length - 1 ? `else ${part}` : `when ${part}`;
    });
    return `(case ${words.join(" ")} end)`;
  },
  array: ({ operands, type }) => `array[${list(operands)}]::${typeName(type)}`,
  collate: ({ operands, collation }) => `(${list(operands)} collate pg_catalog.${identifier(collation)})`,
};

/** The text of an expression. It can stand anywhere an operand can. */
export function expressionSql(expression: Expression): string {
  return (WRITERS[expression.kind] as (expression: Expression) => string)(expression);
}

function compared({ kind, name, operands }: Of<"any" | "all">): string {
  const [operand = "", array = ""] = operands.map(expressionSql);
  return `(${operand} ${operator(name)} ${kind} (${array}))`;
}

function joinedBy({ kind, operands }: Of<"and" | "or">): string {
  return `(${operands.map(expressionSql).join(` ${kind} `)})`;
}

function called({ kind, operands }: Of<"coalesce" | "greatest" | "least">): string {
  return `${kind}(${list(operands)})`;
}

function list(expressions: readonly Expression[]): string {
  return expressions.map(expressionSql).join(", ");
}

function operator(name: string): string {
  return `operator(pg_catalog.${name})`;
}

function typeName(type: ValueType, modifiers: readonly number[] = []): string {
  const [, base = "", array = ""] = /^(\w+)(\[\])?$/u.exec(type) ?? [];
  return `pg_catalog.${identifier(base)}${modifiers.length === 0 ? "" : `(${modifiers.join(", ")})`}${array}`;
}
