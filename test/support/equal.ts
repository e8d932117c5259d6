/** Is what each district approved, and nothing else, at every tier above it? */
import type { TestNode, TestTree } from "./cluster.ts";
import { query } from "./sql.ts";

export interface ComparedTable {
  /** Quoted, with its schema. */
  readonly table: string;
  /** `schema.table` unquoted, as provenance is named. */
  readonly relation: string;
  /** Default: every row. */
  readonly where?: string;
  /** The columns that travel, quoted; default: all. */
  readonly columns?: string;
  /** The key, quoted. */
  readonly key: string;
}

const fold = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => String(row["line"]));

const provenance = (relation: string): string => `tributary."provenance_${relation.replaceAll('"', '""')}"`;

/** A node's own approved rows, one text each. At a region, rows that came from below are not its own. */
export async function approvedRows(node: TestNode, compared: ComparedTable): Promise<string[]> {
  const { table, relation, where = "true", columns = "*", key } = compared;
  const own = node.tier === "district" ? "" : ` and (${key}) not in (select ${key} from ${provenance(relation)})`;
  return fold(
    await query(
      node.dsn,
      `select row(t.*)::text as line from (select ${columns} from ${table} where (${where})${own} order by ${key}) t`,
    ),
  );
}

/** The rows of `owner` at a node above. */
export async function deliveredRows(node: TestNode, owner: string, compared: ComparedTable): Promise<string[]> {
  const { table, relation, columns = "*", key } = compared;
  return fold(
    await query(
      node.dsn,
      `select row(t.*)::text as line from (select ${columns} from ${table}
       where (${key}) in (select ${key} from ${provenance(relation)} where tributary_owner = '${owner}') order by ${key}) t`,
    ),
  );
}

/** The tiers above a node, next first. */
export function above(tree: TestTree, node: TestNode): readonly TestNode[] {
  if (node.upstream === undefined) return [];
  const next = tree.node(node.upstream);
  return [next, ...above(tree, next)];
}

/** Every difference between what a district approved and what the tiers above hold of it, in words. Empty: equal. */
export async function differences(tree: TestTree, tables: readonly ComparedTable[]): Promise<string[]> {
  const senders = tree.nodes.filter(({ upstream }) => upstream !== undefined);
  const found = await Promise.all(
    senders.flatMap((sender) => tables.map((compared) => differencesAbove(tree, sender, compared))),
  );
  return found.flat();
}

async function differencesAbove(tree: TestTree, sender: TestNode, compared: ComparedTable): Promise<string[]> {
  const expected = await approvedRows(sender, compared);
  const found: string[] = [];
  for (const upper of above(tree, sender)) {
    const present = await deliveredRows(upper, sender.name, compared);
    const isPresent = new Set(present);
    const isExpected = new Set(expected);
    const tell = (verb: string, rows: readonly string[]): void => {
      if (rows.length === 0) return;
      const sample = rows.slice(0, 3).map((row) => row.slice(0, 200));
      found.push(`${upper.name} ${verb} ${rows.length} rows of ${compared.relation} of ${sender.name}: ${sample.join(" ")}`);
    };
    tell("lacks", expected.filter((row) => !isPresent.has(row)));
    tell("has too many", present.filter((row) => !isExpected.has(row)));
  }
  return found;
}
