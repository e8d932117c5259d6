/** A guide whose commands are run from the document itself: `sh` blocks, some with a `text` block of what they print. */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

export interface GuideStep {
  /** The heading that it stands under. */
  readonly chapter: string;
  readonly command: string;
  /** What it prints, if the document says so. `…` stands for anything in a line, or for any lines. */
  readonly prints?: string;
}

const BLOCK = /^## (?<heading>.+)$|^```(?<language>\w+)\n(?<content>[\s\S]*?)^```$/gmu;

/** The steps of a document, in order. */
export function guideSteps(file: URL): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  let chapter = "";
  for (const { groups = {} } of readFileSync(file, "utf8").matchAll(BLOCK)) {
    const { heading, language, content = "" } = groups;
    if (heading !== undefined) chapter = heading;
    else if (language === "sh") steps.push({ chapter, command: content.trimEnd() });
    else if (language === "text") steps.push({ ...last(steps, file), prints: content.trimEnd() });
  }
  return steps;
}

function last(steps: GuideStep[], file: URL): GuideStep {
  const step = steps.pop();
  if (step === undefined) throw new Error(`${file.pathname} begins with what nothing prints`);
  return step;
}

/** Whether the lines that a document shows stand together in what was printed. */
export function isPrinted(shown: string, printed: string): boolean {
  const pattern = shown.split("\n").map((line) => {
    if (line === "…") return String.raw`(?:.*\n)*?`;
    const pieces = line.trimEnd().split("…");
    return `${pieces.map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)).join(".*?")}[ \\t]*\\n`;
  });
  return new RegExp(`^${pattern.join("")}`, "mu").test(`${stripVTControlCharacters(printed)}\n`);
}
