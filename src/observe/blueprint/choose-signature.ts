/** Which of several functions or operators of one name is meant, where there can be no doubt. */
import type { ValueType } from "../../domain/expression.ts";
import { refuse } from "./parse-tree.ts";
import type { Signature } from "./signatures.ts";

export interface Operand {
  /** `unknown`: a constant whose type nothing tells yet. */
  readonly type: ValueType | "unknown";
}

/** What a type becomes by itself, nearest first. */
const WIDER: Readonly<Partial<Record<string, readonly string[]>>> = {
  varchar: ["text"],
  bpchar: [],
  int2: ["int4", "int8", "numeric", "float8"],
  int4: ["int8", "numeric", "float8"],
  int8: ["numeric", "float8"],
  numeric: ["float8"],
  float4: ["float8"],
  date: ["timestamp"],
  "varchar[]": ["text[]"],
};

/** The signature that fits best. Refuses where none does, or several do as well. */
export function chooseSignature(
  name: string,
  signatures: readonly Signature[] | undefined,
  operands: readonly Operand[],
): Signature {
  const types = operands.map(({ type }) => type);
  const ranked = (signatures ?? [])
    .filter((signature) => signature.operands.length === operands.length)
    .flatMap((signature) => {
      const costs = signature.operands.map((wanted, at) => costOf(types[at] ?? "unknown", wanted));
      return costs.every((cost) => cost !== undefined)
        ? [{ signature, cost: costs.reduce((sum, cost) => sum + cost, 0) }]
        : [];
    })
    .toSorted((left, right) => left.cost - right.cost);
  const [best, second] = ranked;
  if (best === undefined) return refuse(`${name} is not immutable for what it is given`);
  if (second?.cost === best.cost) return refuse(`${name} could be one of several`);
  return best.signature;
}

/** As `chooseSignature`. A constant without a type is of the other operand's. */
export function chooseOperator(
  name: string,
  signatures: readonly Signature[] | undefined,
  operands: readonly Operand[],
): Signature {
  const known = operands.find(({ type }) => type !== "unknown")?.type ?? "unknown";
  const types = operands.map(({ type }) => ({ type: type === "unknown" ? known : type }));
  return chooseSignature(name, signatures, types);
}

function costOf(type: Operand["type"], wanted: ValueType | "any[]"): number | undefined {
  if (wanted === "any[]") return type.endsWith("[]") ? 0 : undefined;
  if (type === wanted) return 0;
  if (type === "unknown") return wanted === "text" ? 1 : undefined;
  const step = (WIDER[type] ?? []).indexOf(wanted);
  return step < 0 ? undefined : step + 1;
}
