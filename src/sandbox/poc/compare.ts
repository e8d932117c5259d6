/** Holds every tier against the districts: every row, every column that travels. */
import { createHash } from "node:crypto";

import type { Sessions } from "../../postgres/sessions.ts";
import { readTables } from "./read-tables.ts";
import type { HashedRow } from "./sql.ts";
import { OFFICES, pathUp } from "./tree.ts";

/** One table of one district on its way up. */
export interface Comparison {
  readonly table: string;
  readonly district: string;
  /** Lowest tier first; the district itself counts what it has approved. */
  readonly tiers: readonly { readonly node: string; readonly rows: number; readonly hash: string }[];
  readonly columns: number;
  readonly differences: readonly Difference[];
}

interface Difference {
  readonly node: string;
  readonly key: string;
  /** Absent: the whole row is missing or too much. */
  readonly column?: string;
}

/** Compares what each district has approved with all that the nodes above have of it, and of nobody else. */
export async function compareTiers(sessions: Sessions): Promise<readonly Comparison[]> {
  const read = await readTables(sessions);
  return read.tables.flatMap((table) =>
    OFFICES.map((district) => compareOne(table, district, (node) => read.rowsOf(district, node, table))),
  );
}

/** All tiers have the same rows. */
export function isEqual(comparisons: readonly Comparison[]): boolean {
  return comparisons.every((comparison) => comparison.differences.length === 0);
}

function compareOne(
  table: string,
  district: string,
  rowsAt: (node: string) => readonly HashedRow[],
): Comparison {
  const wanted = byKey(rowsAt(district).filter(({ state }) => state === "approved"));
  const above = pathUp(district);
  const present = above.map((node) => ({
    node,
    rows: byKey(rowsAt(node)),
  }));
  return {
    table,
    district,
    tiers: [{ node: district, rows: wanted }, ...present].map(({ node, rows }) => ({
      node,
      rows: rows.size,
      hash: hashOf(rows),
    })),
    columns: Object.keys([...wanted.values()][0]?.columns ?? {}).length,
    differences: present.flatMap(({ node, rows }) => differences(node, wanted, rows)),
  };
}

type Rows = ReadonlyMap<string, HashedRow>;

function byKey(rows: readonly HashedRow[]): Rows {
  return new Map(
    [...rows].sort((left, right) => (left.key < right.key ? -1 : 1)).map((row) => [row.key, row]),
  );
}

function hashOf(rows: Rows): string {
  const hash = createHash("sha256");
  for (const row of rows.values()) hash.update(JSON.stringify([row.key, row.columns]));
  return hash.digest("hex").slice(0, 8);
}

function differences(node: string, wanted: Rows, present: Rows): readonly Difference[] {
  const surplus = [...present.keys()].filter((key) => !wanted.has(key)).map((key) => ({ node, key }));
  const wrong = [...wanted].flatMap(([key, row]): Difference[] => {
    const other = present.get(key);
    if (other === undefined) return [{ node, key }];
    const columns = Object.keys(row.columns).filter(
      (column) => row.columns[column] !== other.columns[column],
    );
    return columns.map((column) => ({ node, key, column }));
  });
  return [...surplus, ...wrong];
}
