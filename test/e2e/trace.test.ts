/** `trace` on the command line: what it prints, and its exit codes. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = {
  knowledge: { tables: { "public.document": { where: "status = 'approved'" }, "public.pair": {} } },
};

const tree = useTestTree({ districts: 1 });
const tool = useTool();
let file: readonly string[] = [];
const trace = (...words: readonly string[]): ReturnType<typeof tool.run> =>
  tool.run(["trace", ...words, ...file]);

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      `create table document (id int primary key, status text); create table pair (one int, two int, primary key (one, two))`,
    );
  await provision(tree, SETS);
  await query(
    tree.dsn("district-a"),
    "insert into document values (1, 'approved'), (2, 'draft'); insert into pair values (1, 2)",
  );
  await settled(tree);
  const topology = path.join(tree.directory, "topology.yaml");
  writeFileSync(topology, tree.topologyFile(SETS));
  file = ["-f", topology];
});

test("where a row is", async () => {
  const found = await trace("public.document", "1", "--detailed-exitcode");
  expect(found).toMatchObject({ code: 0, stderr: "" });
  expect(found.stdout).toContain("It is everywhere it should be: at district-a and nation.");
  const draft = await trace("public.document", "2", "--node", "district-a", "--detailed-exitcode");
  expect(draft).toMatchObject({ code: 0 });
  expect(draft.stdout).toContain("filter: status = 'approved'::text: FALSE");
  expect(await trace("public.pair", "[1, 2]", "--json")).toMatchObject({ code: 0 });
});

test("one that is not everywhere it should be", async () => {
  await query(
    tree.dsn("nation"),
    "begin; set local session_replication_role = replica; delete from document; commit",
  );
  expect(await trace("public.document", "1")).toMatchObject({ code: 0 });
  const found = await trace("public.document", "1", "--json", "--detailed-exitcode");
  expect(found.code).toBe(10);
  expect(JSON.parse(found.stdout)).toMatchObject({
    table: "public.document",
    isWell: false,
    paths: [{ owner: "district-a", next: expect.stringContaining("tributary emit") as string }],
  });
});

test("what it does not know is refused", async () => {
  expect(await trace("public.nothing", "1")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('table "public.nothing" is in no set') as string,
  });
  expect(await trace("public.pair", "1")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the key of table "public.pair" is (one, two), not ["1"]') as string,
  });
  expect(await trace("public.document", "one")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is no key of table "public.document"') as string,
  });
  expect(await trace("document", "1")).toMatchObject({ code: 2 });
  expect(await trace("public.document", "1", "--node", "nowhere")).toMatchObject({ code: 2 });
});
