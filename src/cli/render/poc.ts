/** What the proof of concept found, as text and as JSON. */
import type { Comparison } from "../../sandbox/poc/compare.ts";

export interface PlayedStage {
  readonly title: string;
  readonly seconds: number;
  readonly lines: readonly string[];
}

/** Tier by tier, one line for each table of each district. */
export function renderComparison(comparisons: readonly Comparison[]): string {
  const header = [
    "table",
    "district",
    "approved there",
    "at the region",
    "in the nation",
    "columns",
    "equal",
  ];
  const body = comparisons.map(({ table, district, tiers, columns, differences }) => [
    table,
    district,
    ...tiers.map(({ rows, hash }) => `${String(rows).padStart(5)} ${hash}`),
    String(columns),
    differences.length === 0 ? "yes" : `NO: ${differences.length}`,
  ]);
  const differing = comparisons.flatMap(({ table, differences }) =>
    differences.slice(0, 3).map(({ node, key, column }) => `  ${node}: ${table} ${key} ${column ?? "(row)"}`),
  );
  return [
    ...align([header, ...body]),
    ...(differing.length > 0 ? ["", "Differences:", ...differing] : []),
  ].join("\n");
}

/** Columns of equal width. */
export function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** One object: what was played, and every comparison. */
export function pocJson(stages: readonly PlayedStage[], comparisons: readonly Comparison[]): string {
  const equal = comparisons.every(({ differences }) => differences.length === 0);
  return JSON.stringify({ equal, stages, comparison: comparisons });
}
