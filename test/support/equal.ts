/** Is what each district approved, and nothing else, at every tier above it? */
import type { TestNode, TestTree } from "./cluster.ts";
import { openApplication } from "./sql.ts";

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
  /** Equal rows of several nodes are one row above. */
  readonly shared?: boolean;
}

const provenance = (relation: string): string => `tributary."provenance_${relation.replaceAll('"', '""')}"`;

const lines = ({ table, columns = "*", key }: ComparedTable, condition: string): string =>
  `select row(t.*)::text as line from (select ${columns} from ${table} where ${condition} order by ${key}) t`;

/** A node's own approved rows. At a region, rows that came from below are not its own. */
function approved(node: TestNode, compared: ComparedTable): string {
  const { table, relation, where = "true", key, shared = false } = compared;
  // A shared row may be this node's own besides.
  const but = shared
    ? ` except select ${key} from ${provenance(relation)} where tributary_owner = '${node.name}'`
    : "";
  // Not `not in`, whose time grows with the square of the rows.
  const own =
    node.tier === "district"
      ? ""
      : ` and (${key}) in (select ${key} from ${table} except (select ${key} from ${provenance(relation)}${but}))`;
  return lines(compared, `(${where})${own}`);
}

/** The rows of `owner` at a node above. */
function delivered(owner: string, compared: ComparedTable): string {
  const { relation, key } = compared;
  return lines(
    compared,
    `(${key}) in (select ${key} from ${provenance(relation)} where tributary_owner = '${owner}')`,
  );
}

/** The tiers above a node, next first. */
export function above(tree: TestTree, node: TestNode): readonly TestNode[] {
  if (node.upstream === undefined) return [];
  const next = tree.node(node.upstream);
  return [next, ...above(tree, next)];
}

/** Every difference between what a node approved and what the tiers above hold of it, in words. Empty: equal. */
export async function differences(tree: TestTree, tables: readonly ComparedTable[]): Promise<string[]> {
  const applications = new Map(tree.nodes.map((node) => [node.name, openApplication(node.dsn)]));
  const ask = async (node: TestNode, text: string): Promise<string[]> => {
    const rows = (await applications.get(node.name)?.query(text)) ?? [];
    return rows.map((row) => String(row["line"]));
  };
  try {
    const senders = tree.nodes.filter(({ upstream }) => upstream !== undefined);
    const found = await Promise.all(
      senders.flatMap((sender) =>
        tables.map(async (compared) => {
          const expected = await ask(sender, approved(sender, compared));
          const uppers = above(tree, sender).map(async (upper) =>
            compare(expected, await ask(upper, delivered(sender.name, compared))).map(
              (difference) => `${upper.name} ${difference} of ${compared.relation} of ${sender.name}`,
            ),
          );
          return (await Promise.all(uppers)).flat();
        }),
      ),
    );
    return found.flat();
  } finally {
    await Promise.all([...applications.values()].map((application) => application.close()));
  }
}

function compare(expected: readonly string[], present: readonly string[]): string[] {
  const isPresent = new Set(present);
  const isExpected = new Set(expected);
  const missing = expected.filter((row) => !isPresent.has(row));
  const extra = present.filter((row) => !isExpected.has(row));
  const tell = (verb: string, rows: readonly string[]): string[] =>
    rows.length === 0
      ? []
      : [
          `${verb} ${rows.length} rows (${rows
            .slice(0, 3)
            .map((row) => row.slice(0, 200))
            .join(" ")})`,
        ];
  return [...tell("lacks", missing), ...tell("has too many", extra)];
}
