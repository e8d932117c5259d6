/** Shows what `apply` would do. */
import { writeFileSync } from "node:fs";

import { UsageError } from "../../domain/errors.ts";
import { jsonText } from "../../domain/legible.ts";
import type { Plan } from "../../domain/step.ts";
import { statementsOf } from "../../engine/steps.ts";
import { observe } from "../../observe/observe.ts";
import { plan as makePlan, type PlanOptions } from "../../plan/plan.ts";
import { defineCommand } from "../command.ts";
import { DROP_ROWS_OF, dropRowsOf } from "../drop-rows.ts";
import { planAsJson, renderPlan, renderPlanSql, type StatementsOf } from "../render/plan.ts";
import { openSessions } from "../run-plan.ts";

const PENDING = 10;

export const plan = defineCommand({
  name: "plan",
  summary: "Show what apply would do, without doing it",
  description:
    "Looks at every node and prints, step by step, what apply would do: in words, or with --sql as the exact\n" +
    "statements. Changes nothing. A saved plan is refused by apply when the world has changed since.",
  examples: [
    ["tributary plan", "in words"],
    ["tributary plan --sql", "the exact statements"],
    ["tributary plan --out rollout.json", "save it, for: tributary apply rollout.json"],
    ["tributary plan --detailed-exitcode", "exit code 10 when there is something to do"],
  ],
  options: {
    sql: { type: "boolean", summary: "The statements instead of words" },
    out: { type: "string", value: "FILE", summary: "Also save the plan" },
    prune: { type: "boolean", summary: "Also drop what the topology does not have" },
    "drop-rows-of": DROP_ROWS_OF,
    "detailed-exitcode": {
      type: "boolean",
      summary: "Exit code 10 when the servers do not match the topology",
    },
  },
  async run(context, { sql, out, prune, "drop-rows-of": drops, "detailed-exitcode": isDetailed }) {
    const topology = await context.topology();
    await using sessions = openSessions(context, topology);
    const state = await observe(topology, {
      sessions,
      ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
    });
    const options: PlanOptions = {
      ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
      ...(prune ? { prune } : {}),
      ...((drops ?? []).length === 0 ? {} : { dropRowsOf: dropRowsOf(topology, drops) }),
    };
    const made = makePlan(topology, state, options);
    if (out !== undefined) save(out, made, options, statementsOf);
    if (context.json) context.stdout(JSON.stringify(planAsJson(made, statementsOf)));
    else context.stdout(sql ? renderPlanSql(made, statementsOf) : renderPlan(made));
    const hasErrors = made.problems.some((problem) => problem.severity === "error");
    return isDetailed && (made.steps.length > 0 || hasErrors) ? PENDING : 0;
  },
});

/** With its options, so that apply plans the same thing again and can compare. */
function save(file: string, made: Plan, options: PlanOptions, statementsOf: StatementsOf): void {
  const content = { ...planAsJson(made, statementsOf), options };
  try {
    writeFileSync(file, `${jsonText(content, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be written: ${(cause as Error).message}`, {
      code: "unwritable-file",
      hint: "Name a file in a folder that is there with --out.",
      cause,
    });
  }
}
