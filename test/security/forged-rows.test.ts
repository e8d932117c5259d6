/** A district whose superuser writes rows into its own outbox that its table does not have: they are found, shown, and removed. */
import path from "node:path";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { repair } from "../../src/cli/commands/repair.ts";
import { verify } from "../../src/cli/commands/verify.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { type Ran, runCommand } from "../support/context.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const SETS = { knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } };
const HONEST = 234;

describe.each(["pglogical", "native"] as const)(
  "carried by %s",
  (engine: NonNullable<TreeShape["engine"]>) => {
    const tree = useTestTree({ districts: 2, regions: 1, engine });
    let topology: Topology;
    const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
    const rowsAt = async (name: string): Promise<number> =>
      Number(
        (await at(name, "select count(*)::int as n from document where id < 100000 or id >= 900000"))[0]?.[
          "n"
        ],
      );
    const forge = (rows: number): Promise<unknown> =>
      at(
        "district-a",
        `insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
         select 'put', 'public.document', '{id,status,title}', ${rows}, array[array_agg(g)::text, array_agg('approved'::text)::text, array_agg('forged'::text)::text]
         from generate_series(900001, 900000 + ${rows}) g`,
      );
    /** Something makes the region look at the link again. */
    const doubt = (name: string): Promise<unknown> =>
      at(name, "update tributary.link set phase = 'catching-up', fence = null, live_since = null");
    const subscribed = async (name: string): Promise<number> => {
      const from =
        engine === "native" ? "pg_subscription where subenabled" : "pglogical.subscription where sub_enabled";
      return Number((await at(name, `select count(*)::int as n from ${from}`))[0]?.["n"]);
    };
    /** A row that is approved now travels to the top. */
    const flows = async (id: number): Promise<void> => {
      await at("district-a", `insert into document values (${id}, 'approved', 'honest')`);
      await eventually(
        async () =>
          (await at("nation", `select from document where id = ${id}`)).length === 1 ? true : undefined,
        { timeoutMs: 60_000, what: "the stream flows" },
      );
      await at("district-a", `delete from document where id = ${id}`);
      await settled(tree);
    };
    const run = (command: typeof verify | typeof repair, args: Record<string, unknown>): Promise<Ran> =>
      runCommand(command, path.join(tree.directory, "topology.yaml"), args, { nodes: ["district-a"] });
    const compare = (): Promise<Ran> =>
      run(verify, {
        table: [],
        deep: false,
        limit: 1000,
        out: undefined,
        "max-rate": undefined,
        since: undefined,
      });
    const mend = (drops: readonly string[] = []): Promise<Ran> =>
      run(repair, { table: [], "dry-run": false, yes: true, "drop-rows-of": drops });

    beforeAll(async () => {
      for (const { dsn } of tree.nodes)
        await query(dsn, "create table document (id int primary key, status text not null, title text)");
      await at(
        "district-a",
        `insert into document select g, 'approved', 'a' from generate_series(1, ${HONEST}) g`,
      );
      await at(
        "district-b",
        "insert into document select g, 'approved', 'b' from generate_series(100001, 100300) g",
      );
      ({ topology } = await provision(tree, SETS));
    });
    beforeEach(async () => {
      await applyOnce(topology);
      await settled(tree);
      if ((await rowsAt("nation")) !== HONEST) throw new Error("an earlier test left rows behind");
    });

    test("seven forged rows: told at once, with what to do, and nothing that works is dropped", async () => {
      await forge(7);
      await settled(tree);
      expect(await rowsAt("nation")).toBe(HONEST + 7);
      await doubt("east");
      // The nation's link has to be made anew, too: its slot is gone.
      await loseSlot("nation", "east");
      const failure = applyOnce(topology, {}, 300_000);
      await expect(failure).rejects.toMatchObject({
        exitCode: 7,
        code: "extra-rows",
        node: "east",
        message: expect.stringMatching(
          /node "east" has of public\.document 7 rows more than "district-a" sends, in the name of "district-a" \(keys: 900001, 900002, /,
        ) as string,
        hint: expect.stringContaining(
          "tributary repair --node district-a removes them from every tier above",
        ) as string,
      });
      expect([await subscribed("east"), await subscribed("nation")]).toEqual([2, 1]);
      expect(await compare()).toMatchObject({
        code: 6,
        stdout: expect.stringContaining("7 extra") as string,
      });
      expect(await mend()).toMatchObject({ code: 0 });
      await applyOnce(topology);
      await settled(tree);
      expect([await rowsAt("east"), await rowsAt("nation")]).toEqual([HONEST, HONEST]);
      await flows(500);
    }, 300_000);

    test("more than a handful: they stay until somebody agrees to the number", async () => {
      await forge(30);
      await settled(tree);
      await doubt("east");
      await expect(applyOnce(topology)).rejects.toMatchObject({
        code: "extra-rows",
        hint: expect.stringContaining("--drop-rows-of district-a=30") as string,
      });
      await flows(501);
      const refused = await mend();
      expect(refused).toMatchObject({ code: 4 });
      expect(refused.error?.code).toBe("drops-rows");
      expect(refused.error?.message).toMatch(
        /node "east" would lose from public\.document 30 rows in the name of "district-a", .* in all tables it has 264 there/,
      );
      expect(await rowsAt("nation")).toBe(HONEST + 30);
      expect(await mend(["district-a=29"])).toMatchObject({ code: 4 });
      expect(await mend(["district-a=30"])).toMatchObject({ code: 0 });
      await settled(tree);
      expect([await rowsAt("east"), await rowsAt("nation")]).toEqual([HONEST, HONEST]);
    }, 300_000);

    test("a lost slot: its first copy does not take them without consent either, and the stream flows meanwhile", async () => {
      await forge(30);
      await settled(tree);
      await loseSlot("east", "district-a");
      await expect(applyOnce(topology, {}, 300_000, { seed: { way: "copy" } })).rejects.toMatchObject({
        exitCode: 4,
        code: "drops-rows",
        hint: expect.stringContaining("--drop-rows-of district-a=30") as string,
      });
      await flows(502);
      expect(await rowsAt("nation")).toBe(HONEST + 30);
      await expect(applyOnce(topology)).rejects.toMatchObject({ code: "drops-rows" });
      await applyOnce(topology, {}, 60_000, { dropRowsOf: { "district-a": 30 } });
      await settled(tree);
      expect([await rowsAt("east"), await rowsAt("nation")]).toEqual([HONEST, HONEST]);
    }, 300_000);

    test("rows that are put above by hand, in the district's name, are found there", async () => {
      await at(
        "nation",
        `set session_replication_role = replica;
         insert into document select g, 'approved', 'by hand' from generate_series(900001, 900005) g;
         insert into tributary."provenance_public.document" select g, 'district-a' from generate_series(900001, 900005) g;
         reset session_replication_role`,
      );
      await doubt("nation");
      await expect(applyOnce(topology)).rejects.toMatchObject({
        code: "extra-rows",
        node: "nation",
        hint: expect.stringContaining("tributary repair --node east removes them") as string,
      });
      const ran = await runCommand(
        repair,
        path.join(tree.directory, "topology.yaml"),
        { table: [], "dry-run": false, yes: true, "drop-rows-of": [] },
        { nodes: ["east"] },
      );
      expect(ran).toMatchObject({ code: 0 });
    }, 300_000);

    async function loseSlot(subscriber: string, provider: string): Promise<void> {
      await tree.cluster(subscriber).stop();
      await eventually(
        async () => {
          const [found] = await at(
            provider,
            "select count(*)::int as n from pg_replication_slots where active and slot_type = 'logical'",
          );
          return found?.["n"] === 0 ? true : undefined;
        },
        { timeoutMs: 60_000, what: "nobody reads the slot" },
      );
      await at(provider, "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
      await tree.cluster(subscriber).start();
    }
  },
);
