/** Taking nodes out: nothing of ours is left on either side, and the application's schema is as it was. */
import { describe, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { query } from "../support/sql.ts";
import {
  faults,
  leftovers,
  prepareDistricts,
  removal,
  schemaOf,
  WALK_TABLES,
  work,
  writeTopology,
} from "../support/walk.ts";

describe.each(["pglogical", "native"] as const)("remove, %s", (engine) => {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const tool = useTool();
  const before = new Map<string, string>();
  let file = "";
  const origins = async (node: string): Promise<unknown> =>
    (await query(tree.dsn(node), "select count(*)::int as n from pg_replication_origin"))[0]?.["n"];

  test("one district leaves, its rows stay above, the others go on", async () => {
    await prepareDistricts(tree, 1000);
    for (const node of tree.nodes) before.set(node.name, await schemaOf(node));
    file = writeTopology(tree);
    await tool.succeed(["apply", "--yes", "-f", file]);
    await tool.succeed(["remove", "district-b", "--yes", "-f", file]);
    const district = tree.node("district-b");
    expect(await leftovers(district)).toEqual([]);
    expect(await schemaOf(district)).toBe(before.get("district-b"));
    const count = "select count(*)::int as rows from public.document where id > 2000000";
    expect(await query(tree.dsn("nation"), count)).toEqual([{ rows: 667 }]);
    expect(await origins("east")).toBe(1);
    await work(tree.node("district-a"), 1);
    await query(district.dsn, "update public.document set status = 'draft'");
  });

  test("it comes back, and what it changed meanwhile is made equal", async () => {
    // Two thirds of what it sent are no longer approved: that takes a consent of its own.
    const refused = await tool.run(["apply", "--yes", "-f", file]);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain("--drop-rows-of district-b=667");
    await tool.succeed(["apply", "--yes", "--drop-rows-of", "district-b=667", "-f", file]);
    expect(await faults(tool, tree, file)).toEqual([]);
  });

  test("a node that others send to does not go alone", async () => {
    const refused = await tool.run(["remove", "east", "--yes", "-f", file]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("district-a");
  });

  test("a node that is gone for good is cleaned away at its upstream, and needs --gone", async () => {
    await tree.cluster("district-b").stop();
    expect(await tool.run(["remove", "district-b", "--yes", "-f", file])).toMatchObject({ code: 5 });
    await tool.succeed(["remove", "district-b", "--gone", "--yes", "-f", file]);
    expect(await origins("east")).toBe(1);
    await tree.cluster("district-b").start();
  });

  test("the whole tree leaves nothing behind", async () => {
    await tool.succeed(removal(tree, file));
    for (const node of tree.nodes) expect(await leftovers(node)).toEqual([]);
    for (const name of ["district-a", "district-b"])
      expect(await schemaOf(tree.node(name))).toBe(before.get(name));
    for (const { table } of WALK_TABLES) {
      const [found] = await query(tree.dsn("nation"), `select count(*) > 0 as stay from ${table}`);
      expect(found).toEqual({ stay: true });
    }
    const { summary } = await tool.succeed(removal(tree, file));
    expect(summary).toEqual({ done: 0, skipped: 0, failed: 0 });
  });
});
