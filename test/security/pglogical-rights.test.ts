/** What pglogical's schema gives to the roles of an application, where apply made it: that they can drop what is theirs. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { applyOnce, provision, settled, topologyOf } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, engine: "pglogical" });
const sets = { knowledge: { tables: { "public.item": { where: "status = 'approved'" } } } };
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
const asClerk = (text: string): ReturnType<typeof query> =>
  query(tree.dsn("district-a").replace("postgres@", "clerk@"), text);

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await at(
      name,
      `create role clerk login; grant create on schema public to clerk;
       create table item (id text primary key, status text not null); alter table item owner to clerk`,
    );
  await provision(tree, sets);
});

test.each([
  "create temp table mine (id int); drop table mine",
  "create table public.mine (id int primary key, note text); create index on public.mine (note); alter table public.mine drop column note; drop table public.mine",
  "create view public.seen as select 1 as one; drop view public.seen",
  "create function public.one() returns int language sql as 'select 1'; drop function public.one()",
  "create type public.mood as enum ('good'); drop type public.mood",
  "create temp table mine on commit drop as select 1",
])("an owner of tables can drop: %s", async (statements) => {
  await expect(asClerk(statements)).resolves.toBeDefined();
});

test.each([
  "select pglogical.replicate_ddl_command('create role mine superuser')",
  "select pglogical.create_subscription('mine', 'host=/nowhere')",
  "select pglogical.alter_subscription_disable('slm_from_district_a')",
  "select * from pglogical.show_subscription_status()",
  "select pglogical.create_replication_set('mine')",
  "select pglogical.replication_set_add_table('slm_knowledge', 'public.item')",
  "select pglogical.replication_set_add_all_tables('slm_knowledge', '{public}')",
  "select pglogical.replication_set_remove_table('slm_knowledge', 'tributary.outbox_knowledge')",
  "select pglogical.drop_replication_set('slm_knowledge')",
  "select pglogical.table_data_filtered(null::public.item, 'public.item', '{slm_knowledge}')",
  "select pglogical.drop_node('slm_district_a')",
  "select pglogical.alter_node_add_interface('slm_district_a', 'mine', 'host=/nowhere')",
  "select pglogical.synchronize_sequence('pg_class')",
  "select pglogical.pglogical_node_info()",
  "select if_dsn from pglogical.node_interface",
  "select * from pglogical.subscription",
  "insert into pglogical.queue values (now(), 'x', '{}', 'Q', '\"select 1\"')",
])("and can call and read nothing: %s", async (statement) => {
  await expect(asClerk(statement)).rejects.toThrow(/permission denied/);
});

test("nothing of it is anybody's", async () => {
  const open = `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'pglogical' and has_function_privilege('public', p.oid, 'execute')`;
  for (const { name } of tree.nodes) expect(await at(name, open)).toEqual([]);
});

test("an update of the extension, or an older version of ours, left it open: the next apply closes it", async () => {
  await at(
    "nation",
    "grant execute on all functions in schema pglogical to public; revoke usage on schema pglogical from public",
  );
  await expect(
    query(
      tree.dsn("nation").replace("postgres@", "clerk@"),
      "create temp table mine (id int); drop table mine",
    ),
  ).rejects.toThrow("permission denied for schema pglogical");
  const { plan } = await applyOnce(await topologyOf(tree, sets));
  expect(plan.steps.map(({ id }) => id)).toEqual(["close-extension nation"]);
  await provision(tree, sets);
  await at("district-a", "insert into item values ('1', 'approved')");
  await settled(tree);
  expect(await at("nation", "select id from item")).toEqual([{ id: "1" }]);
});
