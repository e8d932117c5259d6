/** What native replication passes by in silence, and what it leaves behind: found, mended, dropped. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1, engine: "native" });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
let topology: Topology;
let written = 0;

async function write(node = "district-a"): Promise<void> {
  written += 1;
  await at(node, `insert into item values ('${node} ${written}', 'approved', 'note')`);
}

async function expectWhole(): Promise<void> {
  await write();
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
}

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await at(name, "create table item (id text primary key, status text not null, note text)");
  await write();
  ({ topology } = await provision(tree, sets));
});

describe("messages that would pass by in silence", () => {
  const damages: readonly (readonly [what: string, node: string, sql: string, warning: RegExp])[] = [
    [
      "a table that the publication lacks",
      "district-a",
      "alter publication slm_knowledge drop table tributary.outbox_knowledge$1",
      /publication "slm_knowledge" of node "district-a" lacks table "tributary.outbox_knowledge\$1"/,
    ],
    [
      "a publication that is gone",
      "district-a",
      "drop publication slm_knowledge",
      /publication "slm_knowledge" of node "district-a" lacks table/,
    ],
    [
      "a table that the subscription does not take any more",
      "east",
      "delete from pg_catalog.pg_subscription_rel where srrelid = 'tributary.outbox_knowledge$2'::regclass",
      /the subscription of node "east" does not take table "tributary.outbox_knowledge\$2"/,
    ],
    [
      "a slot that is gone",
      "district-a",
      // its reader comes back at once
      `do $$ begin loop begin
         perform pg_terminate_backend(active_pid, 5000) from pg_replication_slots where active;
         perform pg_drop_replication_slot(slot_name) from pg_replication_slots;
         exit;
       exception when object_in_use then null; end; end loop; end $$`,
      /^$/,
    ],
  ];

  test.each(damages)(
    "%s: the link starts anew, and what was missed is brought",
    async (_, node, sql, warning) => {
      await using application = openApplication(tree.dsn(node));
      await application.query("set allow_system_table_mods = on");
      await application.query(sql);
      // In every leaf.
      await at(
        "district-a",
        "insert into tributary.messages_knowledge (kind, leaf) select 'beat', g from generate_series(0, 2) g",
      );
      await write();
      const { problems, steps } = plan(topology, await observe(topology));
      expect(steps.map(({ kind }) => kind)).toContain("create-subscription");
      expect(problems.map(({ message }) => message).join("\n")).toMatch(warning);
      await applyOnce(topology);
      await expectWhole();
      expect(plan(topology, await observe(topology)).steps).toEqual([]);
    },
  );
});

test("a district that publishes more than its outboxes writes none of it above", async () => {
  await at("district-a", "alter publication slm_knowledge add table item");
  await at("district-a", "insert into item values ('a draft', 'draft', 'SECRET')");
  await expectWhole();
  expect(await at("east", "select count(*)::int as n from item where id = 'a draft'")).toEqual([{ n: 0 }]);
  await at(
    "district-a",
    "alter publication slm_knowledge drop table item; delete from item where id = 'a draft'",
  );
});

test("a provider that is away holds nobody up, and its slot is found when it is back", async () => {
  tree.cluster("district-b").freeze();
  try {
    await using application = openApplication(tree.dsn("east"));
    // Whoever waits for it is cut off.
    await application.query("set statement_timeout = '30s'");
    await application.query("select tributary.native_unsubscribe('slm_from_district_b')");
  } finally {
    tree.cluster("district-b").thaw();
  }
  await write("district-b");
  const { steps } = plan(topology, await observe(topology));
  expect(steps.map(({ id }) => id)).toContain("drop-slot district-b slm_from_district_b");
  await applyOnce(topology);
  await expectWhole();
});

test("another role and address are taken over, without a new start; the role needs LOGIN and REPLICATION", async () => {
  await at("district-a", "create role link login replication");
  const moved: Topology = {
    ...topology,
    nodes: topology.nodes.map((node) => {
      const linkDsn = new URL(node.linkDsn);
      linkDsn.username = "link";
      return node.name === "district-a" ? { ...node, linkDsn: linkDsn.href } : node;
    }),
  };
  const { plan: made } = await applyOnce(moved);
  expect(made.steps.map(({ kind }) => kind)).toEqual(["alter-subscription"]);
  await expectWhole();
  expect(await at("district-a", "select usename from pg_stat_replication")).toEqual([{ usename: "link" }]);
  await applyOnce(topology);
});
