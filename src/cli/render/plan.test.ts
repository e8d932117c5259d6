import { expect, test } from "vitest";

import { statementsOf } from "../../engine/steps.ts";
import { plan } from "../../plan/plan.ts";
import { goldenCase } from "../../../test/support/golden.ts";
import { Secret } from "../../domain/statement.ts";
import { planAsJson, renderPlanSql, statementText } from "./plan.ts";

const { topology, state } = await goldenCase("add-district");
const withPassword = {
  ...topology,
  nodes: topology.nodes.map((node) => ({
    ...node,
    dsn: node.dsn.replace("postgres@", "postgres:hush@"),
    linkDsn: node.linkDsn.replace("postgres@", "postgres:hush@"),
  })),
};

test("values stand where they belong, and secrets do not", () => {
  expect(
    statementText({
      text: "select f($1, $2, $3, $10, $4)",
      values: ["it's", null, ["a", "b"], new Secret("hush", "***"), 5, 6, 7, 8, 9, true],
      transaction: "join",
    }),
  ).toBe("select f('it''s', null, array['a', 'b'], true, '***');");
});

test("a plan as SQL or JSON shows what apply runs, without passwords", () => {
  const made = plan(withPassword, state);
  const sql = renderPlanSql(made, statementsOf);
  const json = JSON.stringify(planAsJson(made, statementsOf));
  expect(sql).not.toContain("hush");
  expect(json).not.toContain("hush");
  expect(sql).toContain("tributary.capture_table('knowledge', '\"public\".\"document\"'::regclass");
  expect(sql).toContain("--    no SQL to show: apply moves the data itself");
  expect(Object.keys(JSON.parse(json) as object)).toEqual(["project", "fingerprint", "steps", "problems"]);
});
