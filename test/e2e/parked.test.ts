/** `parked` and `status` where rows could not be applied: shown, tried again, given up. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, beforeEach, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const SETS = {
  knowledge: { tables: { "public.document": { where: "status = 'approved'" }, "public.category": {} } },
};

const tree = useTestTree({ districts: 2 });
const tool = useTool();
const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
let file: readonly string[] = [];

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      `create table document (id int primary key, status text, title text); create table category (id int primary key, name text)`,
    );
  await provision(tree, SETS);
  const topology = path.join(tree.directory, "topology.yaml");
  writeFileSync(topology, tree.topologyFile(SETS));
  file = ["-f", topology];
});

const cause = "alter table document add constraint short check (length(title) < 6)";
const mend = "alter table document drop constraint if exists short";

beforeEach(async () => {
  await at("nation", mend);
  for (const name of ["district-a", "district-b"])
    await at(name, "delete from document; delete from category");
  await settled(tree);
  // nothing is tried again behind the back of these tests
  await at("nation", "update tributary.retry set next_at = 'infinity'");
});

/** 20 rows of district-a that violate a check, and one key of district-b that is taken. */
async function park(): Promise<void> {
  await at("nation", cause);
  await at(
    "district-a",
    "insert into document select g, 'approved', 'much too long' from generate_series(1, 20) g",
  );
  await at("district-a", "insert into category values (1, 'of a')");
  await settled(tree);
  await at("district-b", "insert into category values (1, 'of b')");
  await settled(tree);
}

test("nothing is parked", async () => {
  expect(await tool.run(["parked", "--detailed-exitcode", ...file])).toMatchObject({
    code: 0,
    stdout: "Project slm: nothing is parked.",
  });
});

test("what is parked is told by cause, and status says what to do", async () => {
  await park();
  const told = await tool.run(["parked", "--keys", "3", "--detailed-exitcode", ...file]);
  expect(told.code).toBe(10);
  expect(told.stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gu, "TIME")).toMatchInlineSnapshot(`
    "Project slm: 21 rows parked at "nation".

    node "nation"
      public.category of "district-b": 1 row (put), since TIME UTC
        the row belongs to node "district-a", and node "district-b" uses the same key
        key 1
        Two rows claim one key or one unique value, and the first one keeps it. Change or delete one of them where it was written: the other then arrives by itself. If the nodes are meant to have the same rows, as of a reference table, say "shared: true" for public.category in the topology file.
      public.document of "district-a": 20 rows (put), since TIME UTC
        new row for relation "document" violates check constraint "short"
        Failing row contains (1, approved, much too long).
        Failing row contains (2, approved, much too long).
        Failing row contains (3, approved, much too long).
        keys 1, 2, 3 and 17 more
        Change the row at "district-a", or the constraint or the partitions at "nation".

    They are tried again by themselves as messages arrive; tributary parked --retry tries at once."
  `);
  const { parked } = await tool.json<{ parked: object[] }>(["parked", ...file]);
  expect(parked).toMatchObject([
    {
      node: "nation",
      table: "public.category",
      owner: "district-b",
      rows: 1,
      keys: [["1"]],
      sqlState: "23505",
    },
    {
      node: "nation",
      table: "public.document",
      owner: "district-a",
      rows: 20,
      kind: "put",
      sqlState: "23514",
    },
  ]);
  const { stdout } = await tool.run(["status", ...file]);
  expect(stdout).toContain("1 row could not be applied, 1 of them because another row has the key");
  expect(stdout).toContain('the row belongs to node "district-a", and node "district-b" uses the same key');
  expect(stdout).toContain("20 rows of public.document");
});

test("apply says what is parked, with an exit code on request", async () => {
  await park();
  const told = await tool.run(["apply", "--yes", "--detailed-exitcode", ...file]);
  expect(told).toMatchObject({ code: 6 });
  expect(told.stdout).toContain("21 rows are parked: they are not in their tables. tributary parked tells");
  expect(told.stdout).toContain("  nation: 20 of public.document of district-a: ");
  const lines = (await tool.succeed(["apply", "--yes", "--json", ...file])).stdout.split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    parkedRows: 21,
    parked: [
      { node: "nation", table: "public.document", owner: "district-a", rows: 20 },
      { node: "nation", table: "public.category", owner: "district-b", rows: 1 },
    ],
  });
});

test("--retry applies what can be applied, tells what still stands, and is exit 7 as long as something does", async () => {
  await park();
  const all = ["parked", "--retry", "--json", ...file];
  const first = await tool.run(all);
  expect(first.code).toBe(7);
  expect(JSON.parse(first.stdout)).toMatchObject({ applied: [{ node: "nation", applied: 0 }] });
  await at("nation", mend);
  const limited = await tool.run(["parked", "--retry", "--owner", "district-b", ...file]);
  expect(limited.code).toBe(7);
  const second = await tool.run(all);
  expect(second.code).toBe(7);
  expect(JSON.parse(second.stdout)).toMatchObject({
    applied: [{ node: "nation", applied: 20 }],
    parked: [{ table: "public.category", owner: "district-b", rows: 1 }],
  });
  await at("district-a", "delete from category");
  await settled(tree);
  expect(await at("nation", "select name from category")).toEqual([{ name: "of b" }]);
  expect(await tool.run(all)).toMatchObject({ code: 0 });
});

test("--discard asks, gives up what it showed, and keeps the keys; re-emission brings a row back", async () => {
  await park();
  const discard = ["parked", "--discard", "--table", "public.document", "--keys", "2", ...file];
  const unasked = await tool.run(discard);
  expect(unasked.code).toBe(2);
  expect(await at("nation", "select count(*)::int as n from tributary.parked")).toEqual([{ n: 21 }]);
  const done = await tool.run([...discard, "--yes"]);
  expect(done.code).toBe(0);
  expect(done.stderr).toContain('20 rows of public.document of "district-a" (put), keys 1, 2 and 18 more');
  const emission = "select tributary.emit('knowledge', 'public.document', '{1,2}');";
  expect(done.stderr).toContain(`at "district-a": ${emission}`);
  expect(done.stdout).toContain('node "nation": 20 rows discarded');
  const [noted] = await at(
    "nation",
    "select detail::jsonb as d, jsonb_array_length(detail::jsonb -> 'keys') as keys from tributary.journal where step like 'discard-parked%'",
  );
  expect(noted?.["d"]).toMatchObject({ rows: 20 });
  expect(noted?.["keys"]).toBe(20);
  expect(await at("nation", "select relation from tributary.parked")).toEqual([
    { relation: "public.category" },
  ]);
  await at("nation", mend);
  await at("district-a", emission);
  await settled(tree);
  expect(await at("nation", "select id from document order by id")).toEqual([{ id: 1 }, { id: 2 }]);
  await at("district-a", "delete from category");
  await settled(tree);
});

test("words that do not go together are exit 2, a node out of reach is exit 5", async () => {
  expect(await tool.run(["parked", "--retry", "--discard", ...file])).toMatchObject({ code: 2 });
  expect(await tool.run(["parked", "--table", "document", ...file])).toMatchObject({ code: 2 });
  await tree.cluster("nation").stop();
  const { code, stderr } = await tool.run(["parked", ...file]);
  expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('"nation"') as string });
  await tree.cluster("nation").start();
});
