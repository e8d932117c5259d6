/** What a benchmark measured, and how people read it. */

export interface Figure {
  readonly what: string;
  /** What it is measured against, in the same run. Absent: the goal is a number of its own. */
  readonly anchor?: string;
  readonly ours: string;
  readonly ratio?: string;
  readonly goal: string;
  readonly isMet: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export const seconds = (value: number): string => `${value.toFixed(value < 1 ? 2 : 1)} s`;

export function renderTable(figures: readonly Figure[]): string {
  return [
    "| what | anchor | ours | ratio | goal | met |",
    "|---|---|---|---|---|---|",
    ...figures.map(
      ({ what, anchor = "–", ours, ratio = "–", goal, isMet }) =>
        `| ${[what, anchor, ours, ratio, goal, isMet ? "yes" : "**no**"].join(" | ")} |`,
    ),
  ].join("\n");
}
