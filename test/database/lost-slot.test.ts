/** A slot that was lost: a new one and what differs, sent once more. What is there stays as it is, and so do other districts' rows. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";
import { verify } from "../support/verify.ts";

const SETS = { knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } };

describe.each(["pglogical", "native"] as const)(
  "carried by %s",
  (engine: NonNullable<TreeShape["engine"]>) => {
    const tree = useTestTree({ districts: 2, regions: 1, engine });
    let topology: Topology;
    const at = (name: string, text: string): Promise<Record<string, unknown>[]> =>
      query(tree.dsn(name), text);

    /** Takes a district's slot away while it writes, as max_slot_wal_keep_size does. */
    const loseSlot = async (name: string): Promise<void> => {
      await tree.cluster("east").stop();
      await eventually(
        async () => {
          const [found] = await at(name, "select count(*)::int as n from pg_replication_slots where active");
          return found?.["n"] === 0 ? true : undefined;
        },
        { timeoutMs: 60_000, what: "nobody reads the slot" },
      );
      await at(name, "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
    };

    beforeAll(async () => {
      for (const { dsn } of tree.nodes)
        await query(dsn, "create table document (id int primary key, status text not null, title text)");
      for (const [name, start] of [
        ["district-a", 0],
        ["district-b", 100_000],
      ] as const)
        await at(
          name,
          `insert into document select g, case g % 4 when 0 then 'draft' else 'approved' end, '${name} ' || g from generate_series(${start + 1}, ${start + 20_000}) g; analyze document`,
        );
      ({ topology } = await provision(tree, SETS));
      await settled(tree);
    });

    test("only what changed meanwhile travels, and nothing else above is written", async () => {
      await loseSlot("district-a");
      await at(
        "district-a",
        `update document set title = 'changed' where id % 200 = 1; update document set status = 'approved' where id % 1000 = 4;
       update document set status = 'draft' where id % 1000 = 5; delete from document where id % 1000 = 6; insert into document values (99999, 'approved', 'new')`,
      );
      await tree.cluster("east").start();
      await query(tree.dsn("east"), "create table before as select id, xmin::text as version from document");
      const { events } = await applyOnce(topology, {}, 60_000, { seed: { way: "copy" } });
      const told = events
        .filter(({ status, step }) => status === "done" && step.startsWith("seed-table"))
        .map(({ detail }) => detail);
      expect(told).toEqual(["public.document: 14,981 rows (0 copied, 14,860 adopted, 0 merged, 161 sent)"]);
      await settled(tree);
      expect(await verify(topology)).toMatchObject({ verdict: "equal", strays: [] });
      const [untouched] = await at(
        "east",
        "select count(*)::int as n from document d join before b on b.id = d.id and b.version = d.xmin::text",
      );
      expect(untouched?.["n"]).toBe(30_000 - 40 - 100);
      await at("east", "drop table before");
    });

    test("where most of it is gone, it is copied as a first copy is", async () => {
      await loseSlot("district-a");
      await at("district-a", "update document set title = title || '!' where status = 'approved'");
      await tree.cluster("east").start();
      const { events } = await applyOnce(topology, {}, 60_000, { seed: { way: "copy" } });
      const told = events
        .filter(({ status, step }) => status === "done" && step.startsWith("seed-table"))
        .map(({ detail }) => detail);
      expect(told[0]).toMatch(/merged/);
      await settled(tree);
      expect((await verify(topology)).verdict).toBe("equal");
    });
  },
);
