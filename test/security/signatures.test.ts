/** What expressions from below may call is held against a server's own catalog. */
import { expect, test } from "vitest";

import { CATALOG_TYPES, type ValueType } from "../../src/domain/expression.ts";
import {
  functionSignatures,
  isSafeCast,
  operatorSignatures,
  type Signature,
} from "../../src/observe/blueprint/signatures.ts";
import { useTestCluster } from "../support/cluster.ts";
import { query, type Row } from "../support/sql.ts";

const nation = useTestCluster();

const inFull = (type: ValueType | "any[]"): string =>
  type === "any[]"
    ? "anyarray"
    : `pg_catalog.${type.startsWith("bpchar") ? type : `"${type.replace("[]", "")}"${type.endsWith("[]") ? "[]" : ""}`}`;

const written = (signatures: ReadonlyMap<string, readonly Signature[]>): string =>
  JSON.stringify(
    [...signatures.values()].flat().map(({ name, operands, result }) => ({
      name,
      operands: operands.map(inFull),
      result: inFull(result),
    })),
  );

const asked = `
  select s.name, s.operands::text, s.result from json_to_recordset($1::text::json) s(name text, operands json, result text)
    cross join lateral (select array(select o::regtype from json_array_elements_text(s.operands) o)) t(types)`;

test("each function is there, immutable, no aggregate and gives what the list says", async () => {
  const wrong = await query(
    nation.dsn,
    `${asked} where not exists (
       select from pg_proc p
       where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = s.name and p.provolatile = 'i' and p.prokind = 'f' and not p.proretset
         and not p.prosecdef and array(select unnest(p.proargtypes)) = t.types::oid[] and p.prorettype = s.result::regtype)`,
    written(functionSignatures),
  );
  expect(wrong).toEqual([]);
});

test("each operator likewise", async () => {
  const wrong = await query(
    nation.dsn,
    `${asked} where not exists (
       select from pg_operator o join pg_proc p on p.oid = o.oprcode
       where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprname = s.name and p.provolatile = 'i'
         and o.oprleft = case cardinality(t.types) when 1 then 0 else t.types[1] end and o.oprright = t.types[cardinality(t.types)]
         and o.oprresult = s.result::regtype)`,
    written(operatorSignatures),
  );
  expect(wrong).toEqual([]);
});

test("no conversion looks at a setting", async () => {
  const types: readonly ValueType[] = [...CATALOG_TYPES, "text[]", "varchar[]", "bpchar[]"];
  const pairs = types.flatMap((from) =>
    types.filter((to) => from !== to && isSafeCast(from, to)).map((to) => [inFull(from), inFull(to)]),
  );
  expect(pairs.length).toBeGreaterThan(50);
  const wrong: Row[] = [];
  await query(nation.dsn, "create schema casts");
  for (const [at, [from, to]] of pairs.entries()) {
    // PostgreSQL's own judgement: a generated column takes what is immutable, and no more.
    const made = `create table casts.t${at} (a ${from}, b ${to} generated always as (a::${to}) stored)`;
    await query(nation.dsn, made).catch((error: unknown) => wrong.push({ from, to, error: String(error) }));
  }
  expect(wrong).toEqual([]);
});
