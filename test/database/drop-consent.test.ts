/** Rows above that the node below does not have: more than a handful go only when somebody agreed to their number. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { apply } from "../../src/cli/commands/apply.ts";
import { doctor } from "../../src/cli/commands/doctor.ts";
import { emit } from "../../src/cli/commands/emit.ts";
import { plan } from "../../src/cli/commands/plan.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { type Ran, runCommand } from "../support/context.ts";
import { provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const setsWhere = (where: string): object => ({ knowledge: { tables: { "public.document": { where } } } });
const TABLE = "create table document (id int primary key, status text not null, title text)";

describe.each(["pglogical", "native"] as const)(
  "carried by %s",
  (engine: NonNullable<TreeShape["engine"]>) => {
    const tree = useTestTree({ districts: 2, regions: 1, engine });
    const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
    const file = (): string => path.join(tree.directory, "topology.yaml");
    /** Rows of a district at the region and at the nation. */
    const above = (owner: string): Promise<number[]> =>
      Promise.all(
        ["east", "nation"].map(async (name) => {
          const text = `select count(*)::int as n from document d join tributary."provenance_public.document" p using (id) where tributary_owner = '${owner}'`;
          return Number((await at(name, text))[0]?.["n"]);
        }),
      );
    const applyNow = (
      drops: readonly string[] = [],
      how: { readonly seed?: "copy" | "stream"; readonly answers?: readonly string[] } = {},
    ): Promise<Ran> =>
      runCommand(
        apply,
        file(),
        {
          yes: how.answers === undefined,
          parallel: 8,
          prune: false,
          seed: how.seed ?? "copy",
          "drop-rows-of": drops,
        },
        how.answers === undefined ? {} : { answers: how.answers },
      );

    /** Runs `work` while the region is down and nobody reads the district's slot, which is gone afterwards. */
    const withoutSlot = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      await tree.cluster("east").stop();
      await eventually(
        async () => {
          const [found] = await at(name, "select count(*)::int as n from pg_replication_slots where active");
          return found?.["n"] === 0 ? true : undefined;
        },
        { timeoutMs: 60_000, what: "nobody reads the slot" },
      );
      await at(name, "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
      await work();
      await tree.cluster("east").start();
    };

    beforeAll(async () => {
      for (const { dsn } of tree.nodes) await query(dsn, TABLE);
      await at("district-a", "insert into document select g, 'approved', 'a' from generate_series(1, 500) g");
      await at(
        "district-b",
        "insert into document select g, 'approved', 'b' from generate_series(1001, 1300) g",
      );
      await provision(tree, setsWhere("status = 'approved'"));
      await settled(tree);
    });

    test("a new database under the old name: nothing goes, and everybody says what is above", async () => {
      await withoutSlot("district-a", async () => {
        // As empty as a new one; pglogical's workers would hold up DROP DATABASE.
        await at(
          "district-a",
          `do $$ declare t text; begin for t in select evtname from pg_event_trigger loop execute format('drop event trigger %I cascade', t); end loop; end $$`,
        );
        await at("district-a", "drop schema tributary cascade");
        await at("district-a", "drop extension if exists pglogical cascade");
        await at("district-a", "drop publication if exists slm_knowledge");
        await at("district-a", "drop table document");
        await at("district-a", TABLE);
        await at(
          "district-a",
          "insert into document select g, 'approved', 'a' from generate_series(1, 25) g",
        );
      });
      const words = /its database "slm" has no identity, and 500 rows in its name are at node "east"/;
      const planned = await runCommand(plan, file(), {
        sql: false,
        prune: false,
        "detailed-exitcode": false,
        "drop-rows-of": [],
      });
      expect(planned.stdout).toMatch(words);
      expect(planned.stdout).toContain("--drop-rows-of district-a=500");
      expect(planned.stdout).not.toContain("drop the subscription");
      const examined = await runCommand(doctor, file(), { fix: false, yes: false });
      expect(examined.stdout).toMatch(words);
      const applied = await applyNow();
      expect(applied).toMatchObject({ code: 4 });
      expect(applied.error?.message).toMatch(words);
      expect(await above("district-a")).toEqual([500, 500]);
    }, 90_000);

    test("its identity is taken over, and what is above only stays until its number is typed", async () => {
      const kept = await applyNow(["district-a=0"]);
      expect(kept).toMatchObject({ code: 4 });
      expect(kept.error?.message).toMatch(
        /node "east" would lose from public\.document 475 rows in the name of "district-a", .* in all tables it has 500 there/,
      );
      expect(kept.error?.hint).toContain("--drop-rows-of district-a=475");
      const habit = await applyNow([], { answers: ["y", "y", "y"] });
      expect(habit).toMatchObject({ code: 4 });
      expect(await above("district-a")).toEqual([500, 500]);
      const agreed = await applyNow(["district-a=475"]);
      expect(agreed).toMatchObject({ code: 0 });
      await settled(tree);
      expect(await above("district-a")).toEqual([25, 25]);
      expect(await above("district-b")).toEqual([300, 300]);
    }, 90_000);

    test("a handful goes by itself, more does not, and people are asked for the number", async () => {
      await withoutSlot("district-b", () => at("district-b", "delete from document where id > 1285"));
      expect(await applyNow()).toMatchObject({ code: 0 });
      await settled(tree);
      expect(await above("district-b")).toEqual([285, 285]);
      await withoutSlot("district-b", () => at("district-b", "delete from document where id > 1250"));
      const refused = await applyNow();
      expect(refused).toMatchObject({ code: 4 });
      expect(refused.error?.code).toBe("drops-rows");
      expect(await above("district-b")).toEqual([285, 285]);
      expect(await applyNow([], { answers: ["y", "35", "y"] })).toMatchObject({ code: 0 });
      await settled(tree);
      expect(await above("district-b")).toEqual([250, 250]);
    }, 90_000);

    test.each(["copy", "stream"] as const)(
      "a filter that was narrowed, by %s",
      async (seed) => {
        const least = seed === "copy" ? 1050 : 1100;
        const text = readFileSync(file(), "utf8");
        writeFileSync(
          file(),
          tree.topologyFile(setsWhere(`status = 'approved' and (id <= 500 or id > ${least})`)),
        );
        expect(text).not.toBe(readFileSync(file(), "utf8"));
        const before = await above("district-b");
        const refused = await applyNow([], { seed });
        expect(refused).toMatchObject({ code: 4 });
        expect(refused.error?.message).toContain("public.document 50 rows");
        expect(await above("district-b")).toEqual(before);
        // The stream flows all the same.
        await at("district-a", "insert into document values (400, 'approved', 'new')");
        await eventually(
          async () =>
            (await at("nation", "select from document where id = 400")).length === 1 ? true : undefined,
          { timeoutMs: 60_000, what: "the stream flows" },
        );
        await at("district-a", "delete from document where id = 400");
        expect(await applyNow(["district-b=50"], { seed })).toMatchObject({ code: 0 });
        await settled(tree);
        expect(await above("district-b")).toEqual(before.map((rows) => rows - 50));
      },
      90_000,
    );

    test("keys that are sent as gone, by emit", async () => {
      const keys = Array.from({ length: 30 }, (_, index) => String(2001 + index));
      await at(
        "nation",
        `set session_replication_role = replica;
         insert into document select g, 'approved', 'left' from generate_series(2001, 2030) g;
         insert into tributary."provenance_public.document" select g, 'district-b' from generate_series(2001, 2030) g;
         reset session_replication_role`,
      );
      const send = (drops: readonly string[]): Promise<Ran> =>
        runCommand(
          emit,
          file(),
          { table: "public.document", key: keys, yes: true, "drop-rows-of": drops },
          { nodes: ["district-b"] },
        );
      const refused = await send([]);
      expect(refused).toMatchObject({ code: 4 });
      expect(refused.error?.code).toBe("drops-rows");
      expect(await send(["district-b=30"])).toMatchObject({ code: 0 });
      await settled(tree);
      expect(await at("nation", "select from document where id > 2000")).toEqual([]);
    }, 90_000);
  },
);
