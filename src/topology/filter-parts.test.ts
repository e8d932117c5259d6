import { beforeAll, expect, test } from "vitest";

import { filterParts } from "./filter-parts.ts";
import { loadFilterParser } from "./filter.ts";

beforeAll(loadFilterParser);

const cases: readonly (readonly [canonical: string, parts: readonly string[]])[] = [
  ["true", ["true"]],
  ["(status = 'approved'::text)", ["status = 'approved'::text"]],
  ["((status = 'a'::text) AND (n > 1))", ["status = 'a'::text", "n > 1"]],
  // BETWEEN, as the server prints it.
  ["((n >= 1) AND (n <= 9) AND approved)", ["n >= 1", "n <= 9", "approved"]],
  ["(((a = 1) AND (b = 2)) AND (c = 3))", ["a = 1", "b = 2", "c = 3"]],
  ["((a = 1) OR ((b = 2) AND (c = 3)))", ["(a = 1) OR ((b = 2) AND (c = 3))"]],
  ["(a = 1) AND (b = 2)", ["a = 1", "b = 2"]],
  ["(NOT (a AND b))", ["NOT (a AND b)"]],
  ["(CASE WHEN a AND b THEN c ELSE d END AND e)", ["CASE WHEN a AND b THEN c ELSE d END", "e"]],
  [
    "((tag = ANY (ARRAY['x'::text, 'AND'::text])) AND (\"AND\" = 1))",
    ["tag = ANY (ARRAY['x'::text, 'AND'::text])", '"AND" = 1'],
  ],
  ["((title = 'né ( AND'::text) AND (größe IS NOT NULL))", ["title = 'né ( AND'::text", "größe IS NOT NULL"]],
];

test.each(cases)("%s", (canonical, parts) => {
  expect(filterParts(canonical)).toEqual(parts);
});
