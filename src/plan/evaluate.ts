/** What an expression of a table's definition gives, as far as that can be told without a server. Pure. */
import type { Expression, ExpressionTest } from "../domain/expression.ts";

/** A value as text, or a truth value. Undefined: it cannot be told. */
export type Known = string | boolean | null | undefined;

export interface Given {
  readonly column: (name: string) => Known;
  /** What a domain's constraint judges. */
  readonly value?: Known;
}

/** Functions and operators that expressions may have give null for null: see `observe/blueprint/signatures.ts`. */
export function evaluate(expression: Expression, given: Given): Known {
  const parts = "operands" in expression ? expression.operands.map((part) => evaluate(part, given)) : [];
  const judge = RULES[expression.kind] as Rule | undefined;
  return judge?.(expression, parts, given);
}

type Rule<Kind extends Expression["kind"] = Expression["kind"]> = (
  expression: Extract<Expression, { kind: Kind }>,
  parts: readonly Known[],
  given: Given,
) => Known;

const orNull = (isNull: boolean): Known => (isNull ? null : undefined);

const RULES: { readonly [Kind in Expression["kind"]]?: Rule<Kind> } = {
  column: ({ name }, _, given) => given.column(name),
  value: (_, __, given) => given.value,
  constant,
  cast: ({ type }, [first]) => (first === null ? null : castTo(type, first)),
  collate: (_, [first]) => first,
  not: (_, [first]) => (typeof first === "boolean" ? !first : orNull(first === null)),
  and: (_, parts) => all(parts, false),
  or: (_, parts) => all(parts, true),
  is: ({ test }, [first]) => passes(test, first),
  coalesce: (_, parts) => parts.find((part) => part !== null) ?? orNull(parts.every((part) => part === null)),
  operator: ({ name }, parts) => (parts.includes(null) ? null : compare(name, parts)),
  call: (_, parts) => orNull(parts.includes(null)),
  any: (_, [first]) => orNull(first === null),
  all: (_, [first]) => orNull(first === null),
};

function constant({ text, type }: { readonly text: string | null; readonly type: string }): Known {
  return type === "bool" && text !== null ? /^t/iu.test(text) : text;
}

/** Numbers and texts stay what they are, unless they are cut or rounded. */
function castTo(type: string, value: Known): Known {
  return type === "text" || (NUMBERS.includes(type) && isWhole(value)) ? value : undefined;
}

const NUMBERS = ["int2", "int4", "int8", "numeric"];

function isWhole(value: Known): value is string {
  return typeof value === "string" && /^-?\d{1,15}$/u.test(value);
}

/** AND is false as soon as one is; OR is true. */
function all(parts: readonly Known[], decisive: boolean): Known {
  if (parts.includes(decisive)) return decisive;
  if (parts.some((part) => part === undefined || typeof part === "string")) return undefined;
  return parts.includes(null) ? null : !decisive;
}

function passes(test: ExpressionTest, value: Known): Known {
  if (value === undefined) return undefined;
  const [, isNot, what] = /^(not )?(.+)$/u.exec(test) ?? [];
  const is = what === "null" || what === "unknown" ? value === null : value === (what === "true");
  return (isNot === undefined) === is;
}

function compare(name: string, [left, right]: readonly Known[]): Known {
  if (name === "-" && right === undefined && isWhole(left)) return String(-Number(left));
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  const difference = isWhole(left) && isWhole(right) ? Number(left) - Number(right) : undefined;
  // Of texts only those that are the same can be told: a collation may call others equal.
  return ORDERS.get(name)?.(left === right ? 0 : (difference ?? Number.NaN));
}

const ORDERS: ReadonlyMap<string, (difference: number) => Known> = new Map(
  Object.entries({
    "=": (difference: number) => difference === 0,
    "<>": (difference: number) => difference !== 0,
    "<": (difference: number) => difference < 0,
    "<=": (difference: number) => difference <= 0,
    ">": (difference: number) => difference > 0,
    ">=": (difference: number) => difference >= 0,
  }).map(([name, judge]) => [
    name,
    (difference) => (Number.isNaN(difference) ? undefined : judge(difference)),
  ]),
);
