/** Commands from below as an operator meets them: status says what stands still, skip shows it, asks and moves on, apply heals. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1 });
const tool = useTool();
const SETS = { knowledge: { tables: { "public.item": {} } } };

test("a refused command: status, skip, apply", async () => {
  for (const { dsn } of tree.nodes) await query(dsn, "create table item (id int primary key, note text)");
  await provision(tree, SETS);
  const file = path.join(tree.directory, "topology.yaml");
  const words = ["skip", "district-a", "-f", file];
  expect(await tool.run(words)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("has refused nothing"),
  });
  expect(await tool.run(["skip", "district-x", "-f", file])).toMatchObject({ code: 2 });
  expect(await tool.run(["skip", "nation", "-f", file])).toMatchObject({ code: 2 });

  await query(
    tree.dsn("district-a"),
    `begin; insert into item select g, 'hidden' from generate_series(1, 3) g;
     insert into pglogical.queue values (now(), E'post\\u001bgres', null, 'Q', to_json('drop schema public cascade'::text)); commit`,
  );
  await eventually(
    async () => {
      const count = "select tributary.refusals('district-a') > 0 as is_refused";
      const [row] = await query(tree.dsn("nation"), count);
      return row?.["is_refused"] === true ? true : undefined;
    },
    { timeoutMs: 30_000, what: "the nation has refused the command" },
  );
  const ill = await tool.run(["status", "-f", file, "--detailed-exitcode"]);
  expect(ill).toMatchObject({ code: 10, stdout: expect.stringContaining("tributary skip district-a") });

  const unasked = await tool.run(words);
  expect(unasked).toMatchObject({ code: 2, stdout: "" });
  expect(unasked.stderr).toContain('! 1 SQL command as role "post\\u001bgres"');
  expect(unasked.stderr).toContain('- 1 message of table "public.item", 3 rows');

  const { stdout } = await tool.succeed([...words, "--yes", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    provider: "district-a",
    subscriber: "nation",
    skipped: { messages: [{ relation: "public.item", messages: 1, rows: 3 }], otherChanges: 0 },
  });
  const journal = readFileSync(`${file}.journal.jsonl`, "utf8").trimEnd().split("\n");
  expect(journal.map((line) => JSON.parse(line) as object)).toMatchObject([
    { skip: "district-a", status: "started" },
    { skip: "district-a", status: "done" },
  ]);

  await tool.succeed(["apply", "--yes", "-f", file]);
  await settled(tree);
  expect(await differences(tree, [{ table: "public.item", relation: "public.item", key: "id" }])).toEqual([]);
  await tool.succeed(["status", "-f", file, "--detailed-exitcode"]);
});
