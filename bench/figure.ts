/** What a benchmark measured, and how people read it. */
import type { EngineKind } from "../src/domain/topology.ts";

export interface Figure {
  readonly what: string;
  /** What it is measured against, in the same run. Absent: the goal is a number of its own. */
  readonly anchor?: string;
  readonly ours: string;
  readonly ratio?: string;
  /** Absent: it is shown to compare the engines by. */
  readonly goal?: string;
  readonly isMet?: boolean;
}

/** The same on each engine; on one only where the engine does not matter. */
export type FigureOfEngines = Readonly<Partial<Record<EngineKind, Figure>>>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export const seconds = (value: number): string => `${value.toFixed(value < 1 ? 2 : 1)} s`;

export function renderTable(figures: readonly FigureOfEngines[]): string {
  return [
    "| what | anchor | pglogical | native | goal | met |",
    "|---|---|---|---|---|---|",
    ...figures.map(({ pglogical, native }) => {
      const { what = "", anchor = "–", goal = "–" } = pglogical ?? native ?? {};
      const cells = [what, anchor, shown(pglogical), shown(native), goal, met(pglogical, native)];
      return `| ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}

const shown = (figure: Figure | undefined): string =>
  figure === undefined ? "" : [figure.ours, ...(figure.ratio === undefined ? [] : [figure.ratio])].join(", ");

/** On all engines that it was measured on, or which of them. */
function met(...figures: readonly (Figure | undefined)[]): string {
  const known = figures.flatMap((figure) => (figure?.isMet === undefined ? [] : [figure.isMet]));
  if (known.length === 0) return "–";
  if (known.every((isMet) => isMet === known[0])) return known[0] === true ? "yes" : "**no**";
  return known.map((isMet) => (isMet ? "yes" : "**no**")).join(", ");
}
