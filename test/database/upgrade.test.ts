/** A living tree of the previous version, with messages on their way, is brought to this one. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { provisionVersion6 } from "../support/version-6.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);

beforeAll(async () => {
  for (const node of tree.nodes)
    await at(node.name, "create table item (id text primary key, status text not null, note text)");
  const file = path.join(tree.directory, "topology-6.yaml");
  writeFileSync(file, tree.topologyFile(sets));
  await provisionVersion6((await loadTopology(file)).topology);
});

test("the tree of version 6 works", async () => {
  await at(
    "district-a",
    "insert into item select 'a' || g, 'approved', 'one' from generate_series(1, 100) g",
  );
  await at("east", "insert into item values ('east 1', 'approved', 'one')");
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  expect(await at("nation", "select count(*)::int as n from item")).toEqual([{ n: 101 }]);
});

test("it is upgraded while it is written, with messages of both versions on the way", async () => {
  // What is written now arrives when the region has been upgraded.
  await at("east", "select pglogical.alter_subscription_disable(sub_name) from pglogical.subscription");
  await at(
    "district-a",
    "insert into item select 'b' || g, 'approved', 'one' from generate_series(1, 100) g",
  );
  await at("district-b", "insert into item select 'c' || g, 'draft', 'one' from generate_series(1, 100) g");
  await at("district-b", "update item set status = 'approved' where id like 'c%'");
  const writing = new AbortController();
  const writers = ["district-a", "district-b"].map(async (name) => {
    await using application = openApplication(tree.dsn(name));
    for (let turn = 0; !writing.signal.aborted; turn += 1) {
      await application.query(`insert into item values ('${name} ${turn}', 'approved', 'one')`);
      await application.query(`update item set note = 'two' where id = '${name} ${turn}'`);
      if (turn % 3 === 0) await application.query(`delete from item where id = '${name} ${turn}'`);
    }
    return name;
  });
  const { plan } = await provision(tree, sets);
  writing.abort();
  await Promise.all(writers);
  expect([...new Set(plan.steps.map(({ kind }) => kind))]).toEqual([
    "install-schema",
    "create-outbox",
    "set-link-role",
    "create-replication-set",
    "set-members",
    "alter-subscription",
    "enable-subscription",
  ]);
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  for (const node of tree.nodes)
    expect(
      await at(node.name, "select count(*)::int as n from tributary.outbox_leaves('knowledge')"),
    ).toEqual([{ n: 3 }]);
});
