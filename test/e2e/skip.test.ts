/** Commands from below as an operator meets them: status says what stands still, skip shows it, asks and moves on, apply heals. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, engine: "pglogical" });
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

describe.each(["pglogical", "native"] as const)("what cannot be applied: %s", (engine) => {
  const sick = useTestTree({ districts: 1, engine });
  const at = (node: string, text: string): ReturnType<typeof query> => query(sick.dsn(node), text);
  const POISON = `create function public.poison() returns trigger language plpgsql as $$ begin
      if new.body::text like '%poison%' then raise exception 'not digestible'; end if; return new; end $$;
    do $$ declare leaf regclass; begin for leaf in select l.leaf from tributary.outbox_leaves('knowledge') l loop
      execute format('create trigger a_poison before insert on %s for each row execute function public.poison()', leaf);
      execute format('alter table %s enable always trigger a_poison', leaf); end loop; end $$`;

  test("a healthy stream loses nothing; one that stands still is shown, asked about, and moved on", async () => {
    for (const { dsn } of sick.nodes) await query(dsn, "create table item (id int primary key, note text)");
    await provision(sick, SETS);
    const file = path.join(sick.directory, "topology.yaml");
    const words = ["skip", "district-a", "-f", file];
    await at("district-a", "insert into item select g, 'fine' from generate_series(1, 1000) g");
    expect(await tool.run([...words, "--yes"])).toMatchObject({ code: 4 });
    await settled(sick);

    await at("nation", POISON);
    await at(
      "district-a",
      "begin; insert into item select -g, 'poison' from generate_series(1, 3) g; commit; insert into item values (5000, 'behind it')",
    );
    const unasked = await tool.run(words);
    expect(unasked).toMatchObject({ code: 2, stdout: "" });
    expect(unasked.stderr).toContain('A transaction of node "district-a" does not get into node "nation"');
    expect(unasked.stderr).toContain('- 1 message of table "public.item", 3 rows');
    expect(await at("nation", "select from item where id = 5000")).toEqual([]);

    const { stdout } = await tool.succeed([...words, "--yes", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      skipped: {
        commands: [],
        messages: [{ relation: "public.item", messages: 1, rows: 3 }],
        otherChanges: 0,
      },
    });
    await at("nation", "drop function public.poison() cascade");
    await tool.succeed(["apply", "--yes", "-f", file]);
    await settled(sick);
    expect(await differences(sick, [{ table: "public.item", relation: "public.item", key: "id" }])).toEqual(
      [],
    );
    await tool.succeed(["status", "-f", file, "--detailed-exitcode"]);
    expect(await tool.run([...words, "--yes"])).toMatchObject({ code: 4 });
  });

  test("a line that is cut is no reason to skip anything", async () => {
    const file = path.join(sick.directory, "topology.yaml");
    await at("nation", POISON);
    await at("district-a", "insert into item values (6000, 'poison')");
    await at("district-a", "alter system set max_wal_senders = 0");
    await sick.cluster("district-a").stop("fast");
    await sick.cluster("district-a").start();
    const refused = await tool.run(["skip", "district-a", "-f", file, "--yes"]);
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("cannot be reached from the server"),
    });
    await at("district-a", "alter system reset max_wal_senders");
    await sick.cluster("district-a").stop("fast");
    await sick.cluster("district-a").start();
    await at("nation", "drop function public.poison() cascade");
    await tool.succeed(["apply", "--yes", "-f", file]);
    await settled(sick);
    expect(await at("nation", "select note from item where id = 6000")).toEqual([{ note: "poison" }]);
  });
});
