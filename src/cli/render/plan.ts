/** A plan as people, programs and psql read it. */
import type { Statement, StatementValue } from "../../domain/statement.ts";
import type { Plan, Problem, Reason, Step } from "../../domain/step.ts";
import { Secret } from "../../domain/statement.ts";
import { literal } from "../../postgres/quote.ts";
import { describeHazard, describeStep } from "./step.ts";

/** How a step becomes SQL; steps that move data have none. */
export type StatementsOf = (step: Step) => readonly Statement[];

const REASONS: Readonly<Record<Reason, string>> = {
  missing: "+",
  differs: "~",
  "not-in-topology": "-",
  requested: "-",
};

/** The plan in words: its steps in order, then what stands in the way of more. */
export function renderPlan(plan: Plan): string {
  return [
    headline(plan),
    ...(plan.steps.length === 0 ? [] : ["", ...renderSteps(plan.steps)]),
    ...(plan.problems.length === 0 ? [] : ["", ...renderPlanProblems(plan.problems)]),
    "",
  ].join("\n");
}

function headline({ project, steps, problems }: Plan): string {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const incomplete = errors === 0 ? "" : ` The plan is incomplete: ${count(errors, "problem")}.`;
  if (steps.length === 0) {
    const nothing = errors === 0 ? "nothing to do: the servers match the topology." : "no steps.";
    return `Project ${project}: ${nothing}${incomplete}`;
  }
  const nodes = new Set(steps.map((step) => step.node)).size;
  return `Project ${project}: ${count(steps.length, "step")} on ${count(nodes, "node")}.${incomplete}`;
}

/** One line to a step: `+` makes, `~` changes, `-` takes away. */
function renderSteps(steps: readonly Step[]): readonly string[] {
  const width = steps.reduce((widest, step) => Math.max(widest, step.node.length), 0);
  const digits = String(steps.length).length;
  return steps.map((step, at) => {
    const hazard = step.hazard === undefined ? "" : `   (${describeHazard(step.hazard)})`;
    const number = String(at + 1).padStart(digits);
    return `  ${number} ${REASONS[step.reason]} ${step.node.padEnd(width)}  ${describeStep(step)}${hazard}`;
  });
}

/** Each problem, with what mends it. */
export function renderPlanProblems(problems: readonly Problem[]): readonly string[] {
  return problems.flatMap(({ severity, node, message, fix }) => [
    `${severity}: node "${node}": ${message}`,
    `  mend it: ${fix}`,
  ]);
}

/** The plan as design and scripts know it. Never holds a secret. */
export function planAsJson(plan: Plan, statementsOf: StatementsOf): object {
  const { project, fingerprint, steps, problems } = plan;
  return {
    project,
    fingerprint,
    steps: steps.map((step) => {
      const { id, node, kind, reason, hazard } = step;
      const statements = statementsOf(step).map(statementText);
      return {
        id,
        node,
        kind,
        reason,
        ...(hazard === undefined ? {} : { hazard }),
        ...(statements.length === 0 ? {} : { statements }),
      };
    }),
    problems,
  };
}

/** The exact statements, in order, as a script to read. Steps without SQL say what they do. */
export function renderPlanSql(plan: Plan, statementsOf: StatementsOf): string {
  const parts = plan.steps.flatMap((step, at) => {
    const statements = statementsOf(step);
    const title = `-- ${at + 1}. ${step.node}: ${describeStep(step)}`;
    if (statements.length === 0) return [`${title}\n--    no SQL to show: apply moves the data itself`];
    const texts = statements.map(statementText);
    const isAtomic = statements.every((statement) => statement.transaction === "join") && texts.length > 1;
    return [[title, ...(isAtomic ? ["begin;", ...texts, "commit;"] : texts)].join("\n")];
  });
  const problems = renderPlanProblems(plan.problems).map((line) => `-- ${line}`);
  return [`-- ${headline(plan)}`, ...parts, ...(problems.length === 0 ? [] : [problems.join("\n")]), ""].join(
    "\n\n",
  );
}

/** A statement with its values in place, secrets as they are shown. */
export function statementText({ text, values = [] }: Statement): string {
  const filled =
    values.length === 0
      ? text
      : text.replaceAll(/\$(\d+)/gu, (whole, digits: string) => {
          const value = values[Number(digits) - 1];
          return value === undefined ? whole : valueText(value);
        });
  const trimmed = filled.trim();
  return trimmed.endsWith(";") ? trimmed : `${trimmed};`;
}

function valueText(value: StatementValue): string {
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Secret) return literal(value.shown).trim();
  if (typeof value === "string") return literal(value).trim();
  const array: readonly string[] = value;
  return array.length === 0 ? "'{}'" : `array[${array.map((item) => literal(item).trim()).join(", ")}]`;
}

function count(items: number, noun: string): string {
  return `${items} ${noun}${items === 1 ? "" : "s"}`;
}
