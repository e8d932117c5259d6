/** Findings of doctor, as people read them. */
import { legibleLines, legibly } from "../../domain/legible.ts";
import type { Problem } from "../../domain/step.ts";

export interface Findings {
  readonly project: string;
  readonly nodes: number;
  readonly problems: readonly Problem[];
  /** All of them; else of what is alike the first three. */
  readonly isVerbose: boolean;
}

/** What was found, node by node, each with what mends it. */
export function renderFindings({ project, nodes, problems: found, isVerbose }: Findings): string {
  const problems = found.map(({ fix, ...problem }) => ({ ...legibly(problem), fix: legibleLines(fix) }));
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const verdict =
    problems.length === 0 ? "nothing to mend" : `${count(errors, "error")}, ${count(warnings, "warning")}`;
  const headline = `Project ${project}: ${count(nodes, "node")} checked, ${verdict}.`;
  const repeated = gatherRepeated(problems);
  return [headline, ...byNode(isVerbose ? repeated.map((finding) => [finding]) : gatherAlike(repeated))].join(
    "\n",
  );
}

function byNode(kinds: readonly Alike[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const kind of kinds) {
    const nodes = [...new Set(kind.flatMap((finding) => finding.nodes))];
    const place = placeOf(nodes);
    const lines = groups.get(place) ?? ["", place];
    lines.push(...renderAlike(kind, nodes));
    groups.set(place, lines);
  }
  return [...groups.values()].flat();
}

const INDENT = " ".repeat(12);

/** One finding as it is; of more a count and the first. What mends them all is said once. */
function renderAlike(kind: Alike, nodes: readonly string[]): readonly string[] {
  const [first] = kind;
  if (first === undefined) return [];
  const title = `  ${first.severity.padEnd(9)} `;
  if (kind.length === 1) return [`${title}${first.message}`, ...indented(first.fix)];
  const shown = kind.slice(0, SHOWN_ALIKE);
  return [
    `${title}${kind.length.toLocaleString("en")} findings are alike (${first.code}). The first ${SHOWN_ALIKE}; all of them: tributary doctor --verbose`,
    ...shown.flatMap((finding, at) => {
      const place = finding.nodes.length === nodes.length ? "" : `${placeOf(finding.nodes)}: `;
      const isSaidBelow = shown[at + 1]?.fix === finding.fix;
      return [`${INDENT}${place}${finding.message}`, ...(isSaidBelow ? [] : indented(finding.fix, "  "))];
    }),
  ];
}

const indented = (text: string, more = ""): readonly string[] =>
  text.split("\n").map((line) => `${INDENT}${more}${line}`);

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

/** Findings of one kind that are told together: one, or more than are shown. */
type Alike = readonly Finding[];

const SHOWN_ALIKE = 3;

/** A kind of which there are more than three becomes one, where its first is. */
function gatherAlike(findings: readonly Finding[]): readonly Alike[] {
  const kinds = new Map<string, Finding[]>();
  const kindOf = ({ severity, code }: Finding): string => `${severity} ${code}`;
  for (const finding of findings) {
    const kind = kinds.get(kindOf(finding));
    if (kind === undefined) kinds.set(kindOf(finding), [finding]);
    else kind.push(finding);
  }
  return findings.flatMap((finding) => {
    const kind = kinds.get(kindOf(finding)) ?? [];
    if (kind.length <= SHOWN_ALIKE) return [[finding]];
    return kind[0] === finding ? [kind] : [];
  });
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
