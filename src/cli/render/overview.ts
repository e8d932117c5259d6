/** What the monitor sees, in a terminal: the same words as on its page. */
import { legibly } from "../../domain/legible.ts";
import { styleText } from "node:util";

import { type Branch, drawTree } from "../../monitor/overview/drawing.ts";
import { clock, moment } from "../../monitor/overview/moment.ts";
import { type NodeOverview, lossOf, severityOf, titleOf, troublesOf } from "../../monitor/overview/place.ts";
import { asSentence } from "../../monitor/overview/text.ts";
import {
  SEVERITIES,
  type Severity,
  needsSomebody,
  severityWord,
  timeLeft,
} from "../../monitor/overview/trouble.ts";
import type { Overview } from "../../monitor/overview.ts";

export interface OverviewStyle {
  readonly color: boolean;
  /** Columns. Default: 100. */
  readonly width?: number;
}

const PRESET_WIDTH = 100;
const MARKS: Readonly<Record<Severity, string>> = { ok: "●", note: "○", warning: "▲", critical: "■" };
const NO_BREAK = "\u00a0";
const COLOURS = { ok: "green", note: "blue", warning: "yellow", critical: "red" } as const;

interface Sheet {
  readonly at: number;
  readonly width: number;
  readonly paint: (severity: Severity, text: string) => string;
}

/** The sentence, where somebody is needed, and the tree. */
export function renderOverview(seen: Overview, { color, width = PRESET_WIDTH }: OverviewStyle): string {
  const overview = legibly(seen);
  const { project, at, severity, headline, needs, nodes, isStale, lookedAt = at } = overview;
  const paint: Sheet["paint"] = (tone, text) =>
    color ? styleText(COLOURS[tone], text, { validateStream: false }) : text;
  const sheet = { at, width, paint };
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const cards = needs.flatMap((name) => byName.get(name) ?? []);
  return [
    ...(isStale
      ? [paint("critical", `This is stale: nothing was seen since ${moment(lookedAt, at)}.`), ""]
      : []),
    `${paint(severity, MARKS[severity])} Project ${project}, as seen at ${clock(at)}: ${severityWord(severity)}`,
    ...wrapped(headline, 2, width),
    ...cards.flatMap((node) => ["", ...card(sheet, node)]),
    "",
    ...treeLines(sheet, drawTree(overview)),
    "",
    SEVERITIES.map((tone) => `${paint(tone, MARKS[tone])} ${severityWord(tone)}`).join("   "),
    "",
  ].join("\n");
}

function card({ at, width, paint }: Sheet, node: NodeOverview): readonly string[] {
  const severity = severityOf(node);
  const time = timeLeft(lossOf(node), at);
  const left = time === undefined ? "" : `: ${time.left} until ${time.until}`;
  return [
    `${paint(severity, `${MARKS[severity]} ${titleOf(node)}`)}, ${severityWord(severity)}${left}`,
    ...troublesOf(node)
      .filter(({ isConsequence }) => isConsequence !== true)
      .flatMap(({ says, hint }) => [
        ...wrapped(asSentence(says), 2, width),
        ...wrapped(`Next: ${hint}`, 4, width),
      ]),
  ];
}

interface Line {
  readonly severity: Severity;
  /** With the lines of the tree before it. */
  readonly label: string;
  /** What goes before lines that follow. */
  readonly margin: string;
  readonly parts: readonly string[];
  readonly notes: readonly string[];
}

function treeLines({ width, paint }: Sheet, branches: readonly Branch[]): readonly string[] {
  const lines = branches.flatMap((branch) => linesOf(branch, "", ""));
  const widest = Math.max(0, ...lines.map(({ label, parts }) => (parts.length === 0 ? 0 : label.length)));
  return lines.flatMap(({ severity, label, margin, parts, notes }) => {
    if (parts.length === 0) return [label];
    const indent = widest + 4;
    // An amount and its unit stay together.
    const text = parts.map((part) => part.replaceAll(" ", NO_BREAK)).join(", ");
    const [first = "", ...rest] = wrapped(text, indent, width);
    const following = [...rest, ...notes.flatMap((note) => wrapped(note, margin.length + 3, width))];
    return [
      `${label.padEnd(widest)}  ${paint(severity, MARKS[severity])} ${first.slice(indent)}`,
      ...following.map((line) => `${margin}${line.slice(margin.length)}`),
    ].map((line) => line.replaceAll(NO_BREAK, " "));
  });
}

function linesOf(branch: Branch, stem: string, margin: string): readonly Line[] {
  const { node, words, told, shown, folded, foldedWords } = branch;
  const { state, lag, age, loss, free } = words;
  const count = shown.length + (folded.length > 0 ? 1 : 0);
  const severity = severityOf(node);
  return [
    {
      severity,
      label: `${stem}${node.name}`,
      margin: count > 0 ? `${margin}│` : margin,
      parts: [state, ...lag.split(", "), age, loss, free].filter((part) => part !== ""),
      notes: told.map(({ says, hint, severity: tone, isConsequence }) => {
        const isShort = isConsequence === true || needsSomebody(tone);
        return isShort ? asSentence(says) : `${asSentence(says)} Next: ${hint}`;
      }),
    },
    ...shown.flatMap((one, index) => {
      const isLast = index === count - 1;
      return linesOf(one, `${margin}${isLast ? "└─ " : "├─ "}`, `${margin}${isLast ? "   " : "│  "}`);
    }),
    ...(folded.length > 0
      ? [{ severity: "ok" as const, label: `${margin}└─ ${foldedWords}`, margin, parts: [], notes: [] }]
      : []),
  ];
}

/** Broken between words, and indented. A word that is longer than a line stays whole. */
function wrapped(text: string, indent: number, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${" ".repeat(indent)}${one}`);
}
