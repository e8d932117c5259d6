/** A plan as people, programs and psql read it. */
import { legible, legibleLines, legibly } from "../../domain/legible.ts";
import type { Statement, StatementValue } from "../../domain/statement.ts";
import type { Plan, Problem, Reason, Step, StepOf } from "../../domain/step.ts";
import { Secret } from "../../domain/statement.ts";
import { needOf } from "../../plan/rights.ts";
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
export function renderPlan(made: Plan): string {
  const plan = { ...legibly(made), problems: made.problems };
  return [
    headline(plan),
    ...(plan.steps.length === 0 ? [] : ["", ...renderSteps(plan.steps), "", renderNeeds(plan.steps)]),
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
    const words = describeHazard(step);
    const hazard = words === undefined ? "" : `   (${words})`;
    const number = String(at + 1).padStart(digits);
    return `  ${number} ${REASONS[step.reason]} ${step.node.padEnd(width)}  ${describeStep(step)}${hazard}`;
  });
}

/** What whoever runs the plan needs. */
function renderNeeds(steps: readonly Step[]): string {
  const needs = new Map<string, Map<string, number>>();
  for (const step of steps) {
    const { right, why } = needOf(step);
    const reasons = needs.get(right) ?? new Map<string, number>();
    needs.set(right, reasons.set(why, (reasons.get(why) ?? 0) + 1));
  }
  const phrases = [...needs].map(([right, reasons]) => {
    const known = [...reasons].map(([why, steps_]) => `${why} (${count(steps_, "step")})`);
    return `${right === "superuser" ? "a superuser" : "the attribute REPLICATION"}: ${known.join(", ")}`;
  });
  return `  Needs ${phrases.join("; ")}.`;
}

/** Each problem, with what mends it. */
export function renderPlanProblems(problems: readonly Problem[]): readonly string[] {
  return problems.flatMap(({ severity, node, message, fix }) => [
    `${severity}: node "${legible(node)}": ${legible(message)}`,
    ...legibleLines(`mend it: ${fix}`)
      .split("\n")
      .map((line, at) => (at === 0 ? `  ${line}` : `           ${line}`)),
  ]);
}

/** The plan as design and scripts know it. Never holds a secret. */
export function planAsJson(plan: Plan, statementsOf: StatementsOf): object {
  const { project, fingerprint, steps, problems } = plan;
  return {
    project,
    fingerprint,
    steps: steps.map((step) => {
      const { id, node, kind, reason, hazard, drops } = step;
      const statements = statementsOf(step).map(statementText);
      return {
        id,
        node,
        kind,
        reason,
        ...(hazard === undefined ? {} : { hazard }),
        needs: needOf(step),
        ...(step.kind === "create-table" ? tableAsJson(step) : {}),
        ...(drops === undefined ? {} : { drops }),
        ...(statements.length === 0 ? {} : { statements }),
      };
    }),
    problems,
  };
}

const CAUTION =
  "-- Not to be run as it stands: control characters in it are written out. tributary plan --json has them exactly.";
/** Whom the new table belongs to, and what of the original it does not have. */
function tableAsJson({ owner, without, blueprint }: StepOf<"create-table">): object {
  return {
    owner: owner.role,
    ...(without.length === 0 ? {} : { without }),
    leftOut: blueprint.omissions.map(({ what, why }) => ({ what, why })),
  };
}

/** A comment of one line, whatever stands in the text: names come from servers. */
function comment(text: string): string {
  return `-- ${text.replaceAll(/[\r\n\u{85}\u{2028}\u{2029}]+/gu, " ")}`;
}

/** The exact statements, in order, as a script to read. Steps without SQL say what they do. */
export function renderPlanSql(plan: Plan, statementsOf: StatementsOf): string {
  let isExact = true;
  const shown = (statement: Statement): string => {
    const text = statementText(statement);
    const line = legibleLines(text);
    isExact &&= line === text;
    return line;
  };
  const parts = plan.steps.flatMap((step, at) => {
    const statements = statementsOf(step);
    const title = comment(`${at + 1}. ${legible(step.node)}: ${describeStep(legibly(step))}`);
    if (statements.length === 0) return [`${title}\n--    no SQL to show: apply moves the data itself`];
    const texts = statements.map(shown);
    const isAtomic = statements.every((statement) => statement.transaction === "join") && texts.length > 1;
    return [
      [title, ...passwordNote(step), ...(isAtomic ? ["begin;", ...texts, "commit;"] : texts)].join("\n"),
    ];
  });
  const problems = renderPlanProblems(plan.problems).map(comment);
  const caution = isExact ? [] : [CAUTION];
  return [
    `-- ${legible(headline(plan))}`,
    ...caution,
    ...parts,
    ...(problems.length === 0 ? [] : [problems.join("\n")]),
    "",
  ].join("\n\n");
}

/** What comes before a link's connection string, at the other end. */
function passwordNote(step: Step): readonly string[] {
  const isLink =
    step.kind === "create-subscription" ||
    step.kind === "alter-subscription" ||
    step.kind === "change-engine";
  if (!isLink || step.provider.linkRole?.password !== "generated") return [];
  const { name, linkRole } = step.provider;
  return [
    `--    *** is a password that apply makes, unless ${name} knows the present one; first at ${name}:`,
    `--    select tributary.set_link_password(${literal(linkRole.name).trim()}, '***', '…');`,
  ];
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
