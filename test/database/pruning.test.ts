/** Outboxes are emptied: what the engine still has to send is in the WAL, and nobody waits. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
const provisioned = (): Promise<unknown> =>
  provision(tree, { knowledge: { tables: { "public.item": { where } } } });

const outboxBytes = async (node: string): Promise<number> =>
  Number((await at(node, "select tributary.outbox_bytes('knowledge')::int as n"))[0]?.["n"]);
/** Of each leaf, its TOAST index. */
const EMPTY_BYTES = 3 * 8192;

/** Which leaf is written is the clock's business; here it is the test's. */
const writeLeaf = async (leaf: number, nodes: readonly string[]): Promise<void> => {
  for (const node of nodes)
    await at(
      node,
      `create or replace function tributary.current_leaf(at timestamptz) returns smallint language sql immutable as 'select ${leaf}::smallint'`,
    );
};
const all = (): readonly string[] => tree.nodes.map(({ name }) => name);
const prune = (node: string): Promise<unknown> => at(node, "select tributary.prune()");

const approve = (node: string, prefix: string, rows: number): Promise<unknown> =>
  at(
    node,
    `insert into item select '${prefix}' || g, 'approved', (select string_agg(md5(random()::text), '') from generate_series(1, 40) where g > 0)
     from generate_series(1, ${rows}) g`,
  );

beforeAll(async () => {
  for (const node of tree.nodes)
    await at(node.name, "create table item (id text primary key, status text not null, note text)");
  await provisioned();
});

test("each leaf is written in its turn, and rests for two", async () => {
  const turns = await at(
    "district-a",
    "select tributary.current_leaf('2026-01-01'::timestamptz + s * interval '20 s') as leaf from generate_series(0, 5) s",
  );
  expect(turns.map(({ leaf }) => leaf)).toEqual([0, 1, 2, 0, 1, 2]);
});

test("messages that were pruned before the region took them arrive all the same", async () => {
  await tree.cluster("east").stop();
  for (const leaf of [0, 1, 2, 0]) {
    await writeLeaf(leaf, ["district-a"]);
    await approve("district-a", `${leaf}-${String(performance.now())} `, 4000);
    await prune("district-a");
  }
  await at("district-a", "update item set note = 'short' where id like '1-%'");
  await at("district-a", "update item set status = 'draft' where id like '2-%'");
  for (const leaf of [1, 0]) {
    await writeLeaf(leaf, ["district-a"]);
    await prune("district-a");
  }
  expect(await outboxBytes("district-a")).toBe(EMPTY_BYTES);
  await tree.cluster("east").start();
  await provisioned();
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
});

test("once everything has arrived, the outboxes of every tier are empty", async () => {
  await approve("district-a", "last ", 2000);
  await settled(tree);
  expect(await outboxBytes("east")).toBeGreaterThan(EMPTY_BYTES);
  for (const leaf of [1, 0]) {
    await writeLeaf(leaf, all());
    for (const node of tree.nodes) await prune(node.name);
  }
  for (const node of tree.nodes) expect(await outboxBytes(node.name)).toBe(EMPTY_BYTES);
});

test("a leaf that a transaction still writes is left alone, and nobody waits for that", async () => {
  await using slow = openApplication(tree.dsn("district-a"));
  await slow.query("begin; insert into item values ('slow', 'approved', 'one')");
  await writeLeaf(2, all());
  await prune("district-a");
  await at("district-a", "insert into item values ('quick', 'approved', 'one')");
  expect(
    await at("district-a", "select relation from tributary.messages_knowledge where leaf = 2"),
  ).toHaveLength(1);
  await slow.query("commit");
  expect(
    await at("district-a", "select relation from tributary.messages_knowledge where leaf = 0"),
  ).toHaveLength(1);
  await prune("district-a");
  expect(await at("district-a", "select relation from tributary.messages_knowledge where leaf = 0")).toEqual(
    [],
  );
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
});

test("while a slot is behind, small leaves wait: every TRUNCATE would leave dead catalog rows", async () => {
  await tree.cluster("east").stop();
  await at(
    "district-a",
    "select pg_logical_emit_message(false, 'test', repeat('x', 1000000)) from generate_series(1, 70)",
  );
  await writeLeaf(0, ["district-a"]);
  const leaf2 = "select count(*)::int as n from tributary.messages_knowledge where leaf = 2";
  const [before] = await at("district-a", leaf2);
  await prune("district-a");
  expect(await at("district-a", leaf2)).toEqual([before]);
  await at("district-a", "select tributary.prune(0)");
  expect(await at("district-a", leaf2)).toEqual([{ n: 0 }]);
  await tree.cluster("east").start();
});
