/** A stretch of the stream is skipped, by whatever hand: both ends count, so it is noticed, and the link starts anew. */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { plan } from "../../src/plan/plan.ts";
import { observe } from "../../src/observe/observe.ts";
import type { Miscount } from "../../src/domain/state.ts";
import type { EngineKind, Topology } from "../../src/domain/topology.ts";
import { engines } from "../../src/engine/index.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { stepsOn } from "../support/steps.ts";

/** Finds every gap there is. */
export function proveGapsAreFound(engine: EngineKind): void {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const where = "status = 'approved'";
  const sets = { knowledge: { tables: { "public.item": { where } } } };
  const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
  let topology: Topology;

  const approve = (node: string, prefix: string, rows: number): Promise<unknown> =>
    at(
      node,
      `do $$ begin for i in 1..${rows} loop insert into item values ('${node} ${prefix} ' || i, 'approved'); end loop; end $$`,
    );

  /** As if the links had been live for hours, and silent: whole hours are counted. */
  const ageLinks = async (): Promise<void> => {
    await settled(tree);
    for (const node of tree.nodes)
      await at(
        node.name,
        `truncate tributary.messages_knowledge; delete from tributary.tally;
       update tributary.link set live_since = live_since - interval '2 hours';
       update tributary.node set tallied_since = tallied_since - interval '2 hours'`,
      );
  };

  /** What both ends say, once every link could be counted. */
  const miscounts = async (): Promise<readonly Miscount[]> =>
    await eventually(
      async () => {
        const { nodes } = await observe(topology);
        const counted = nodes.flatMap((node) =>
          node.reachable && node.name !== "district-a" && node.name !== "district-b" ? [node.miscounts] : [],
        );
        return counted.every((found) => found !== undefined)
          ? counted.flatMap((found) => found ?? [])
          : undefined;
      },
      { timeoutMs: 60_000, what: "every link is counted" },
    );

  /** Finds the gap, mends it, and finds nothing more. */
  const expectMended = async (provider: string): Promise<void> => {
    const provisioned = await provision(tree, sets);
    expect(provisioned.plan.steps.map(({ id }) => id)).toContain(
      `create-subscription ${tree.node(provider).upstream ?? ""} ${provider}`,
    );
    await settled(tree);
    expect(await differences(tree, tables)).toEqual([]);
    await ageLinks();
    expect(await miscounts()).toEqual([]);
  };

  const data = (node: string): string => path.join(tree.cluster(node).directory, "data");
  const backUp = async (node: string): Promise<void> => {
    await tree.cluster(node).stop();
    execFileSync("cp", ["-a", data(node), `${data(node)}.backup`]);
    await tree.cluster(node).start();
    // pglogical itself may wait for three minutes before it connects again.
    await provision(tree, sets);
  };
  const restore = async (node: string): Promise<void> => {
    await tree.cluster(node).stop();
    execFileSync("rm", ["-r", data(node)]);
    execFileSync("mv", [`${data(node)}.backup`, data(node)]);
    await tree.cluster(node).start();
  };

  beforeAll(async () => {
    for (const node of tree.nodes)
      await at(node.name, "create table item (id text primary key, status text not null)");
    ({ topology } = await provision(tree, sets));
    await ageLinks();
  });

  test("nothing is missed while it is written, rolled back and pruned", async () => {
    const writing = new AbortController();
    const writer = (async () => {
      await using application = openApplication(tree.dsn("district-a"));
      for (let turn = 0; !writing.signal.aborted; turn += 1) {
        await application.query(`insert into item values ('busy ${turn}', 'approved')`);
        await application.query(`begin; insert into item values ('never ${turn}', 'approved'); rollback`);
        if (turn % 50 === 0) await application.query("select tributary.prune()");
      }
    })();
    try {
      for (let turn = 0; turn < 5; turn += 1) expect(await miscounts()).toEqual([]);
    } finally {
      writing.abort();
    }
    await writer;
    await settled(tree);
    expect(await miscounts()).toEqual([]);
  });

  test("a slot that was dropped and made again", async () => {
    await using steps = stepsOn(tree.nodes);
    const east = await steps.session("east");
    await east.run(engines[engine].pause("slm_from_district_a"));
    await approve("district-a", "lost", 10);
    await eventually(
      async () =>
        (await at("district-a", "select from pg_replication_slots where active")).length === 0
          ? true
          : undefined,
      {
        timeoutMs: 20_000,
        what: "nobody reads the slot",
      },
    );
    await at(
      "district-a",
      "create table slot as select slot_name from pg_replication_slots; select pg_drop_replication_slot(slot_name) from pg_replication_slots",
    );
    await at(
      "district-a",
      `select pg_create_logical_replication_slot(slot_name, '${engine === "native" ? "pgoutput" : "pglogical_output"}') from slot`,
    );
    await east.run(engines[engine].resume("slm_from_district_a"));
    await approve("district-a", "next", 3);
    await settled(tree);
    expect(await differences(tree, tables)).toHaveLength(2);
    expect(await miscounts()).toMatchObject([{ provider: "district-a", node: "district-a" }]);
    await expectMended("district-a");
  });

  test("a district that was restored from an older backup", async () => {
    await backUp("district-b");
    await approve("district-b", "forgotten", 10);
    await settled(tree);
    await restore("district-b");
    // as a backup that is hours old: the numbers after it are known to be lower
    await at("east", "update tributary.source set sent_at = sent_at - interval '1 minute'");
    await approve("district-b", "after", 2);
    expect(await miscounts()).toMatchObject([{ provider: "district-b", hasProviderGoneBack: true }]);
    await expectMended("district-b");
  });

  test("a district whose numbers go back is noticed on its first message", async () => {
    await approve("district-b", "numbered", 3);
    await settled(tree);
    await at("east", "update tributary.source set sent_at = sent_at - interval '1 minute'");
    await at("district-b", "select setval('tributary.message_number', 1)");
    await approve("district-b", "numbered again", 1);
    await settled(tree);
    const { problems } = plan(topology, await observe(topology));
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["gap-in-stream", expect.stringContaining('node "district-b" numbers messages since')],
    ]);
    await expectMended("district-b");
  });

  test("a nation that was restored from an older backup", async () => {
    await backUp("nation");
    await approve("district-b", "restored", 10);
    await settled(tree);
    await restore("nation");
    await approve("district-b", "afterwards", 2);
    await settled(tree);
    expect(await miscounts()).toContainEqual(
      expect.objectContaining({ provider: "east", node: "district-b", hasProviderGoneBack: false }),
    );
    await expectMended("east");
  });
}
