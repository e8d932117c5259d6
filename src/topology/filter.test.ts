import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { explainFilter, loadFilterParser } from "./filter.ts";

beforeAll(loadFilterParser);

test.each([
  "status = 'approved'",
  "approved",
  "NOT draft AND (score > 1.5 OR note IS NULL)",
  "\"Weird \"\"column\"\"\" IN ('a;b', '--', '/*', ')')",
  "tags @> ARRAY['x']::text[]",
  "lower(btrim(status)) LIKE 'appr%'",
  "(address).city = 'X' AND parts[1] = 2",
  "CASE WHEN kind = 1 THEN approved ELSE false END",
  "COALESCE(a, b) IS NOT DISTINCT FROM NULLIF(c, d)",
  "payload ->> 'status' = 'approved'",
  "created >= DATE '2020-01-01'",
  "my_function(status) OR other.my_function(1)",
  "date_trunc('year', day) = day",
  "name COLLATE \"C\" > 'a' AND body IS JSON",
  "(a, b) = (1, 2) OR x BETWEEN 1 AND 2 OR pg_size_bytes(size) > 1",
  "true",
  "\"größe\" = '💧 (' AND (schlüssel > 1)",
  "$$it's$$ = a",
  "status = 'approved'\n  and x",
])("%s is a filter", (filter) => {
  expect(explainFilter(filter)).toBeUndefined();
});

test.each([
  ["true) OR (true", "not one expression"],
  ["a) UNION SELECT 1 WHERE (b", "not one expression"],
  ["true) LIMIT (1", "not one expression"],
  ["true) GROUP BY (a", "not one expression"],
  ["a); DROP TABLE x; SELECT (1", "not one expression"],
  ["a; DROP TABLE x", "not one expression"],
  ["a -- ) OR true", "not one expression"],
  ["a /* ) */", "not one expression"],
  ["a) -- b", "not one expression"],
  ["a /*", "unterminated"],
  ["a = 'x", "unterminated"],
  ["a = ", "ends too early"],
  ["", "ends too early"],
  ["(a", "not one expression"],
  ["a AND )(", "not one expression"],
  ["a\0) or (b", "NUL"],
  ["SELECT 1", "subquery"],
  ["a WHERE b", "not an expression"],
  ["id IN (SELECT 1)", "subquery"],
  ["EXISTS (SELECT FROM other)", "subquery"],
  ["count(*) > 1", "aggregate count()"],
  ["sum(a) > 1", "aggregate sum()"],
  ["mine(DISTINCT a) > 1", "aggregate mine()"],
  ["row_number() OVER () = 1", "window function"],
  ["a = $1", "parameter"],
  ["document.status = 'x'", "names a table in document.status"],
  ["public.document.status = 'x'", "names a table"],
  ["created > now()", "calls now()"],
  ["created > pg_catalog.now()", "calls now()"],
  ["created > current_timestamp", "current time"],
  ["created > 'Now'::timestamptz", "current time"],
  ["day = date 'today'", "current time"],
  ["owner = current_user", "current time, user"],
  ["random() < a", "calls random()"],
  ["nextval('s') > 1", "calls nextval()"],
  ["pg_sleep(1) IS NULL", "calls pg_sleep()"],
  ["has_table_privilege('t', 'select')", "calls has_table_privilege()"],
  ["concat(a, b) = 'x'", "calls concat()"],
  ["a AND NOT (b OR (c = ANY(ARRAY[random()])))", "calls random()"],
  ["xmin = 1", "system column xmin"],
  ["1", "is a value"],
  ["'approved'", "is a value"],
  ["a + 1", "is a value"],
  ["x.* IS NULL", "names a table"],
  ["XMLPARSE(DOCUMENT a) IS DOCUMENT", "Xml"],
])("%s is refused", (filter, words) => {
  expect(explainFilter(filter)?.message).toContain(words);
});

test("a filter that is too deep for the parser is refused, and the next one is read", () => {
  expect(explainFilter(`${"(".repeat(50_000)}a${")".repeat(50_000)}`)?.message).toContain("memory exhausted");
  expect(explainFilter("a")).toBeUndefined();
});

test("no text makes the judge throw, and what passes has balanced parentheses", () => {
  const token = fc.constantFrom(
    "a",
    "(",
    ")",
    "'",
    '"',
    "$$",
    "--",
    "/*",
    "*/",
    ";",
    "or",
    "not",
    "[",
    "]",
    "1",
    "=",
    "\n",
    "\\",
    "E'",
    "U&'",
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      const filter = tokens.join(" ");
      if (explainFilter(filter) !== undefined) return;
      // A filter that passes stays one operand wherever it is put in parentheses.
      expect(explainFilter(`NOT (${filter}) AND (${filter})`)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
