/** A district whose database has another encoding than the region's: its link is refused before anything is made for it. */
import { describe, expect, test } from "vitest";

import { TEST_DATABASE, useTestTree } from "../../support/cluster.ts";
import { planNow, topologyOf } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";
import { ENGINES } from "./edge-tree.ts";

describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const sets = { knowledge: { tables: { "public.item": {} } } };

  test.each(["SQL_ASCII", "LATIN1", "WIN1252", "EUC_JP"])("%s under UTF8", async (encoding) => {
    const maintenance = tree.cluster("district-a").dsn("postgres");
    await query(maintenance, `alter database ${TEST_DATABASE} rename to before_${encoding}`);
    await query(
      maintenance,
      `create database ${TEST_DATABASE} template template0 encoding '${encoding}' locale 'C'`,
    );
    for (const { dsn } of tree.nodes)
      await query(dsn, "create table if not exists item (id int primary key)");
    const { steps, problems } = await planNow(await topologyOf(tree, sets), {});
    expect(problems.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "encoding",
        node: "district-a",
        message: expect.stringContaining(`${encoding}, needs UTF8 as node "east" has`) as string,
        fix: expect.stringContaining("--encoding=UTF8") as string,
      },
    ]);
    const made = steps.map(({ id }) => id);
    expect(made).toContain("create-subscription east district-b");
    expect(made).not.toContain("create-subscription east district-a");
  });
});
