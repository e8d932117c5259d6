/** The anchor of what travels: an engine as its manual shows it, every row of a table, no filter. */
import type { EngineKind } from "../src/domain/topology.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { query } from "../test/support/sql.ts";
import type { BenchTree } from "./tree.ts";

/** A way up from a node: the nodes above it, and their database. */
export interface PlainWay {
  /** Lowest first. */
  readonly chain: readonly string[];
  readonly database: string;
  /** Default: pglogical. */
  readonly engine?: EngineKind;
  /** Where a node is reached from above. */
  readonly link?: (node: string, dsn: string) => Promise<string> | string;
}

/** Carries public.document up a chain of nodes. */
export async function carryPlainly(
  tree: BenchTree,
  { chain, database, engine = "pglogical", link = (_, dsn) => dsn }: PlainWay,
): Promise<void> {
  for (const [at, node] of chain.entries()) {
    const dsn = tree.dsn(node, database);
    const below = chain[at - 1];
    const provider = below === undefined ? undefined : await link(below, tree.dsn(below, database));
    for (const statement of STATEMENTS[engine](node, dsn, below, provider)) await query(dsn, statement);
    if (below !== undefined)
      await eventually(() => isReplicating(dsn, engine), {
        timeoutMs: 60_000,
        what: `"${node}" replicates plainly`,
      });
  }
}

/** What a node runs that carries from `below`, if there is one. */
const STATEMENTS: Readonly<
  Record<EngineKind, (node: string, dsn: string, below?: string, provider?: string) => readonly string[]>
> = {
  pglogical: (node, dsn, below, provider) => [
    "create extension pglogical",
    `select pglogical.create_node('plain_${node}', '${dsn}')`,
    "select pglogical.replication_set_add_table('default', 'public.document')",
    ...(provider === undefined
      ? []
      : [
          `select pglogical.create_subscription('plain_from_${below}', '${provider}', '{default}', false, false, '{all}')`,
        ]),
  ],
  native: (_node, _dsn, below, provider) => [
    "create publication plain for table public.document",
    ...(provider === undefined
      ? []
      : [
          `create subscription plain_from_${below} connection '${provider}' publication plain with (copy_data = false)`,
        ]),
  ],
};

const RUNNING: Readonly<Record<EngineKind, string>> = {
  pglogical:
    "select from pglogical.show_subscription_status() where status = 'replicating' having count(*) > 0",
  native: "select from pg_stat_subscription where received_lsn is not null",
};

const isReplicating = async (dsn: string, engine: EngineKind): Promise<true | undefined> =>
  (await query(dsn, RUNNING[engine])).length > 0 ? true : undefined;

/** Waits until all that a node has committed is above it. */
export async function untilCarried(tree: BenchTree, node: string): Promise<void> {
  const dsn = tree.dsn(node);
  const [now] = await query(dsn, "select pg_current_wal_flush_lsn()::text as lsn");
  await eventually(
    async () => {
      const behind = await query(
        dsn,
        `select from pg_replication_slots where slot_type = 'logical' and not (active and confirmed_flush_lsn >= '${String(now?.["lsn"])}')`,
      );
      return behind.length === 0 ? true : undefined;
    },
    { timeoutMs: 300_000, what: `what "${node}" wrote is above it` },
  );
}
