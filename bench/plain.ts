/** The anchor of what travels: pglogical as its manual shows it, every row of a table, no filter. */
import { eventually } from "../src/sandbox/eventually.ts";
import { query } from "../test/support/sql.ts";
import type { BenchTree } from "./tree.ts";

/** Carries public.document of a database up a chain of nodes, lowest first. `link`: where a node is reached from above. */
export async function carryPlainly(
  tree: BenchTree,
  chain: readonly string[],
  database: string,
  link: (node: string, dsn: string) => Promise<string> | string = (_, dsn) => dsn,
): Promise<void> {
  for (const [at, node] of chain.entries()) {
    const dsn = tree.dsn(node, database);
    await query(
      dsn,
      `create extension pglogical;
       select pglogical.create_node('plain_${node}', '${dsn}');
       select pglogical.replication_set_add_table('default', 'public.document')`,
    );
    const below = chain[at - 1];
    if (below === undefined) continue;
    const provider = await link(below, tree.dsn(below, database));
    await query(
      dsn,
      `select pglogical.create_subscription('plain_from_${below}', '${provider}', '{default}', false, false, '{all}')`,
    );
    await eventually(() => isReplicating(dsn), { timeoutMs: 60_000, what: `"${node}" replicates plainly` });
  }
}

async function isReplicating(dsn: string): Promise<true | undefined> {
  const [row] = await query(dsn, "select status from pglogical.show_subscription_status()");
  return row?.["status"] === "replicating" ? true : undefined;
}
