/** Repairs: what was done by hand above is made undone, for one district, at every tier, and nothing else is touched. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { repairTable, type RepairManner, type Repaired } from "../../src/apply/repair.ts";
import { Interrupted } from "../../src/domain/errors.ts";
import { subtreeOf, type Topology } from "../../src/domain/topology.ts";
import type { Difference } from "../../src/domain/verification.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { tableOf, verify } from "../support/verify.ts";

const RULE = { where: "status = 'approved'", columns: ["id", "kind", "status", "title"] };
const SETS = { knowledge: { tables: { "public.document": RULE } } };

describe.each(["pglogical", "native"] as const)(
  "carried by %s",
  (engine: NonNullable<TreeShape["engine"]>) => {
    const tree = useTestTree({ districts: 2, regions: 1, engine });
    let topology: Topology;

    const byHand = (name: string, statements: string): Promise<unknown> =>
      query(
        tree.dsn(name),
        `set session_replication_role = replica; ${statements}; reset session_replication_role`,
      );

    const repair = async (
      provider: string,
      rows: readonly Difference[],
      how: Partial<RepairManner> = {},
    ): Promise<Repaired> => {
      await using sessions = new Sessions(topology.nodes);
      const node = topology.nodes.find(({ name }) => name === provider);
      const [rule] = topology.sets[0]?.tables ?? [];
      if (node?.upstream === undefined || rule === undefined)
        throw new Error(`"${provider}" sends to nobody`);
      const table = {
        provider: await sessions.get(provider),
        subscriber: await sessions.get(node.upstream),
        set: "knowledge",
        rule,
        below: subtreeOf(topology, provider),
      };
      return await repairTable(table, rows, {
        signal: new AbortController().signal,
        timeoutMs: 20_000,
        bytesPerSecond: 0,
        sendBytesPerSecond: 0,
        listed: 1000,
        deep: false,
        progress: () => undefined,
        note: () => undefined,
        ...how,
      });
    };
    const found = async (provider: string): Promise<readonly Difference[]> =>
      tableOf(await verify(topology, { nodes: [provider] }), provider, "public.document").rows;

    beforeAll(async () => {
      for (const { dsn } of tree.nodes)
        await query(
          dsn,
          "create table document (id int, kind text, status text not null, title text, secret text, primary key (id, kind))",
        );
      ({ topology } = await provision(tree, SETS));
    });
    beforeEach(async () => {
      for (const name of ["district-a", "district-b"])
        await query(
          tree.dsn(name),
          `delete from document; insert into document select g, '${name}', case g % 5 when 0 then 'draft' else 'approved' end, 'it''s ' || g, 'never' from generate_series(1, 1000) g`,
        );
      await settled(tree);
    });

    test("missing, different and extra rows at the region and at the nation, in one go", async () => {
      for (const name of ["east", "nation"])
        await byHand(
          name,
          `delete from document where kind = 'district-a' and id between 11 and 14; update document set title = 'by hand' where kind = 'district-a' and id = 21;
         insert into document values (5, 'district-a', 'approved', 'a draft below'); insert into tributary."provenance_public.document" values (5, 'district-a', 'district-a')`,
        );
      const rows = await found("district-a");
      expect(rows).toHaveLength(6);
      expect(await repair("district-a", rows)).toEqual({
        sent: 6,
        changed: 0,
        equal: 0,
        unsettled: 0,
        left: [],
      });
      await settled(tree);
      expect(await verify(topology)).toMatchObject({ verdict: "equal", strays: [] });
      expect(
        await query(tree.dsn("nation"), "select from document where secret is not null or id = 5"),
      ).toEqual([]);
    });

    test("what only the nation lacks is sent by the region, in the district's name", async () => {
      await byHand("nation", "delete from document where kind = 'district-b' and id in (1, 2)");
      const rows = await found("east");
      expect(rows.map(({ owner }) => owner)).toEqual(["district-b", "district-b"]);
      expect(await repair("east", rows)).toMatchObject({ sent: 2, left: [] });
      expect((await verify(topology)).verdict).toBe("equal");
    });

    test("a row that changed since is left alone, and one that is equal by now too", async () => {
      await byHand("east", "delete from document where kind = 'district-a' and id in (1, 2, 3)");
      const rows = await found("district-a");
      await query(
        tree.dsn("district-a"),
        "update document set title = 'newer' where id = 1; delete from document where id = 2",
      );
      await settled(tree);
      const { sent, changed, equal } = await repair("district-a", rows);
      expect({ sent, total: sent + changed + equal }).toEqual({ sent: 1, total: 3 });
      await repair("district-a", await found("district-a"));
      expect((await verify(topology)).verdict).toBe("equal");
    });

    test("while people write, and interrupted in the middle: the same call goes on", async () => {
      await byHand("east", "delete from document where kind = 'district-a'");
      const rows = await found("district-a");
      expect(rows).toHaveLength(800);
      await using application = openApplication(tree.dsn("district-a"));
      let isOver = false;
      const writing = (async () => {
        // Not for ever: the stream has to keep up.
        for (let turn = 0; turn < 300 && !isOver; turn += 1)
          await application.query(
            "update document set title = title || '.' where id in (select id from document where id > 500 order by random() limit 5)",
          );
      })();
      try {
        const interruption = new AbortController();
        const stopped = repair("district-a", rows, {
          signal: interruption.signal,
          sendBytesPerSecond: 1,
          progress: () => interruption.abort(),
        });
        await expect(stopped).rejects.toThrow(Interrupted);
        const again = await repair("district-a", rows);
        expect(again.equal).toBeGreaterThanOrEqual(190);
      } finally {
        isOver = true;
        await writing;
      }
      await settled(tree);
      await repair("district-a", await found("district-a"));
      expect((await verify(topology)).verdict).toBe("equal");
    });

    test("two operators at once: the second is told who is at it", async () => {
      await byHand("east", "delete from document where kind = 'district-a' and id = 1");
      const rows = await found("district-a");
      const both = await Promise.allSettled([repair("district-a", rows), repair("district-a", rows)]);
      expect(both.some(({ status }) => status === "fulfilled")).toBe(true);
      expect((await verify(topology)).verdict).toBe("equal");
    });

    test("nothing of another district or of the region itself is touched", async () => {
      await query(tree.dsn("east"), "insert into document values (1, 'east', 'approved', 'its own')");
      await byHand(
        "east",
        "update document set title = 'odd' where kind = 'district-b' and id = 7; delete from document where kind = 'district-a' and id = 7",
      );
      expect(await repair("district-a", await found("district-a"))).toMatchObject({ sent: 1 });
      expect(
        await query(tree.dsn("east"), "select title from document where id = 7 and kind = 'district-b'"),
      ).toEqual([{ title: "odd" }]);
      await repair("district-b", await found("district-b"));
      await settled(tree);
      expect((await verify(topology)).verdict).toBe("equal");
    });
  },
);
