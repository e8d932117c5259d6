/** Comparing both ends of links: what was done by hand above is found, and nothing else. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { tableOf, verify } from "../support/verify.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const SETS = {
  knowledge: {
    tables: {
      "public.document": { where: "status = 'approved'", columns: ["id", "status", "title", "size", "at"] },
      "public.kept": { where: "approved", on_leave: "keep" },
    },
  },
};
const SCHEMA = `
  create table document (id uuid primary key default gen_random_uuid(), status text not null, title text, size numeric, at timestamptz, secret text);
  create table kept (id int, part text, approved bool not null, primary key (id, part));`;

const WRITTEN = { nodes: ["district-a"], tables: ["public.document"] };
let topology: Topology;

/** Past what protects delivered rows, as somebody with all rights would. */
const byHand = (name: string, statements: string): Promise<unknown> =>
  query(
    tree.dsn(name),
    `set session_replication_role = replica; ${statements}; reset session_replication_role`,
  );

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, SCHEMA);
  ({ topology } = await provision(tree, SETS));
});

beforeEach(async () => {
  for (const name of ["district-a", "district-b"]) {
    await query(tree.dsn(name), "delete from document; delete from kept");
    await query(
      tree.dsn(name),
      `insert into document (status, title, size, at, secret)
       select case g % 3 when 0 then 'draft' else 'approved' end, '${name} ' || g, g / 7.0, now(), 'never' from generate_series(1, 3000) g`,
    );
  }
  await settled(tree);
});

describe("what is equal", () => {
  test("is called equal, on both hops, with drafts and other districts' rows beside it", async () => {
    const report = await verify(topology);
    expect(report).toMatchObject({ verdict: "equal", strays: [] });
    expect(tableOf(report, "district-a", "public.document")).toMatchObject({
      rowsBelow: 2000,
      rowsAbove: 2000,
    });
    expect(tableOf(report, "east", "public.document")).toMatchObject({ rowsBelow: 4000, rowsAbove: 4000 });
    const kept = await query(
      tree.dsn("nation"),
      "select relation, verdict, rows from tributary.verification order by 1",
    );
    expect(kept).toEqual([
      { relation: "public.document", verdict: "equal", rows: "4000" },
      { relation: "public.kept", verdict: "equal", rows: "0" },
    ]);
  });

  test("rows that stay above as last approved are kept, not extra", async () => {
    await query(
      tree.dsn("district-a"),
      "insert into kept values (1, 'a', true); update kept set approved = false where id = 1",
    );
    await settled(tree);
    const report = await verify(topology, { nodes: ["district-a"], tables: ["public.kept"] });
    expect(tableOf(report, "district-a", "public.kept")).toMatchObject({
      verdict: "equal",
      kept: 1,
      extra: 0,
    });
    // Deleted as a draft, it was never sent as gone, and is too much above.
    await query(tree.dsn("district-a"), "delete from kept");
    const after = await verify(topology, { nodes: ["district-a"], tables: ["public.kept"] });
    expect(tableOf(after, "district-a", "public.kept")).toMatchObject({
      verdict: "different",
      kept: 0,
      extra: 1,
    });
    await byHand("east", "delete from kept");
    await byHand("nation", "delete from kept");
  });

  test("stays equal while people write as fast as they can", async () => {
    await using application = openApplication(tree.dsn("district-a"));
    let isOver = false;
    const writing = (async () => {
      while (!isOver)
        await application.query(`
          update document set title = title || '.', status = case status when 'approved' then 'draft' else 'approved' end where id in (select id from document order by random() limit 20);
          delete from document where id in (select id from document limit 3);
          insert into document (status, title) select 'approved', 'new' from generate_series(1, 3)`);
    })();
    try {
      for (let run = 0; run < 100; run += 1) {
        // The whole tree now and then, else the link that is written to.
        const report = await verify(topology, run % 20 === 0 ? {} : WRITTEN);
        // Whole, so that a failure tells which rows.
        const differing = report.links.flatMap(({ tables }) =>
          tables.filter(({ missing, extra, different }) => missing + extra + different > 0),
        );
        expect(differing).toEqual([]);
      }
    } finally {
      isOver = true;
      await writing;
    }
  });

  test("a commit that waits for a standby is above before it is seen below: not yet settled, never different", async () => {
    const at = (statement: string): Promise<unknown> => query(tree.dsn("district-a"), statement);
    const titled = (g: number): string => `title = 'district-a ${g}'`;
    const reload = (): Promise<unknown> => at("select pg_reload_conf()");
    await byHand("east", `delete from document where ${titled(5)}`);
    await verify(topology, { nodes: ["district-a"] });
    await at("alter system set synchronous_commit = local");
    await at("alter system set synchronous_standby_names = 'nobody'");
    await reload();
    // The server takes the setting up by and by: somebody's commit has to wait first.
    const canaries: Promise<unknown>[] = [];
    await eventually(
      async () => {
        canaries.push(at("set synchronous_commit = on; select pg_logical_emit_message(true, 'canary', '')"));
        const waiting = await query(
          tree.dsn("district-a"),
          "select from pg_stat_activity where wait_event = 'SyncRep'",
        );
        return waiting.length > 0 ? true : undefined;
      },
      { timeoutMs: 20_000, what: "commits wait for a standby" },
    );
    const writing = at(
      `set synchronous_commit = on;
       update document set size = 0 where ${titled(1)}; update document set status = 'approved' where ${titled(3)};
       delete from document where ${titled(4)}`,
    );
    try {
      await eventually(
        async () =>
          (await query(tree.dsn("east"), `select from document where ${titled(1)} and size = 0`)).length > 0
            ? true
            : undefined,
        { timeoutMs: 20_000, what: "the row has arrived" },
      );
      const report = await verify(topology, { nodes: ["district-a"] });
      expect(tableOf(report, "district-a", "public.document")).toMatchObject({
        verdict: "unsettled",
        unsettled: 4,
        missing: 0,
        extra: 0,
        different: 0,
      });
      // What was known to differ is not taken back.
      expect(
        await query(
          tree.dsn("east"),
          "select verdict, missing from tributary.verification where relation = 'public.document' and provider = 'district-a'",
        ),
      ).toEqual([{ verdict: "different", missing: "1" }]);
    } finally {
      await at("alter system reset all");
      await reload();
      await Promise.all([writing, ...canaries]);
    }
    expect(
      tableOf(await verify(topology, { nodes: ["district-a"] }), "district-a", "public.document"),
    ).toMatchObject({ verdict: "different", missing: 1, extra: 0, different: 0, unsettled: 0 });
  });
});

describe("what differs", () => {
  test("missing, extra and different rows at the region are found by key, and by column", async () => {
    const [gone] = await query(tree.dsn("east"), "select id from document where title = 'district-a 1'");
    const [odd] = await query(tree.dsn("east"), "select id from document where title = 'district-a 2'");
    await byHand(
      "east",
      `delete from document where id = '${String(gone?.["id"])}';
       update document set size = size + 0.0000000000000001, title = null where id = '${String(odd?.["id"])}'`,
    );
    await byHand(
      "east",
      `insert into document (id, status, title) values ('00000000-0000-0000-0000-000000000001', 'approved', 'too much');
       insert into tributary."provenance_public.document" (id, tributary_owner) values ('00000000-0000-0000-0000-000000000001', 'district-a')`,
    );
    const report = await verify(topology, { nodes: ["district-a"] }, { deep: true });
    expect(report.verdict).toBe("different");
    const table = tableOf(report, "district-a", "public.document");
    expect(table).toMatchObject({ missing: 1, extra: 1, different: 1, isComplete: true });
    expect(table.rows.find(({ kind }) => kind === "missing")).toMatchObject({
      key: [gone?.["id"]],
      owner: "district-a",
    });
    expect(table.rows.find(({ kind }) => kind === "extra")?.key).toEqual([
      "00000000-0000-0000-0000-000000000001",
    ]);
    const different = table.rows.find(({ kind }) => kind === "different");
    expect(different?.columns?.map(({ name }) => name)).toEqual(["size", "title"]);
    expect(different?.columns?.[1]).toEqual({ name: "title", below: "district-a 2", above: null });
    await byHand(
      "east",
      `delete from document where title = 'too much'; delete from tributary."provenance_public.document" where id = '00000000-0000-0000-0000-000000000001'`,
    );
  });

  test("at the nation, the region's link says so, and the district's does not", async () => {
    await byHand("nation", "delete from document where title = 'district-b 4'");
    const report = await verify(topology);
    expect(tableOf(report, "east", "public.document")).toMatchObject({ missing: 1, extra: 0, different: 0 });
    expect(tableOf(report, "district-b", "public.document").verdict).toBe("equal");
  });

  test("a table that is empty above is told at least, without naming every row", async () => {
    await byHand("east", "delete from document where title like 'district-a%'");
    const report = await verify(topology, { nodes: ["district-a"] }, { listed: 5 });
    const table = tableOf(report, "district-a", "public.document");
    expect(table).toMatchObject({ verdict: "different", missing: 2000, rowsAbove: 0 });
    expect(table.rows).toHaveLength(5);
  });

  test("a row of nobody and a row of a node that is not below are strays", async () => {
    await byHand(
      "nation",
      `insert into document (id, status, title) values ('00000000-0000-0000-0000-000000000002', 'approved', 'by hand'), ('00000000-0000-0000-0000-000000000003', 'approved', 'left');
       insert into tributary."provenance_public.document" (id, tributary_owner) values ('00000000-0000-0000-0000-000000000003', 'district-z')`,
    );
    const report = await verify(topology, { nodes: ["nation"] });
    expect(report.verdict).toBe("different");
    expect(report.strays).toEqual([
      {
        node: "nation",
        relation: "public.document",
        owner: "district-z",
        rows: 1,
        keys: ['["00000000-0000-0000-0000-000000000003"]'],
      },
      {
        node: "nation",
        relation: "public.document",
        owner: null,
        rows: 1,
        keys: ['["00000000-0000-0000-0000-000000000002"]'],
      },
    ]);
    await byHand(
      "nation",
      `delete from document where title in ('by hand', 'left'); delete from tributary."provenance_public.document" where tributary_owner = 'district-z'`,
    );
  });

  test("a column that is missing above", async () => {
    await byHand("nation", "alter table document drop column size");
    const table = tableOf(await verify(topology, { nodes: ["nation"] }), "east", "public.document");
    expect(table).toMatchObject({
      verdict: "different",
      reason: 'node "nation" lacks columns: size',
      different: 0,
    });
    await byHand("nation", "alter table document add column size numeric");
  });
});

describe("what cannot be known", () => {
  test("a server that is down, and a stream that stands still", async () => {
    await tree.cluster("district-b").stop();
    const report = await verify(topology, { nodes: ["district-b"] });
    expect(tableOf(report, "district-b", "public.document")).toMatchObject({ verdict: "unknown" });
    await tree.cluster("district-b").start();

    await query(
      tree.dsn("nation"),
      "select pglogical.alter_subscription_disable(sub_name, true) from pglogical.subscription",
    );
    await query(tree.dsn("east"), "insert into document (status, title) values ('approved', 'waits')");
    const still = await verify(topology, { nodes: ["nation"] }, { timeoutMs: 5000 });
    expect(tableOf(still, "east", "public.document")).toMatchObject({ verdict: "unknown" });
    expect(tableOf(still, "east", "public.document").reason).toMatch(
      /the stream stands still, .*; 1 rows differ/,
    );
    expect(tableOf(still, "east", "public.kept").verdict).toBe("equal");
    await provision(tree, SETS);
  });

  test("what was found equal lately is left out on request", async () => {
    await verify(topology, { nodes: ["district-a"] });
    const again = await verify(topology, { nodes: ["district-a"], sinceSeconds: 3600 });
    expect(again.links.find(({ provider }) => provider === "district-a")?.tables).toEqual([]);
  });
});
