/** An error, as it is shown at the end of a run. */
import { styleText } from "node:util";
import { hideSecrets } from "../../domain/dsn.ts";
import { NotReadyError, TopologyError, TributaryError } from "../../domain/errors.ts";
import { jsonText, legible, legibleLines } from "../../domain/legible.ts";
import { renderProblems } from "./problems.ts";

export interface ErrorStyle {
  readonly json: boolean;
  readonly color: boolean;
}

/** The exit code that an error stands for. */
export const exitCodeOf = (error: unknown): number => (error instanceof TributaryError ? error.exitCode : 1);

/** The text for stderr, without secrets. */
export function renderError(error: unknown, style: ErrorStyle): string {
  return hideSecrets(style.json ? renderJson(error) : renderText(error, style.color));
}

function renderText(error: unknown, color: boolean): string {
  const label = color ? styleText(["red", "bold"], "error:", { validateStream: false }) : "error:";
  if (!(error instanceof TributaryError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${label} this is a bug in Tributary, please report it with these lines\n${legibleLines(stack)}`;
  }
  return [
    ...(error instanceof TopologyError && error.problems.length > 0 ? [renderProblems(error.problems)] : []),
    `${label} ${messageOf(error)}`,
    ...(error.node === undefined ? [] : [`  node: ${legible(error.node)}`]),
    ...(error.hint === undefined ? [] : [`  hint: ${legible(error.hint)}`]),
  ].join("\n");
}

const messageOf = (error: TributaryError): string =>
  error instanceof NotReadyError ? error.lines.join("\n") : legible(error.message);

function renderJson(error: unknown): string {
  if (!(error instanceof TributaryError)) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    return jsonText({ error: { code: "internal", message, stack } });
  }
  const { code, message, node, hint } = error;
  const problems = error instanceof TopologyError ? { problems: error.problems } : {};
  return jsonText({ error: { code, message, node, hint, ...problems } });
}
