/** Applying a plan, as an operator does: shown, agreed to, done, proven, and nothing to do the next time. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { query } from "../support/sql.ts";
import {
  faults,
  type PlannedSteps,
  prepareDistricts,
  WALK_SETS,
  work,
  writeTopology,
} from "../support/walk.ts";

describe("apply", () => {
  const tree = useTestTree({
    districts: 2,
    regions: 1,
    settings: { log_statement: "all", log_connections: "on" },
  });
  const tool = useTool();
  let file = "";

  test("without a terminal and without --yes it does nothing and says so", async () => {
    await prepareDistricts(tree, 1000);
    file = writeTopology(tree);
    const refused = await tool.run(["apply", "-f", file]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("capture public.document where status = 'approved'");
    expect(refused.stderr).toContain("nobody is there to answer");
    expect(existsSync(`${file}.journal.jsonl`)).toBe(false);
    expect(
      await query(tree.dsn("district-a"), "select 1 from pg_namespace where nspname = 'tributary'"),
    ).toEqual([]);
  });

  test("a server that cannot do it stops the run before anything is done", async () => {
    const { dsn, cluster } = tree.node("district-b");
    await query(dsn, "alter system set wal_level = replica");
    await cluster.stop();
    await cluster.start();
    const { code, stderr, events } = await tool.run(["apply", "--yes", "--json", "-f", file]);
    expect({ code, events }).toEqual({ code: 4, events: [] });
    expect(stderr).toContain("wal_level");
    await query(dsn, "alter system reset wal_level");
    await cluster.stop();
    await cluster.start();
  });

  test("a saved plan is applied as it was read, and refused when the world has moved", async () => {
    const saved = path.join(tree.directory, "plan.json");
    await tool.succeed(["plan", "-f", file, "--out", saved]);
    await query(tree.dsn("district-a"), "alter table public.document add column note text");
    const refused = await tool.run(["apply", saved, "--yes", "-f", file]);
    expect(refused).toMatchObject({ code: 6 });
    await query(tree.dsn("district-a"), "alter table public.document drop column note");
    writeFileSync(saved, "{}");
    expect(await tool.run(["apply", saved, "--yes", "-f", file])).toMatchObject({ code: 2 });
  });

  test("each step is an event, and each link ends with rows expected and rows present", async () => {
    const { steps } = await tool.json<PlannedSteps>(["plan", "-f", file]);
    const { events, summary, stdout } = await tool.succeed(["apply", "--yes", "--json", "-f", file]);
    expect(summary).toEqual({ done: steps.length, skipped: 0, failed: 0 });
    expect(
      stdout
        .split("\n")
        .slice(-2)
        .map((line) => JSON.parse(line) as object),
    ).toEqual([{ summary }, { parkedRows: 0, parked: [], unseen: [] }]);
    for (const { id, node } of steps)
      expect(events.filter((event) => event.step === id && event.status !== "progress")).toMatchObject([
        { node, status: "started" },
        { node, status: "done" },
      ]);
    const proofs = events.filter((event) => event.status === "done" && event.step.startsWith("open-link"));
    expect(proofs.map(({ step, detail }) => [step, detail?.split("; ")[1]])).toEqual([
      ["open-link east district-a", "public.document: 667 expected, 667 present"],
      ["open-link east district-b", "public.document: 667 expected, 667 present"],
      ["open-link nation east", "public.document: 1,334 expected, 1,334 present"],
    ]);
    expect(await faults(tool, tree, file)).toEqual([]);
  });

  test("what was done is written down beside the topology file and on each node", async () => {
    const lines = readFileSync(`${file}.journal.jsonl`, "utf8").trimEnd().split("\n");
    const entries = lines.map((line) => JSON.parse(line) as { step?: string; status?: string });
    expect(entries[0]).toMatchObject({ project: "slm", steps: expect.any(Number) });
    const done = entries.filter(({ status }) => status === "done").map(({ step }) => step);
    for (const { name, dsn } of tree.nodes) {
      const rows = await query(dsn, "select step, status from tributary.journal order by at");
      expect(rows.length).toBeGreaterThan(3);
      for (const { step, status } of rows) {
        expect(done).toContain(step);
        expect(String(step)).toContain(name);
        expect(status).toBe("done");
      }
    }
  });

  test("rows written afterwards arrive at every tier", async () => {
    for (const turn of [1, 2, 3])
      for (const district of ["district-a", "district-b"]) await work(tree.node(district), turn);
    expect(await faults(tool, tree, file)).toEqual([]);
  });

  test("with nothing to do it takes one connection and at most twelve queries a node", async () => {
    const sizes = tree.nodes.map(({ cluster }) => readFileSync(cluster.logFile, "utf8").length);
    const { stdout } = await tool.succeed(["apply", "-f", file]);
    expect(stdout).toContain("nothing to do");
    for (const [index, { cluster }] of tree.nodes.entries()) {
      const log = readFileSync(cluster.logFile, "utf8").slice(sizes[index]);
      expect(log.match(/connection received/gu)).toHaveLength(1);
      const queries = log.match(/LOG: +(statement|execute [^:]*):/gu) ?? [];
      expect(queries.length).toBeGreaterThan(0);
      expect(queries.length).toBeLessThanOrEqual(12);
    }
    const json = await tool.succeed(["apply", "--json", "-f", file]);
    expect(json.stdout).toBe(
      '{"summary":{"done":0,"skipped":0,"failed":0}}\n{"parkedRows":0,"parked":[],"unseen":[]}',
    );
  });

  test("rows that somebody spoilt above are sent once more", async () => {
    const [row] = await query(
      tree.dsn("district-a"),
      "select id::text from document where status = 'approved' order by id limit 1",
    );
    const id = String(row?.["id"]);
    await query(
      tree.dsn("nation"),
      `begin; set local session_replication_role = replica; update document set title = 'spoilt' where id = ${id}; commit`,
    );
    const emit = ["emit", "-f", file, "public.document", id];
    expect(await tool.run(emit)).toMatchObject({ code: 2 });
    const refused = await tool.run([...emit, "--node", "district-a"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(`Node "district-a" will send 1 row of public.document`);
    expect(await tool.run([...emit, "--node", "nation", "--yes"])).toMatchObject({ code: 2 });
    expect(await tool.run([...emit, '["1", "2"]', "--node", "district-a", "--yes"])).toMatchObject({
      code: 2,
    });
    const sent = await tool.succeed([...emit, "--node", "district-a", "--yes", "--json"]);
    expect(JSON.parse(sent.stdout)).toEqual({
      node: "district-a",
      table: "public.document",
      puts: 1,
      drops: 0,
    });
    expect(await faults(tool, tree, file)).toEqual([]);
  });

  test("a node that is down holds nobody else up, and comes in later", async () => {
    const changed = { "public.document": { where: "status <> 'draft'" } };
    file = writeTopology(tree, { knowledge: { tables: { ...WALK_SETS.knowledge.tables, ...changed } } });
    await tree.cluster("district-b").stop();
    const partial = await tool.run(["apply", "--yes", "--json", "-f", file]);
    expect(partial.code).toBe(5);
    expect(partial.stderr).toContain("district-b");
    expect(partial.events.map(({ step }) => step)).toContain("capture-table district-a public.document");
    await tree.cluster("district-b").start();
    await tool.succeed(["apply", "--yes", "-f", file]);
    const document = {
      table: "public.document",
      relation: "public.document",
      key: "id",
      where: "status <> 'draft'",
    };
    expect(await faults(tool, tree, file, [document])).toEqual([]);
  });
});
