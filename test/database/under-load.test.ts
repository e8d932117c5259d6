/** The district never feels any of it: writers under load, the region away, a large outbox, pruning without a pause. */
import { beforeAll, expect, test } from "vitest";

import { runProgram } from "../../src/sandbox/command.ts";
import { serverUser } from "../../src/sandbox/os-user.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);

const WRITERS = 3;
const outboxBytes = async (): Promise<number> =>
  Number((await at("district-a", "select tributary.outbox_bytes('knowledge')::float8 as n"))[0]?.["n"]);

/** Leaves take turns every 2 s here, not every 20. */
const LEAVES = `create or replace function tributary.current_leaf(at timestamptz) returns smallint
  language sql immutable as 'select (extract(epoch from at)::bigint / 2 % 3)::smallint'`;

const LEAF_0 = `create or replace function tributary.current_leaf(at timestamptz) returns smallint
  language sql immutable as 'select 0::smallint'`;

/** An application that waits for nobody: 200 ms for a lock, and any error is one too many. The turns it took. */
async function writer(number: number, over: AbortSignal): Promise<number> {
  await using application = openApplication(tree.dsn("district-a"));
  await application.query("set lock_timeout = '200ms'; set deadlock_timeout = '100ms'");
  let turn = 0;
  for (; !over.aborted; turn += 1) {
    const id = `${number} ${turn}`;
    await application.query(`insert into item values ('${id}', 'draft', 'one')`);
    await application.query(
      `begin; update item set note = 'two' where id = '${id}'; update item set status = 'approved' where id = '${id}'; commit`,
    );
    if (turn % 4 === 0) await application.query(`update item set status = 'draft' where id = '${id}'`);
    if (turn % 7 === 0) await application.query(`delete from item where id = '${id}'`);
    if (turn % 50 === 0)
      await application.query(
        `insert into item select '${id} bulk ' || g, 'approved', repeat('x', 200) from generate_series(1, 100) g`,
      );
  }
  return turn;
}

/** Until it is over: what any writer waits for. Extending a file takes a moment's lock, with every table that two write into. */
async function watch(over: AbortSignal): Promise<unknown[]> {
  await using observer = openApplication(tree.dsn("district-a"));
  const waits: unknown[] = [];
  while (!over.aborted)
    waits.push(
      ...(await observer.query(
        `select l.locktype, l.relation::regclass::text, l.mode, a.query from pg_locks l join pg_stat_activity a using (pid)
         where not l.granted and l.locktype <> 'extend' and a.application_name = 'application' and a.query not like '%tributary.prune%'`,
      )),
    );
  return waits;
}

/** Prunes without a pause until leaves have been emptied this often. */
async function prune(times: number): Promise<void> {
  await using application = openApplication(tree.dsn("district-a"));
  for (let emptied = 0; emptied < times;)
    if (Number((await application.query("select tributary.prune(0)::float8 as n"))[0]?.["n"]) > 0)
      emptied += 1;
}

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await at(name, "create table item (id text primary key, status text not null, note text)");
  await provision(tree, sets);
});

test("no writer fails or waits", async () => {
  await tree.cluster("east").stop();
  await at("district-a", LEAF_0);
  await at(
    "district-a",
    "insert into item select 'large ' || g, 'approved', (select string_agg(md5((g * s)::text), '') from generate_series(1, 300) s) from generate_series(1, 12000) g",
  );
  expect(await outboxBytes()).toBeGreaterThan(100_000_000);
  await at("district-a", LEAVES);
  await using long = openApplication(tree.dsn("district-a"));
  await long.query("begin; insert into item values ('long', 'approved', 'committed last')");
  const over = new AbortController();
  const watching = watch(over.signal);
  const writing = Array.from({ length: WRITERS }, (_, number) => writer(number, over.signal));
  try {
    // The first writer that fails ends it.
    await Promise.race([prune(2), Promise.all(writing)]);
  } finally {
    over.abort();
  }
  for (const turns of await Promise.all(writing)) expect(turns).toBeGreaterThan(20);
  expect(await watching).toEqual([]);
  await long.query("commit");
  await tree.cluster("east").start();
  await provision(tree, sets);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
});

test("an outbox that cannot be written refuses what would travel, and nothing else", async () => {
  await at("district-a", LEAF_0);
  await at(
    "district-a",
    `insert into tributary.messages_knowledge (kind, body)
     select 'beat', array[(select string_agg(md5((g * s)::text), '') from generate_series(1, 3000) s)] from generate_series(1, 400) g`,
  );
  await at("district-a", "insert into item values ('full', 'draft', 'one')");
  await using application = openApplication(tree.dsn("district-a"));
  // Neither a WAL segment nor the application's table is as long as that: for this session, the outbox's disk is full.
  const [{ pid } = {}] = await application.query("select pg_backend_pid() as pid");
  await runProgram("prlimit", ["--pid", String(pid), "--fsize=17825792"], serverUser());
  const long = "(select string_agg(md5(s::text), '') from generate_series(1, 3000) s)";
  const approve = `update item set status = 'approved', note = ${long} where id = 'full'`;
  await expect(application.query(approve)).rejects.toThrow(/could not extend file/);
  await application.query(
    "update item set note = 'two' where id = 'full'; insert into item values ('full too', 'draft', 'one')",
  );
  expect(await at("district-a", "select status, note from item where id = 'full'")).toEqual([
    { status: "draft", note: "two" },
  ]);
  await at("district-a", approve);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
});
