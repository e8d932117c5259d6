/** verify and repair as people run them: exit codes, reports, Ctrl-C, SIGKILL. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, beforeEach, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const SETS = { knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } };

const tree = useTestTree({ districts: 2 });
const tool = useTool();
const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
const byHand = (text: string): Promise<Row[]> =>
  at("nation", `set session_replication_role = replica; ${text}; reset session_replication_role`);
let file = "";
const run = (...words: string[]): ReturnType<typeof tool.run> => tool.run([...words, "-f", file]);

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table document (id int primary key, status text, title text)");
  await provision(tree, SETS);
  file = path.join(tree.directory, "topology.yaml");
  writeFileSync(file, tree.topologyFile(SETS));
});

beforeEach(async () => {
  for (const [name, start] of [
    ["district-a", 0],
    ["district-b", 10_000],
  ] as const)
    await at(
      name,
      `delete from document; insert into document select g, 'approved', '<b>' || g from generate_series(${start + 1}, ${start + 600}) g`,
    );
  await settled(tree);
});

test("equal is exit 0, and differences are exit 6, with a report that only its owner may read", async () => {
  expect(await run("verify")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("equal. 2 tables on 2 links compared.") as string,
  });
  await byHand(
    "update document set title = '<script>alert(1)</script>' where id = 7; delete from document where id = 8",
  );
  const found = await run("verify", "--deep");
  expect(found).toMatchObject({ code: 6 });
  expect(found.stdout).toMatch(
    /public\.document: DIFFERENT, 600 rows below, 599 above\n +1 missing, 1 different/,
  );
  expect(found.stdout).toMatch(/title: "<b>7" below, "<script>alert\(1\)<\/script>" above/);
  const report = `${file}.verify`;
  expect(JSON.parse(readFileSync(`${report}.json`, "utf8"))).toMatchObject({
    version: 1,
    verdict: "different",
  });
  const page = readFileSync(`${report}.html`, "utf8");
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script>");
  expect([statSync(`${report}.json`).mode & 0o777, statSync(`${report}.html`).mode & 0o777]).toEqual([
    0o600, 0o600,
  ]);
});

test("repair shows, asks, mends what the last report found, and leaves other districts alone", async () => {
  await byHand(
    "delete from document where id in (1, 2, 10001); update document set title = 'odd' where id = 3",
  );
  expect((await run("verify", "--node", "district-a")).code).toBe(6);
  const dry = await run("repair", "--dry-run");
  expect(dry).toMatchObject({ code: 6 });
  expect(dry.stderr).toMatch(/district-a → nation, public\.document: 3 whole/);
  expect(await run("repair")).toMatchObject({ code: 2 });
  expect(await at("nation", "select from document where id = 1")).toEqual([]);
  expect(await run("repair", "--only", "insert", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("2 sent") as string,
  });
  expect(await run("repair", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 sent, 2 equal by now") as string,
  });
  expect((await run("verify", "--node", "district-a")).code).toBe(0);
  expect((await run("verify", "--node", "district-b")).code).toBe(6);
  expect(await run("repair", "--node", "district-b", "--yes")).toMatchObject({ code: 0 });
  expect((await run("verify")).code).toBe(0);
});

test("killed in the middle, the same repair goes on", async () => {
  await byHand("delete from document where id < 10000");
  expect((await run("verify")).code).toBe(6);
  const killed = await tool.run(["repair", "--yes", "--rate", "1kB", "-f", file], {
    onStart: (process) =>
      process.stderr?.on("data", (text: Buffer) => {
        if (text.includes("200 of 600 rows sent")) process.kill("SIGKILL");
      }),
  });
  expect(killed.code).toBeNull();
  const again = await run("repair", "--yes");
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toMatch(/equal by now/);
  expect((await run("verify")).code).toBe(0);
});

test("what a report does not list is looked for, until nothing differs", async () => {
  await byHand("delete from document where id < 10000");
  expect((await run("verify", "--limit", "50")).code).toBe(6);
  expect(await run("repair", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("district-a → nation, public.document: 600 sent\n") as string,
    stderr: expect.stringContaining("More differs than was listed") as string,
  });
  expect((await run("verify")).code).toBe(0);
});

test("verify is killed, and the same command finishes the work", async () => {
  const killed = await tool.run(["verify", "-f", file], {
    onStart: (process) => process.stderr?.on("data", () => process.kill("SIGKILL")),
  });
  expect(killed.code).toBeNull();
  expect((await run("verify")).code).toBe(0);
});

test("a node that is down is exit 5, and the other links are compared all the same", async () => {
  await tree.cluster("district-b").stop();
  const found = await run("verify");
  expect(found).toMatchObject({ code: 5 });
  expect(found.stdout).toMatch(/district-a → nation\n +public\.document: equal/);
  expect(found.stdout).toMatch(/district-b → nation\n +public\.document: not known\n +node "district-b"/);
  const repaired = await run("repair", "--node", "district-b", "--yes");
  expect(repaired).toMatchObject({ code: 5 });
  expect(repaired.stderr).toMatch(/NOT KNOWN: district-b → nation, public\.document: node "district-b"/);
  await tree.cluster("district-b").start();
  // pglogical tries again minutes later, unless it is told to.
  for (const how of ["disable", "enable"])
    await at(
      "nation",
      `select pglogical.alter_subscription_${how}(sub_name, true) from pglogical.subscription`,
    );
});

test("what was found equal is left out with --since, and bad words are refused", async () => {
  await run("verify");
  expect((await run("verify", "--since", "1h")).stdout).toMatch(/nothing was due/);
  expect(await run("verify", "--since", "soon")).toMatchObject({ code: 2 });
  expect(await run("verify", "--table", "public.nothing")).toMatchObject({ code: 2 });
  expect(await run("repair", "no-such-file.json")).toMatchObject({ code: 2 });
});
