/** Changes of a living link: what is on its way under the old rule, and a proof that fails. */
import { beforeAll, expect, test } from "vitest";

import { StepError } from "../../src/domain/errors.ts";
import { useTestTree } from "../support/cluster.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });

const sets = (where: string): unknown => ({
  knowledge: { tables: { "public.item": { where }, "public.pair": {} } },
});

const above = ["east", "nation"];
const idsAt = async (name: string): Promise<unknown[]> =>
  (await query(tree.dsn(name), "select id from item order by id")).map(({ id }) => id);

beforeAll(async () => {
  for (const node of tree.nodes)
    await query(
      node.dsn,
      `create table item (id int primary key, status text not null, level int not null);
       create table pair (one int, other int, primary key (one, other))`,
    );
  await query(
    tree.dsn("district-a"),
    "insert into item select g, 'approved', g from generate_series(1, 100) g",
  );
  await provision(tree, sets("status = 'approved'"));
});

test("a table of key columns only", async () => {
  await query(
    tree.dsn("district-a"),
    "insert into pair values (1, 2), (3, 4); update pair set other = 5 where one = 3",
  );
  await settled(tree);
  for (const name of above)
    expect(await query(tree.dsn(name), "select one, other from pair order by 1")).toEqual([
      { one: 1, other: 2 },
      { one: 3, other: 5 },
    ]);
});

test("messages that were captured under the old filter don't replay on top of the new copy", async () => {
  await using application = openApplication(tree.dsn("district-a"));
  await application.query(`do $$ begin
    for i in 1..1001 loop
      update item set status = case status when 'approved' then 'draft' else 'approved' end where id in (50, 51);
    end loop;
    update item set status = 'approved' where id = 51;
  end $$`);
  await provision(tree, sets("status = 'approved' and level > 60"), { dropRowsOf: { "district-a": 59 } });
  await settled(tree);
  const expected = Array.from({ length: 40 }, (_, index) => index + 61);
  for (const name of above) expect(await idsAt(name)).toEqual(expected);
  await provision(tree, sets("status = 'approved'"));
  for (const name of above) expect(await idsAt(name)).toHaveLength(99);
});

test("a proof that failed is not forgotten", async () => {
  const { topology } = await provision(tree, sets("status = 'approved'"));
  await query(
    tree.dsn("east"),
    `set session_replication_role = replica; delete from item where id = 99;
     select tributary.doubt_link('district-a', '{knowledge}')`,
  );
  for (let attempt = 1; attempt <= 2; attempt++)
    await expect(applyOnce(topology, {}, 5000)).rejects.toThrow(StepError);
  await query(
    tree.dsn("district-a"),
    "update item set status = 'draft' where id = 99; update item set status = 'approved' where id = 99",
  );
  await provision(tree, sets("status = 'approved'"));
  for (const name of above) expect(await idsAt(name)).toHaveLength(99);
});

test("a table that was never analyzed, with rows coming in at its end", async () => {
  await query(tree.dsn("district-a"), "alter table item set (autovacuum_enabled = off)");
  await using writer = openApplication(tree.dsn("district-a"));
  let isWriting = true;
  const writing = (async () => {
    for (let id = 1000; isWriting; id++)
      await writer.query(`insert into item values (${id}, 'approved', ${id})`);
  })();
  const { events } = await provision(tree, sets("status = 'approved' and level > 0"));
  isWriting = false;
  await writing;
  expect(events.some(({ step, status }) => step.startsWith("seed-table") && status === "done")).toBe(true);
  await settled(tree);
  const [{ n } = { n: 0 }] = await query(
    tree.dsn("district-a"),
    "select count(*)::int as n from item where status = 'approved'",
  );
  for (const name of above) expect(await idsAt(name)).toHaveLength(Number(n));
});
