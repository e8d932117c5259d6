/** Reference tables that every node has: equal rows of several owners are one row above, which goes with the last of them. */
import { describe, expect, test } from "vitest";

import { repairTable, type RepairManner } from "../../../src/apply/repair.ts";
import { Sessions } from "../../../src/postgres/sessions.ts";
import { settled } from "../../support/provision.ts";
import { openApplication } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

const CATEGORY = `create table category (id int primary key, label text not null, note text, kind varchar(20) default 'plain');
  insert into category (id, label) select g, 'Category ' || g from generate_series(1, 20) g;
  create table area (country text, code numeric(6,2), name text, primary key (country, code));
  create table item (id int primary key, category int, title text)`;
const TABLES = [
  { table: "public.category", relation: "public.category", key: "id", shared: true },
  {
    table: "public.area",
    relation: "public.area",
    key: "country, code",
    where: "name is not null",
    shared: true,
  },
  { table: "public.item", relation: "public.item", key: "id" },
];

const MANNER: RepairManner = {
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  bytesPerSecond: 0,
  sendBytesPerSecond: 0,
  listed: 1000,
  deep: false,
  progress: () => undefined,
  note: () => undefined,
};

describe.each(ENGINES)("%s", (engine) => {
  const { tree, at, write, parked, topology, expectEqual } = useEdgeTree(engine, CATEGORY, TABLES);
  const owners = (node: string, id: number): Promise<unknown> =>
    at(
      node,
      `select c.label, array(select tributary_owner from tributary."provenance_public.category" p where p.id = c.id order by 1) as owners
       from category c where id = ${id}`,
    );
  const labels = async (id: number): Promise<unknown[]> => {
    await settled(tree);
    const found = await Promise.all(
      ["east", "nation"].map((node) => at(node, `select label from category where id = ${id}`)),
    );
    return found.map(([row]) => row?.["label"]);
  };
  /** Whose versions wait, at both tiers. */
  const waiting = async (): Promise<unknown[]> => {
    await settled(tree);
    const found = await Promise.all(
      ["east", "nation"].map((node) =>
        at(node, "select node, key[1] as key, sqlstate from tributary.parked order by key, node"),
      ),
    );
    return found.map((rows) => rows.map(({ node, key }) => `${String(key)} ${String(node)}`));
  };
  const below = ["district-a", "district-b"];
  const everyone = [...below, "east", "nation"];
  const all = async (nodes: readonly string[], text: string): Promise<void> => {
    for (const node of nodes) await write(node, text);
  };

  test("what every node has already is one row above, of all of them", async () => {
    await expectEqual();
    expect(await owners("east", 1)).toEqual([{ label: "Category 1", owners: [...below, "east"] }]);
    expect(await owners("nation", 1)).toEqual([{ label: "Category 1", owners: everyone }]);
    expect(await at("nation", "select count(*)::int as n from category")).toEqual([{ n: 20 }]);
  });

  test("a row of two districts goes with the last of them", async () => {
    await all(below, "insert into category (id, label) values (100, 'new')");
    await expectEqual();
    expect(await owners("nation", 100)).toEqual([{ label: "new", owners: below }]);
    await write("district-a", "delete from category where id = 100");
    await expectEqual();
    expect(await owners("nation", 100)).toEqual([{ label: "new", owners: ["district-b"] }]);
    await write("district-b", "delete from category where id = 100");
    await expectEqual();
    expect(await labels(100)).toEqual([undefined, undefined]);
  });

  test("one that differs is parked with both values, and goes in once it does not", async () => {
    await write("district-a", "insert into category values (101, 'Cat', null, 'pet')");
    await settled(tree);
    await write("district-b", "insert into category values (101, 'Katze', null, 'Haustier')");
    expect(await labels(101)).toEqual(["Cat", "Cat"]);
    expect(await parked()).toEqual(
      Array.from({ length: 2 }, () => ({
        relation: "public.category",
        key: ["101"],
        reason: `the row is shared with node "district-a" and differs: label is "Cat" here, "Katze" at node "district-b"; kind is "pet" here, "Haustier" at node "district-b"`,
      })),
    );
    await write("district-b", "update category set label = 'Cat' where id = 101");
    expect(await labels(101)).toEqual(["Cat", "Cat"]);
    expect(await waiting()).toEqual([["101 district-b"], ["101 district-b"]]);
    await write("district-b", "update category set kind = 'pet' where id = 101");
    await expectEqual();
    expect(await owners("nation", 101)).toEqual([{ label: "Cat", owners: below }]);
  });

  test("one owner changes its row alone: the other's waits for it, and so the other way round", async () => {
    await write("district-a", "update category set label = 'Kater' where id = 101");
    expect(await labels(101)).toEqual(["Cat", "Cat"]);
    expect(await waiting()).toEqual([["101 district-a"], ["101 district-a"]]);
    await write("district-b", "delete from category where id = 101");
    await expectEqual();
    expect(await labels(101)).toEqual(["Kater", "Kater"]);
    await write("district-a", "delete from category where id = 101");
    await expectEqual();
  });

  test("a migration that runs at one node after the other changes the row when all have run it", async () => {
    const migrate = "update category set label = 'New ' || label where id in (1, 2, 3)";
    await write("district-a", migrate);
    expect(await labels(1)).toEqual(["Category 1", "Category 1"]);
    expect((await waiting())[0]).toEqual(["1 district-a", "2 district-a", "3 district-a"]);
    await write("nation", migrate);
    expect(await labels(1)).toEqual(["Category 1", "New Category 1"]);
    await write("district-b", migrate);
    expect(await labels(1)).toEqual(["Category 1", "New Category 1"]);
    await write("east", migrate);
    expect(await labels(1)).toEqual(["New Category 1", "New Category 1"]);
    await expectEqual();
    expect(await owners("nation", 1)).toEqual([{ label: "New Category 1", owners: everyone }]);
  });

  test("a region changes its own row first: what the others still have waits, and is said", async () => {
    await write("east", "update category set note = 'east', label = 'E' where id = 4");
    expect(await waiting()).toEqual([["4 district-a", "4 district-b"], ["4 east"]]);
    const found = await at("east", "select distinct reason from tributary.parked order by 1");
    expect(JSON.stringify(found)).toContain("Category 4");
    await all(
      ["district-a", "nation", "district-b"],
      "update category set note = 'east', label = 'E' where id = 4",
    );
    await expectEqual();
    // and takes it back before anybody has followed
    await write("east", "update category set label = 'no' where id = 4");
    await settled(tree);
    await write("east", "update category set label = 'E' where id = 4");
    await expectEqual();
    expect(await labels(4)).toEqual(["E", "E"]);
  });

  test("a shared row is protected above: only who has it, too, may change it there, and nobody delete it", async () => {
    await all(below, "insert into category (id, label) values (102, 'theirs')");
    await settled(tree);
    for (const node of ["east", "nation"]) {
      await expect(write(node, "update category set label = 'x' where id = 102")).rejects.toThrow(
        /row \(102\) of table public.category belongs to node "district-/u,
      );
      await expect(write(node, "delete from category where id = 5")).rejects.toThrow(/belongs to node/u);
      await expect(write(node, "update category set id = 500 where id = 5")).rejects.toThrow(
        /belongs to node/u,
      );
      await expect(write(node, "truncate category")).rejects.toThrow(/belongs to node/u);
    }
    await expectEqual();
  });

  test("what the districts delete stays a region's own, until it deletes it, too", async () => {
    await all(below, "delete from category where id = 6");
    await expectEqual();
    expect(await owners("east", 6)).toEqual([{ label: "Category 6", owners: [] }]);
    expect(await owners("nation", 6)).toEqual([{ label: "Category 6", owners: ["east", "nation"] }]);
    await write("east", "update category set label = 'east alone' where id = 6");
    expect(await labels(6)).toEqual(["east alone", "Category 6"]);
    await write("nation", "delete from category where id = 7").catch(() => undefined);
    await write("nation", "update category set label = 'east alone' where id = 6");
    await expectEqual();
    await write("east", "delete from category where id = 6");
    await expectEqual();
    expect(await owners("nation", 6)).toEqual([{ label: "east alone", owners: [] }]);
    await write("nation", "delete from category where id = 6");
    await expectEqual();
  });

  test("nobody waits for an owner who is not in the tree", async () => {
    for (const node of ["east", "nation"])
      await at(node, `insert into tributary."provenance_public.category" values (11, 'district-z')`);
    await all(["east", ...below, "nation"], "update category set label = 'without z' where id = 11");
    await expectEqual();
    expect(await labels(11)).toEqual(["without z", "without z"]);
  });

  test("a version that arrives while a node changes the row for itself", async () => {
    await using nation = openApplication(tree.dsn("nation"));
    await nation.query("begin");
    await nation.query("update category set label = 'at once' where id = 12");
    await write("district-b", "update category set label = 'at once' where id = 12");
    expect((await waiting())[1]).toEqual(["12 district-b"]);
    await nation.query("commit");
    await all(["east", "district-a"], "update category set label = 'at once' where id = 12");
    await expectEqual();
    expect(await labels(12)).toEqual(["at once", "at once"]);
  });

  test("keys of several columns, a filter, and many rows in one statement", async () => {
    const fill =
      "insert into area select 'c' || g % 7, g / 7, case when g % 3 > 0 then 'n' || g end from generate_series(0, 1399) g";
    await all(["east", ...below], fill);
    await expectEqual();
    await write("district-a", "update area set name = 'all' where country = 'c1' and code < 20");
    await write("district-b", "update area set name = 'all' where country = 'c1' and code < 20");
    await settled(tree);
    expect((await waiting())[0]).not.toEqual([]);
    await write("east", "update area set name = 'all' where country = 'c1' and code < 20");
    await expectEqual();
    await write("district-a", "update area set name = null where code < 50");
    await write("district-b", "delete from area");
    await expectEqual();
    await write("east", "delete from area where country = 'c1'").catch(() => undefined);
    await write("district-a", "delete from area");
    await expectEqual();
    await write("east", "delete from area");
    await expectEqual();
    expect(await at("nation", "select count(*)::int as n from area")).toEqual([{ n: 0 }]);
  });

  test("who owns a row is compared, and repaired", async () => {
    await write("district-a", "delete from category where id = 9");
    await settled(tree);
    const provenance = 'tributary."provenance_public.category"';
    await at(
      "nation",
      `delete from ${provenance} where id = 8 and tributary_owner = 'district-b';
       insert into ${provenance} values (9, 'district-a');
       delete from ${provenance} where id = 10 and tributary_owner = 'nation';
       set session_replication_role = replica; update category set label = 'by hand' where id = 10`,
    );
    const found = await topology();
    const differences = (await verify(found)).links.flatMap(({ provider, tables }) =>
      tables.flatMap(({ rows }) => rows.map((row) => ({ provider, ...row }))),
    );
    expect(
      differences
        .map(({ provider, key, owner, kind }) => [provider, ...key, owner, kind].join(" "))
        .toSorted(),
    ).toEqual([
      "east 10 district-a different",
      "east 10 district-b different",
      "east 10 east different",
      "east 8 district-b missing",
      "east 9 district-a extra",
    ]);
    await using sessions = new Sessions(found.nodes);
    const [rule] = found.sets[0]?.tables ?? [];
    if (rule === undefined) throw new Error("there is no table");
    const table = {
      provider: await sessions.get("east"),
      subscriber: await sessions.get("nation"),
      set: "knowledge",
      rule,
      below: ["east", ...below],
    };
    expect(await repairTable(table, differences, MANNER)).toMatchObject({ left: [], unsettled: 0 });
    await expectEqual();
    expect(await owners("nation", 9)).toEqual([
      { label: "Category 9", owners: ["district-b", "east", "nation"] },
    ]);
    expect(await owners("nation", 8)).toEqual([{ label: "Category 8", owners: everyone }]);
  });
});
