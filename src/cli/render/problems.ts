/** Problems of a topology file, as people and programs read them. */
import type { TopologyProblem } from "../../domain/errors.ts";
import { jsonText, legibly } from "../../domain/legible.ts";

/** `file:line:column: message`, as editors and grep understand it, and the hint below. */
export function renderProblems(problems: readonly TopologyProblem[], severity = ""): string {
  return legibly(problems)
    .map(({ file, line, column, message, hint }) => {
      const place = `${file}:${line}:${column}`;
      return `${place}: ${severity}${message}${hint === undefined ? "" : `\n  hint: ${hint}`}`;
    })
    .join("\n");
}

/** The same for what is only doubtful; with `json`, one object to a line. */
export function renderWarnings(warnings: readonly TopologyProblem[], json: boolean): string {
  if (!json) return renderProblems(warnings, "warning: ");
  return warnings.map((warning) => jsonText({ warning })).join("\n");
}
