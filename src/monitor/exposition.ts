/** Metrics as text, as Prometheus and OpenMetrics define it. One family is one name with its series. */
import { legibleLines } from "../domain/legible.ts";

export type FamilyType = "gauge" | "counter";

export interface Family {
  /** Of counters: with `_total`. */
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  /** In the order in which values are given. */
  readonly labels: readonly string[];
}

/** One series: its labels' values, and its own. */
export type Series = readonly [labels: readonly string[], value: number];

export type Format = "prometheus" | "openmetrics";

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** The text of one family's series, which is the same in both formats. */
export function seriesText({ name, labels }: Family, series: Iterable<Series>): string {
  let text = "";
  for (const [values, value] of series) {
    const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? "")}"`);
    text += `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}\n`;
  }
  return text;
}

/** What stands before a family's series. Empty families are left out by the caller. */
export function headerText({ name, type, help }: Family, format: Format): string {
  const shown = format === "openmetrics" ? name.replace(/_total$/u, "") : name;
  return `# HELP ${shown} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${shown} ${type}\n`;
}

/** What ends the text. */
export const footerText = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

/** What is rare is looked for first: most values are plain. */
const QUOTED = /[^ !#-[\]-~\u00a0-\u0600]/u;

const escaped = (value: string): string =>
  QUOTED.test(value)
    ? legibleLines(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    : value;

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** The format that an `Accept` header asks for. */
export function formatFor(accept = ""): Format {
  return accept.includes("application/openmetrics-text") ? "openmetrics" : "prometheus";
}
