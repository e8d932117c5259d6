/** The types that a node tells of, with modifiers that are numbers and words of known form. */
import { isCatalogType, type ValueType } from "../../domain/expression.ts";
import type { TypeUse } from "../../domain/blueprint.ts";
import type { TypeFacts } from "./facts.ts";

/** How a type is used. Modifiers that cannot be told are left away: such a type takes everything. */
export function typeUse(facts: TypeFacts): TypeUse {
  const { schema, name, isArray } = facts;
  return { schema, name, isArray, modifiers: modifiersOf(facts) };
}

function modifiersOf({ schema, name, modifier, modifierText }: TypeFacts): readonly string[] {
  if (modifier < 0) return [];
  if (schema === "pg_catalog") return (OWN.get(name)?.(modifier) ?? []).map(String);
  const words = (modifierText ?? "").split(",").map((word) => word.trim());
  return words.every((word) => /^[A-Za-z0-9_.-]{1,40}$/u.test(word)) ? words : [];
}

const HEADER = 4;
const digits = (modifier: number): readonly number[] => [modifier];
const length = (modifier: number): readonly number[] => (modifier > HEADER ? [modifier - HEADER] : []);

/** What PostgreSQL's own types pack into the number. */
const OWN: ReadonlyMap<string, (modifier: number) => readonly number[]> = new Map(
  Object.entries({
    varchar: length,
    bpchar: length,
    bit: digits,
    varbit: digits,
    time: digits,
    timetz: digits,
    timestamp: digits,
    timestamptz: digits,
    numeric: (modifier) => {
      const packed = modifier - HEADER;
      // The scale is a signed number of eleven bits.
      return modifier < HEADER ? [] : [(packed >> 16) & 0xffff, ((packed & 0x7ff) ^ 1024) - 1024];
    },
    interval: (modifier) => {
      const fields = (modifier >> 16) & 0x7fff;
      const fraction = modifier & 0xffff;
      return fraction === 0xffff ? [fields] : [fields, fraction];
    },
  }),
);

/** The type as expressions know it; undefined when they may not work with it. */
export function valueType({
  schema,
  name,
  isArray,
}: Pick<TypeFacts, "schema" | "name" | "isArray">): ValueType | undefined {
  if (schema !== "pg_catalog" || !isCatalogType(name)) return undefined;
  return isArray ? `${name}[]` : name;
}
