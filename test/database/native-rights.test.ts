/** Native replication with the least rights: who owns the subscription and the outboxes above, and as whom rows are applied. */
import { beforeAll, expect, test } from "vitest";

import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({
  districts: 1,
  regions: 1,
  engine: "native",
  majors: { "district-a": 15, east: 16, nation: 18 },
});
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
let topology: Topology;
let turn = 0;

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await at(name, "create table item (id text primary key, status text not null, note text)");
  ({ topology } = await provision(tree, sets));
});

const subscription = (node: string): string => (node === "nation" ? "slm_from_east" : "slm_from_district_a");

/** Each leaf of the outbox, for `do`. */
const eachLeaf = (command: string): string =>
  `do $$ declare leaf regclass; begin for leaf in select l.leaf from tributary.outbox_leaves('knowledge') l loop
    execute format('${command}', leaf); end loop; end $$`;

const settings: readonly (readonly [name: string, sql: (node: string) => readonly string[]])[] = [
  ["the role that apply gives it to", () => []],
  [
    "another role that may only insert into the outbox",
    (node) => [
      "create role applier login; grant pg_create_subscription to applier; grant create on database slm to applier",
      "grant usage on schema tributary to applier",
      eachLeaf("grant insert on %s to applier"),
      `alter subscription ${subscription(node)} owner to applier`,
    ],
  ],
];

test.each(settings)("%s", async (_, commands) => {
  for (const node of ["east", "nation"]) for (const command of commands(node)) await at(node, command);
  turn += 1;
  await at(
    "district-a",
    `insert into item values ('${turn} a', 'approved', 'one'), ('${turn} b', 'draft', 'one'), ('${turn} c', 'approved', 'one');
     update item set note = 'two', status = 'approved' where id = '${turn} b'; delete from item where id = '${turn} c'`,
  );
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  expect(await at("nation", `select count(*)::int as n from item where id like '${turn} %'`)).toEqual([
    { n: 2 },
  ]);
  expect(plan(topology, await observe(topology)).steps).toEqual([]);
});
