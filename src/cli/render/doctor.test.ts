import { expect, test } from "vitest";

import type { Problem } from "../../domain/step.ts";
import { renderFindings } from "./doctor.ts";

const problem = (message: string, detail: Partial<Problem> = {}): Problem => ({
  code: "keys-may-clash",
  node: "north",
  severity: "warning",
  message,
  fix: "Use UUIDs.",
  fixIsSafeSql: false,
  ...detail,
});
const many = (count: number, detail: Partial<Problem> = {}): readonly Problem[] =>
  Array.from({ length: count }, (_, at) => problem(`table ${at}`, detail));
const render = (problems: readonly Problem[], isVerbose = false): string =>
  renderFindings({ project: "slm", nodes: 2, problems, isVerbose });

test("three that are alike are told one by one", () => {
  expect(render(many(3))).toBe(`Project slm: 2 nodes checked, 0 errors, 3 warnings.

node "north"
  warning   table 0
            Use UUIDs.
  warning   table 1
            Use UUIDs.
  warning   table 2
            Use UUIDs.`);
});

test("of more a count and the first three, wherever they are, and what mends them once", () => {
  const problems = [
    ...many(1200),
    problem("the clock is wrong", { code: "clock", severity: "error", fix: "Set it." }),
    ...many(2, { code: "unique-above", node: "nation", fix: "Drop it." }),
    problem("table 5000", { node: "south" }),
  ];
  expect(render(problems)).toBe(`Project slm: 2 nodes checked, 1 error, 1,203 warnings.

nodes "north", "south"
  warning   1,201 findings are alike (keys-may-clash). The first 3; all of them: tributary doctor --verbose
            node "north": table 0
            node "north": table 1
            node "north": table 2
              Use UUIDs.

node "north"
  error     the clock is wrong
            Set it.

node "nation"
  warning   table 0
            Drop it.
  warning   table 1
            Drop it.`);
});

test("errors and warnings of one kind are not alike, and each says what mends it", () => {
  const fixes = ["a", "b", "c", "d"].map((name) =>
    problem(`column ${name} is missing`, { fix: `ALTER TABLE t ADD ${name} int;\nSELECT 1;` }),
  );
  expect(render([...fixes, ...many(3, { severity: "error" })]))
    .toBe(`Project slm: 2 nodes checked, 3 errors, 4 warnings.

node "north"
  warning   4 findings are alike (keys-may-clash). The first 3; all of them: tributary doctor --verbose
            column a is missing
              ALTER TABLE t ADD a int;
              SELECT 1;
            column b is missing
              ALTER TABLE t ADD b int;
              SELECT 1;
            column c is missing
              ALTER TABLE t ADD c int;
              SELECT 1;
  error     table 0
            Use UUIDs.
  error     table 1
            Use UUIDs.
  error     table 2
            Use UUIDs.`);
});

test("all of them when asked", () => {
  const text = render(many(400), true);
  expect(text.match(/table \d+/gu)).toHaveLength(400);
  expect(text).not.toContain("alike");
});
