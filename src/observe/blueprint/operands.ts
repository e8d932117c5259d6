/** Parts of an expression that have been read, and how they are made to be of one type. */
import type { Expression, ValueType } from "../../domain/expression.ts";
import type { Operand } from "./choose-signature.ts";
import { type Fields, refuse, UNKNOWN_PART } from "./parse-tree.ts";

export interface Read extends Operand {
  readonly expression: Expression;
}

/** A constant as the parser has it. */
export function constant(fields: Fields): Read {
  if (fields["isnull"] === true) return { type: "unknown", expression: literal(null, "text") };
  if (fields["boolval"] !== undefined) {
    const value = (fields["boolval"] as Fields)["boolval"] === true;
    return { type: "bool", expression: literal(value ? "true" : "false", "bool") };
  }
  const { sval, ival, fval } = fields as {
    readonly sval?: { readonly sval?: string };
    readonly ival?: { readonly ival?: number };
    readonly fval?: { readonly fval?: string };
  };
  if (sval !== undefined) return { type: "unknown", expression: literal(sval.sval ?? "", "text") };
  // The parser leaves a zero out.
  if (ival !== undefined) return number(String(ival.ival ?? 0));
  if (fval !== undefined) return number(fval.fval ?? "");
  return refuse(UNKNOWN_PART);
}

function literal(text: string | null, type: ValueType): Expression {
  return { kind: "constant", text, type };
}

/** A number without a type is what the parser makes of it: the narrowest of these. */
function number(text: string): Read {
  if (!/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu.test(text))
    return refuse("it has a number that is none");
  const isWhole = /^-?\d{1,18}$/u.test(text);
  const type = !isWhole ? "numeric" : Math.abs(Number(text)) <= 2_147_483_647 ? "int4" : "int8";
  return { type, expression: literal(text, type) };
}

/** What the clock says, spelt as a constant. */
export function expectNoMoment(text: string | null, type: ValueType): void {
  if (/date|time/u.test(type) && /\b(?:now|today|tomorrow|yesterday)\b/iu.test(text ?? ""))
    refuse("it asks for the current time");
}

/** What a constant without a type is taken for. */
export function settled({ type }: Operand): ValueType {
  return type === "unknown" ? "text" : type;
}

export function condition(read: Read): Expression {
  return settled(read) === "bool" ? read.expression : refuse("it takes a value for a condition");
}

export function commonType(reads: readonly Read[]): ValueType {
  const types = [...new Set(reads.map(({ type }) => type))].filter((type) => type !== "unknown");
  if (reads.length === 0 || types.length > 1) return refuse("it mixes types");
  return types[0] ?? "text";
}

export const castOf = (
  operand: Expression,
  type: ValueType,
  modifiers: readonly number[] = [],
): Expression => ({
  kind: "cast",
  operands: [operand],
  type,
  modifiers,
});

/** Made to be of exactly that type. */
export function coerce({ expression, type }: Read, wanted: ValueType | "any[]"): Expression {
  if (wanted === "any[]" || type === wanted) return expression;
  if (type !== "unknown") return castOf(expression, wanted);
  if (expression.kind !== "constant") return castOf(expression, wanted);
  expectNoMoment(expression.text, wanted);
  return { ...expression, type: wanted };
}

export function coerced(
  reads: readonly Read[],
  wanted: readonly (ValueType | "any[]")[],
): readonly Expression[] {
  return reads.map((read, at) => coerce(read, wanted[at] ?? "text"));
}
