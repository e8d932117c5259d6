import { beforeAll, expect, test } from "vitest";

import { loadExpressionParser } from "../observe/blueprint/parse-tree.ts";
import { readExpression } from "../observe/blueprint/read-expression.ts";
import { evaluate, type Known } from "./evaluate.ts";

beforeAll(loadExpressionParser);

/** `text` as a domain's constraint or a default, of a value and of columns "gone" (null) and "here" (not known). */
function judge(text: string, value: Known): Known {
  const columns = new Map([
    ["gone", "text"],
    ["here", "text"],
  ] as const);
  const read = readExpression(text, { columns, value: "int4" });
  if ("refusal" in read) throw new Error(read.refusal);
  return evaluate(read.expression, { column: (name) => (name === "gone" ? null : undefined), value });
}

test.each<[string, Known, Known]>([
  ["value > 0", null, null],
  ["value > 0", "-1", false],
  ["value > 0", "3", true],
  ["value > 0", undefined, undefined],
  ["value is not null", null, false],
  ["value is null", null, true],
  ["value is not null and value > 0", null, false],
  ["value is null or value > 0", null, true],
  ["not value is null", null, false],
  ["coalesce(value, 0) > 0", null, false],
  ["coalesce(value, 1) > 0", null, true],
  ["(value > 0) is true", null, false],
  ["(value > 0) is not false", null, true],
  ["value = any (array[1, 2])", null, null],
  ["value >= 1 and value <= 5", "7", false],
  ["gone is not null", null, false],
  ["gone is not null or here is not null", null, undefined],
  ["here is not null and gone is not null", null, false],
  ["length(gone) > 3", null, null],
  ["coalesce(gone, '') <> ''", null, false],
  ["coalesce(gone, here) is not null", null, undefined],
  ["lower(gone) || 'x'", null, null],
  ["'a' = 'b'", null, undefined],
  ["case when gone is null then false else true end", null, undefined],
])("%s of %s: %s", (text, value, expected) => {
  expect(judge(text, value)).toBe(expected);
});
