/** Findings of doctor, as people read them. */
import { legibleLines, legibly } from "../../domain/legible.ts";
import type { Problem } from "../../domain/step.ts";

export interface Findings {
  readonly project: string;
  readonly nodes: number;
  readonly problems: readonly Problem[];
}

/** What was found, node by node, each with what mends it. */
export function renderFindings({ project, nodes, problems: found }: Findings): string {
  const problems = found.map(({ fix, ...problem }) => ({ ...legibly(problem), fix: legibleLines(fix) }));
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const verdict =
    problems.length === 0 ? "nothing to mend" : `${count(errors, "error")}, ${count(warnings, "warning")}`;
  const headline = `Project ${project}: ${count(nodes, "node")} checked, ${verdict}.`;
  return [headline, ...byNode(gatherRepeated(problems))].join("\n");
}

function byNode(findings: readonly Finding[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const finding of findings) {
    const place = placeOf(finding.nodes);
    const lines = groups.get(place) ?? ["", place];
    lines.push(...renderFinding(finding));
    groups.set(place, lines);
  }
  return [...groups.values()].flat();
}

const INDENT = " ".repeat(12);

function renderFinding({ severity, message, fix }: Finding): readonly string[] {
  const mend = fix.split("\n").map((line) => `${INDENT}${line}`);
  return [`  ${severity.padEnd(9)} ${message}`, ...mend];
}

const SHOWN = 6;

function placeOf(nodes: readonly string[]): string {
  if (nodes.length === 1) return `node "${nodes[0]}"`;
  const names = nodes.slice(0, SHOWN).map((name) => `"${name}"`);
  const more = nodes.length > SHOWN ? ` and ${nodes.length - SHOWN} more` : "";
  return `nodes ${names.join(", ")}${more}`;
}

type Finding = Problem & { readonly nodes: readonly string[] };

/** What many nodes have alike is told once. */
function gatherRepeated(problems: readonly Problem[]): readonly Finding[] {
  const findings = new Map<string, Problem & { readonly nodes: string[] }>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.code, problem.severity, problem.message, problem.fix]);
    const known = findings.get(key);
    if (known === undefined) findings.set(key, { ...problem, nodes: [problem.node] });
    else if (!known.nodes.includes(problem.node)) known.nodes.push(problem.node);
  }
  return [...findings.values()];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
