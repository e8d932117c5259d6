/** Functions and operators like PostgreSQL's own, made by somebody else: whoever calls one by its bare name may get these. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { query, type Row } from "./sql.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** All that may be a call in the SQL of ours: words before a parenthesis, in sql/ and in the statements of src/. */
export function namesCalled(): readonly string[] {
  const files = ["sql", "src"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".sql") || (name.endsWith(".ts") && !name.endsWith(".test.ts")))
      .map((name) => path.join(ROOT, folder, name)),
  );
  const words = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\b([a-z_][a-z0-9_]*)\s*\(/gu)].map(([, name = ""]) => name),
  );
  return [...new Set(words)].toSorted();
}

/** Argument types that a call may have exactly, where PostgreSQL's own function is polymorphic or takes another type. */
const EXACT: Readonly<Record<string, readonly string[]>> = {
  anyarray: ["text[]", "name[]", "oid[]", "regclass[]", "bigint[]", "smallint[]"],
  anycompatiblearray: ["text[]", "name[]", "oid[]", "bigint[]"],
  anyelement: ["text", "name", "oid", "regclass", "jsonb", "integer", "bigint", "boolean"],
  anycompatible: ["text", "name", "integer", "bigint"],
  anynonarray: ["text", "integer"],
  any: ["text", "text[]", "name", "oid", "regclass", "integer", "bigint", "boolean", "jsonb", "timestamptz"],
  text: ["text", "varchar", "name"],
};

/** Every combination of exact types, so far as there are few. */
const spreadOf = (own: readonly string[]): readonly (readonly string[])[] =>
  own.reduce<readonly (readonly string[])[]>(
    (found, type) =>
      found.flatMap((start) => [type, ...(EXACT[type] ?? [])].map((exact) => [...start, exact])).slice(0, 60),
    [[]],
  );

const LIKE_NONE = /^"?(?:any|record|internal|pg_|cstring)/u;

/** An operator, with each of the exact types on either side. */
function pairsOf({ name, left, right }: Row): readonly string[] {
  const exact = (type: unknown): readonly string[] =>
    [String(type), ...(EXACT[String(type)] ?? [])].filter((each) => !LIKE_NONE.test(each));
  return exact(left).flatMap((one) =>
    exact(right).map((other) => JSON.stringify([String(name), one, other])),
  );
}

/** A variadic function, and the same with one text or two in place of the array. */
const withoutArray = (types: readonly string[]): readonly (readonly string[])[] => [
  types,
  [...types.slice(0, -1), "text"],
  [...types.slice(0, -1), "text", "text"],
];

/** SQL that makes them in a schema, each calling lair.shadow() and raising; the number of those that could be made. */
export async function castShadows(dsn: string, schema: string, names: readonly string[]): Promise<number> {
  const list = names.map((name) => `'${name}'`).join(", ");
  const functions = await query(
    dsn,
    `select p.proname::text as name, array(select pg_catalog.format_type(t, null) from pg_catalog.unnest(p.proargtypes::oid[]) t) as types,
       p.provariadic <> 0 as is_variadic
     from pg_catalog.pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname in (${list}) and p.prokind in ('f', 'a') and p.pronargs <= 4
       and p.prorettype not in ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype) and not ('internal'::regtype = any (p.proargtypes))`,
  );
  const signatures = new Set<string>();
  for (const { name, types, is_variadic: isVariadic } of functions) {
    const own = textsOf(types).map((type) => type.replaceAll('"', ""));
    const spread = spreadOf(own);
    for (const each of isVariadic === true ? spread.flatMap(withoutArray) : spread)
      if (!each.some((type) => /^any|^cstring$|^pg_|^record$/u.test(type)))
        signatures.add(`"${String(name)}"(${each.join(", ")})`);
  }
  const operators = await query(
    dsn,
    `select o.oprname::text as name, pg_catalog.format_type(o.oprleft, null) as "left", pg_catalog.format_type(o.oprright, null) as "right"
     from pg_catalog.pg_operator o where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprkind = 'b' and o.oprname in ('=', '<>', '<@', '@>', '||', '<', '>', '<=', '>=', '~', '->', '->>', '&', '#', '?', '-', '+')`,
  );
  const pairs = new Set(operators.flatMap(pairsOf));
  const statements = [
    ...[...signatures].map(
      (signature) =>
        `create function ${schema}.${signature} returns text language plpgsql as $$ begin perform lair.shadow(); raise exception 'a shadow of ${signature.replaceAll('"', "")}'; end $$`,
    ),
    ...[...pairs].map((pair) => {
      const [name = "", left = "", right = ""] = JSON.parse(pair) as readonly string[];
      const result = /^(?:=|<>|<@|@>|<|>|<=|>=|~|\?)$/u.test(name) ? "boolean" : "text";
      return `create function ${schema}.shadow_of(${left}, ${right}, out ${result}) language plpgsql as $$ begin perform lair.shadow(); raise exception 'a shadow of an operator'; end $$;
        create operator ${schema}.${name} (function = ${schema}.shadow_of, leftarg = ${left}, rightarg = ${right})`;
    }),
  ];
  const [made] = await query(
    dsn,
    `set search_path = pg_catalog; create temporary table shadows_made (n int); insert into shadows_made values (0);
     do $do$ declare s text; begin foreach s in array array[${statements.map((each) => `$shadow$${each}$shadow$`).join(", ")}] loop
       begin execute s; update pg_temp.shadows_made set n = n + 1; exception when others then null; end; end loop; end $do$;
     select n from pg_temp.shadows_made`,
  );
  return Number(made?.["n"]);
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.map(String)
    : String(value)
        .replaceAll(/^\{|\}$/gu, "")
        .split(/,(?![^"]*"(?:,|$))/u)
        .filter((text) => text !== "");
