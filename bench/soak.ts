/** A million messages: what outboxes and pg_wal hold at every tier afterwards, against what they held after ten thousand. */
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { openApplication, query } from "../test/support/sql.ts";
import type { Figure } from "./figure.ts";
import { untilLevel } from "./level.ts";
import { outboxBytes, startPruner } from "./pruner.ts";
import { tell, timed } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, startChain } from "./tree.ts";

const FEW = 10_000;
const MANY = 1_000_000;
/** Messages of one transaction. */
const BATCH = 200;
const CHAIN = ["district", "region", "nation"] as const;

const TABLE = `create table public.document (id bigint primary key, status text not null, title text not null)`;

/** One message to a statement: the document appears, or its title changes. */
const WRITE = `create procedure public.write_messages(first bigint, last bigint) language plpgsql as $$ begin
  for n in first..last loop
    if n % 2 = 1 then
      insert into public.document values (n, 'approved', 'Report ' || n);
    else
      update public.document set title = 'Report ' || n where id = n - 1;
    end if;
    if n % ${BATCH} = 0 then
      commit;
    end if;
  end loop;
end $$`;

/** The same number of WAL files is kept for reuse from the first checkpoint on. */
const WAL = { max_wal_size: "256MB", min_wal_size: "256MB" };

interface Sizes {
  readonly outbox: number;
  readonly wal: number;
}

export async function benchSoak(binaries: Binaries): Promise<Figure> {
  await using tree = await startChain(binaries, CHAIN, APPROVED_DOCUMENTS, { settings: WAL });
  for (const node of CHAIN) await query(tree.dsn(node), TABLE);
  await query(tree.dsn("district"), WRITE);
  await applyNow(tree.topology);
  await using pruner = startPruner(CHAIN.map((node) => tree.dsn(node)));
  // WAL files are made first and used again later.
  for (const node of CHAIN) await fillWal(tree.dsn(node));
  await write(tree, 1, FEW);
  const few = await sizes(tree);
  const mostBefore = pruner.mostBytes();
  const time = await timed(() => write(tree, FEW + 1, MANY));
  const many = await sizes(tree);
  tell(
    `soak: ${Math.round((MANY - FEW) / time).toLocaleString("en")} messages/s over two hops; at most ${mb(pruner.mostBytes())} in an outbox, ${mb(mostBefore)} with few`,
  );
  return {
    what: `outboxes and \`pg_wal\` of ${CHAIN.length} tiers after ${MANY.toLocaleString("en")} messages`,
    anchor: `after ${FEW.toLocaleString("en")}: ${described(few)}`,
    ours: `${described(many)}; an outbox held ${mb(pruner.mostBytes())} at most`,
    goal: "no growth",
    isMet: many.every(
      ({ outbox, wal }, at) => outbox <= (few[at]?.outbox ?? 0) && wal <= (few[at]?.wal ?? 0),
    ),
  };
}

const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

const described = (found: readonly Sizes[]): string =>
  `${found.map(({ outbox }) => mb(outbox)).join(", ")} in outboxes, ${found.map(({ wal }) => mb(wal)).join(", ")} of WAL`;

/** Writes messages with these numbers, and waits until they are in the nation. */
async function write(tree: BenchTree, first: number, last: number): Promise<void> {
  await query(tree.dsn("district"), `call public.write_messages(${first}, ${last})`);
  await untilLevel(tree, "district", "nation");
}

/** Of every tier, when all leaves have been at rest and no slot keeps WAL of what has been delivered. */
async function sizes(tree: BenchTree): Promise<readonly Sizes[]> {
  return await Promise.all(CHAIN.map((node) => sizesOf(tree.dsn(node))));
}

async function sizesOf(dsn: string): Promise<Sizes> {
  await using node = openApplication(dsn);
  const [now] = await node.query("select pg_current_wal_insert_lsn()::text as lsn");
  const lsn = String(now?.["lsn"]);
  // A slot moves on at a record that a checkpoint writes.
  await eventually(
    async () => {
      await node.query("checkpoint");
      const behind = await node.query(
        "select from pg_replication_slots where restart_lsn < $1::text::pg_lsn",
        lsn,
      );
      return behind.length === 0 ? true : undefined;
    },
    { timeoutMs: 120_000, what: "slots have moved on" },
  );
  const empty = await emptyOutboxBytes(dsn);
  await eventually(async () => ((await outboxBytes(node)) <= empty ? true : undefined), {
    timeoutMs: 90_000,
    what: "the outbox is empty",
  }).catch(() => undefined);
  await node.query("checkpoint");
  const [wal] = await node.query("select sum(size)::text as bytes from pg_ls_waldir()");
  return { outbox: await outboxBytes(node), wal: Number(wal?.["bytes"]) };
}

/** Three leaves without a message. */
async function emptyOutboxBytes(dsn: string): Promise<number> {
  const [row] = await query(
    dsn,
    `create temporary table empty (like tributary.messages_knowledge);
     select 3 * pg_total_relation_size('pg_temp.empty') as bytes`,
  );
  return Number(row?.["bytes"]);
}

async function fillWal(dsn: string): Promise<void> {
  await using node = openApplication(dsn);
  for (let file = 0; file < 20; file += 1)
    await node.query("select pg_logical_emit_message(false, 'soak', 'x'), pg_switch_wal()");
  await node.query("checkpoint");
}
