/** The tree that PostgreSQL's own parser makes of an expression, and what is read from its leaves. */
import { loadModule, parseSync } from "libpg-query";

import { isCatalogType, type ValueType } from "../../domain/expression.ts";

/** Why an expression is not taken. */
export class Refusal extends Error {}

export function refuse(why: string): never {
  throw new Refusal(why);
}

export const UNKNOWN_PART = "it has a part that is not taken over";

export type Fields = Readonly<Record<string, unknown>>;

/** The parser is compiled on first use; `parseOne` needs it. */
export const loadExpressionParser = (): Promise<void> => loadModule();

const LONGEST = 4000;

/** The one expression of the text. */
export function parseOne(text: string): unknown {
  const [statement, ...more] = parsed(text);
  const select = (statement as { stmt?: { SelectStmt?: Fields } } | undefined)?.stmt?.SelectStmt ?? {};
  const { targetList, limitOption: _, op: __, ...rest } = select;
  const targets = (targetList ?? []) as readonly { readonly ResTarget?: Fields }[];
  const target = targets[0]?.ResTarget ?? {};
  const isOne = more.length === 0 && targets.length === 1 && Object.keys(rest).length === 0;
  return isOne && !("name" in target) ? target["val"] : refuse("it is not one expression");
}

function parsed(text: string): readonly unknown[] {
  if (text.length > LONGEST) refuse("it is too long");
  if (text.includes("\0")) refuse("it cannot be read");
  try {
    return parseSync(`SELECT (\n${text}\n)`).stmts ?? [];
  } catch {
    return refuse("it cannot be read");
  }
}

/** The parts of a name. */
export function texts(names: unknown): readonly string[] {
  return (Array.isArray(names) ? (names as { String?: { sval?: string } }[]) : []).map(
    (name) => name.String?.sval ?? refuse(UNKNOWN_PART),
  );
}

/** The last part of a name that is PostgreSQL's own; undefined of anybody else's. */
export function ownName(names: unknown): string | undefined {
  const parts = texts(names);
  const isOwn = parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog");
  return isOwn ? parts.at(-1) : undefined;
}

/** A name of theirs, if it can be said in a line of text. */
export function shown(name: string): string {
  if (/^[-+*/<>=~!@#%^&|`?]{1,20}$/u.test(name)) return name;
  return /^[\w$]{1,40}$/u.test(name) ? `${name}()` : "a function";
}

/** A type of ours, as a cast names it. */
export function typeOf(name: unknown): { readonly type: ValueType; readonly modifiers: readonly number[] } {
  const fields = (name ?? {}) as Fields;
  const parts = texts(fields["names"]);
  const base = parts.at(-1) ?? "";
  const isOurs = parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog");
  const isPlain = Object.keys(fields).every((key) =>
    ["names", "typemod", "location", "typmods", "arrayBounds"].includes(key),
  );
  if (!isOurs || !isPlain || !isCatalogType(base)) return refuse("it has a type that is not taken over");
  const modifiers = ((fields["typmods"] ?? []) as { A_Const?: { ival?: { ival?: number } } }[]).map(
    (modifier) => modifier.A_Const?.ival?.ival ?? refuse("it has a type that is not taken over"),
  );
  const bounds = (fields["arrayBounds"] ?? []) as unknown[];
  if (bounds.length > 1) return refuse("it has arrays within arrays");
  return { type: bounds.length === 1 ? `${base}[]` : base, modifiers };
}
