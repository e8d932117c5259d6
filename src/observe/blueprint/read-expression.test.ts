import { beforeAll, describe, expect, test } from "vitest";

import type { ValueType } from "../../domain/expression.ts";
import { expressionSql } from "../../postgres/expression-sql.ts";
import { loadExpressionParser } from "./parse-tree.ts";
import { readExpression, readTyped } from "./read-expression.ts";

beforeAll(loadExpressionParser);

const scope = {
  known: new Set([
    "status",
    "code",
    "price",
    "size",
    "seen",
    "day",
    "tags",
    "mood",
    "data",
    "big",
    "it's\"; --",
  ]),
  columns: new Map<string, ValueType>([
    ["status", "text"],
    ["code", "varchar"],
    ["price", "numeric"],
    ["size", "int4"],
    ["big", "int8"],
    ["seen", "timestamptz"],
    ["day", "date"],
    ["tags", "text[]"],
    ["data", "jsonb"],
    ["it's\"; --", "int4"],
  ]),
};

const made = (text: string): string => {
  const read = readExpression(text, scope);
  return "refusal" in read ? `refused: ${read.refusal}` : expressionSql(read.expression);
};

describe("what PostgreSQL prints is made anew, with every name in full", () => {
  test.each([
    [
      "(status = ANY (ARRAY['a'::text, 'b'::text]))",
      `("status" operator(pg_catalog.=) any (array['a'::pg_catalog."text", 'b'::pg_catalog."text"]::pg_catalog."text"[]))`,
    ],
    [
      "((code)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
      `(("code")::pg_catalog."text" operator(pg_catalog.=) any ((array['a'::pg_catalog."varchar", 'b'::pg_catalog."varchar"]::pg_catalog."varchar"[])::pg_catalog."text"[]))`,
    ],
    [
      "(price > (0)::numeric)",
      `("price" operator(pg_catalog.>) ('0'::pg_catalog."int4")::pg_catalog."numeric")`,
    ],
    ["(big >= size)", `("big" operator(pg_catalog.>=) "size")`],
    [
      "((length(status) < 10) AND (status IS NOT NULL))",
      `((pg_catalog."length"("status") operator(pg_catalog.<) '10'::pg_catalog."int4") and ("status" is not null))`,
    ],
    [
      "((status || ' '::text) || upper((code)::text))",
      `(("status" operator(pg_catalog.||) ' '::pg_catalog."text") operator(pg_catalog.||) pg_catalog."upper"(("code")::pg_catalog."text"))`,
    ],
    ["COALESCE(status, 'x'::text)", `coalesce("status", 'x'::pg_catalog."text")`],
    [
      "CASE WHEN (size > 1) THEN 'a'::text ELSE 'b'::text END",
      `(case when ("size" operator(pg_catalog.>) '1'::pg_catalog."int4") then 'a'::pg_catalog."text" else 'b'::pg_catalog."text" end)`,
    ],
    [
      "(NOT ((size)::bigint = 3))",
      `(not (("size")::pg_catalog."int8" operator(pg_catalog.=) '3'::pg_catalog."int4"))`,
    ],
    ["EXTRACT(year FROM day)", `pg_catalog."extract"('year'::pg_catalog."text", "day")`],
    ['(status COLLATE "C")', `("status" collate pg_catalog."C")`],
    [
      "cardinality(tags) > 0",
      `(pg_catalog."cardinality"("tags") operator(pg_catalog.>) '0'::pg_catalog."int4")`,
    ],
    ["(data ->> 'a'::text)", `("data" operator(pg_catalog.->>) 'a'::pg_catalog."text")`],
    ["(- size)", `(operator(pg_catalog.-) "size")`],
    ["'it''s \\ $$ \n'::text", `E'it''s \\\\ $$ \n'::pg_catalog."text"`],
    ["NULL::integer", `null::pg_catalog."int4"`],
    ['("it\'s""; --" > 0)', `("it's""; --" operator(pg_catalog.>) '0'::pg_catalog."int4")`],
    ["-1.5", `'-1.5'::pg_catalog."numeric"`],
    ["0", `'0'::pg_catalog."int4"`],
  ])("%s", (text, sql) => {
    expect(made(text)).toBe(sql);
  });
});

describe("what is refused", () => {
  test.each([
    "lo_from_bytea(0, '\\x00'::bytea) > (0)::oid",
    "CASE WHEN (current_setting('is_superuser'::text) = 'on'::text) THEN lo_from_bytea(0, '\\x'::bytea) IS NOT NULL ELSE true END",
    "pg_read_file('/etc/passwd'::text) IS NOT NULL",
    "set_config('search_path'::text, 'x'::text, false) IS NULL",
    "(SELECT true)",
    "EXISTS (SELECT 1 FROM pg_authid)",
    "status IN (SELECT 'a')",
    "public.lower(status) = 'a'::text",
    "evil.public.lower(status) = 'a'::text",
    "status OPERATOR(public.=) 'a'::text",
    "status @@@ 'a'",
    "status = 'a'::public.mood",
    "'sad'::mood",
    "mood IS NOT NULL",
    "'pg_authid'::regclass IS NOT NULL",
    "status COLLATE public.evil = 'a'",
    "status COLLATE \"de_DE\" = 'a'",
    "(status)::numeric(SELECT 1)",
    "nextval('s'::regclass)",
    "now()",
    "CURRENT_USER = 'postgres'",
    "CURRENT_TIMESTAMP",
    "gen_random_uuid()",
    "random()",
    "'now'::timestamptz",
    "seen > ' NOW '",
    "'today'::date",
    "(day)::timestamptz > seen",
    "day > seen",
    "(seen)::text = 'a'::text",
    "(day)::text = 'a'::text",
    "size || status",
    "date_trunc('day'::text, seen) IS NOT NULL",
    "lower(status) OVER () = 'a'",
    "lower(DISTINCT status) = 'a'",
    "lower(VARIADIC tags) = 'a'",
    "lower(a => status) = 'a'",
    "count(*) > 1",
    "other > 1",
    "t.status = 'a'",
    "status.x = 'a'",
    "ctid IS NOT NULL",
    "$1 = 1",
    "tags[1] = 'a'",
    "(status, code) = ('a', 'b')",
    "ROW(1, 2) IS NULL",
    "XMLPARSE(DOCUMENT status) IS NOT NULL",
    "status LIKE 'a' ESCAPE 'b'",
    "status SIMILAR TO 'a'",
    "size BETWEEN 1 AND 2",
    "*",
    "1) FROM pg_authid; SELECT (1",
    "1); create role evil superuser; select (1",
    "1), (2",
    "1) AS a, (2",
    "1) INTO TABLE x FROM (SELECT 1) y WHERE (true",
    "1) UNION SELECT (2",
    "true; drop table x",
    "true) --",
    "/*",
    "'",
    "$$",
    "",
    "\0",
    "x".repeat(5000),
    `${"(".repeat(300)}1${")".repeat(300)} + ${"-".repeat(1)}${"NOT ".repeat(100)}true`,
    "array[array[1]] is null",
  ])("%s", (text) => {
    expect(made(text)).toMatch(/^refused: [\w ,.()'~@*|<>=-]+$/u);
  });

  test("a reason is of our words, whatever names are in the text", () => {
    expect(made('"evil\u001B[2J\n"() = 1')).toBe(
      "refused: it calls a function, which is not among the immutable functions that are taken over",
    );
  });
});

test("a value is made to be of the wanted type, or refused", () => {
  const typed = (text: string, type: ValueType): string => {
    const read = readTyped(text, scope, type);
    return "refusal" in read ? read.refusal : expressionSql(read.expression);
  };
  expect(typed("1", "numeric")).toBe(`('1'::pg_catalog."int4")::pg_catalog."numeric"`);
  expect(typed("status", "bool")).toBe(`("status")::pg_catalog."bool"`);
  expect(typed("day", "timestamptz")).toBe("its value is of type date");
});

test("a domain's constraint reads its value, and nothing else does", () => {
  const read = readExpression("(length(VALUE) < 10)", { columns: new Map(), value: "text" });
  expect("refusal" in read ? read.refusal : expressionSql(read.expression)).toBe(
    `(pg_catalog."length"(value) operator(pg_catalog.<) '10'::pg_catalog."int4")`,
  );
  expect(made("(length(VALUE) < 10)")).toMatch(/^refused/u);
});
