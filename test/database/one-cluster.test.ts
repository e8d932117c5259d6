/** Native replication between databases of one cluster, three tiers of them: pglogical does not survive that. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { applyOnce } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const TIERS = ["district", "region", "nation"];
const tree = useTestTree({ districts: 0, databases: TIERS });

test("rows travel over two hops within it, and everything goes again", async () => {
  const dsn = (tier: string): string => tree.cluster("nation").dsn(tier);
  for (const tier of TIERS)
    await query(dsn(tier), "create table item (id int primary key, approved boolean)");
  await query(dsn("district"), "insert into item values (1, true), (2, false)");
  const nodes = TIERS.map((tier, at) => [tier, { tier, upstream: TIERS[at + 1], dsn: dsn(tier) }] as const);
  const sets = { knowledge: { tables: { "public.item": { where: "approved" } } } };
  const file = path.join(tree.directory, "one-cluster.yaml");
  writeFileSync(
    file,
    JSON.stringify({ version: 1, project: "slm", engine: "native", sets, nodes: Object.fromEntries(nodes) }),
  );
  const { topology } = await loadTopology(file);
  await applyOnce(topology);
  await query(
    dsn("district"),
    "update item set approved = true where id = 2; insert into item values (3, true)",
  );
  await eventually(
    async () => ((await query(dsn("nation"), "select from item")).length === 3 ? true : undefined),
    { timeoutMs: 20_000, what: "three rows are in the nation" },
  );
  await applyOnce(topology, { remove: TIERS });
  expect(
    await query(
      dsn("nation"),
      "select from pg_replication_slots union all select from pg_replication_origin",
    ),
  ).toEqual([]);
});
