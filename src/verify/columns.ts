/** In which columns rows differ. */
import type { ColumnDifference, Difference } from "../domain/verification.ts";
import type { Ends } from "./candidates.ts";
import { queries } from "./queries.ts";
import type { End } from "./scan.ts";

/** The differences, each with the values that differ. One end has none where a row is missing or too much. */
export async function withColumns(
  ends: Ends,
  differences: readonly Difference[],
): Promise<readonly Difference[]> {
  if (differences.length === 0) return [];
  const keys = differences.flatMap(({ key }) => key);
  const values = (end: End): Promise<readonly { row_values: readonly (string | null)[] | null }[]> =>
    end.session.all(queries.values, end.relation, end.columns, keys);
  const [below, above] = await Promise.all([values(ends.provider), values(ends.subscriber)]);
  return differences.map((difference, index) => {
    const [lower, upper] = [below[index]?.row_values, above[index]?.row_values];
    const columns = ends.provider.columns.flatMap((name, column): ColumnDifference[] => {
      const pair = { below: lower?.[column] ?? null, above: upper?.[column] ?? null };
      return pair.below === pair.above ? [] : [{ name, ...pair }];
    });
    return { ...difference, columns };
  });
}
