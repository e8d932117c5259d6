/** The monitor on real servers when all is well: what it sees, what it writes, and that it may do nothing else. */
import { beforeAll, describe, expect, test } from "vitest";

import { withRole } from "../../src/domain/dsn.ts";
import type { EngineKind, Topology } from "../../src/domain/topology.ts";
import { METRICS } from "../../src/monitor/metrics.ts";
import { plan } from "../../src/plan/plan.ts";
import { observe } from "../../src/observe/observe.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { type RunningMonitor, startMonitor } from "../support/monitor.ts";
import { applyOnce, provision, topologyOf } from "../support/provision.ts";
import { query } from "../support/sql.ts";
import { verify } from "../support/verify.ts";

const SETS = {
  main: { tables: { "public.item": { where: "approved" } } },
  other: { tables: { "public.note": {} } },
};
const ROLE = "slm_monitor";

/** Metrics that have no series on a healthy tree, and why. */
const SILENT: Readonly<Record<string, string>> = {
  tributary_filesystem_size_bytes: "this test looks at no disks",
  tributary_filesystem_avail_bytes: "this test looks at no disks",
  tributary_filesystem_predicted_full_timestamp_seconds: "this test looks at no disks",
  tributary_heartbeat_reported_fs_avail_bytes: "this test looks at no disks",
  tributary_heartbeat_reported_fs_size_bytes: "this test looks at no disks",
  tributary_slot_inactive_since_timestamp_seconds: "every slot is read",
  tributary_subscription_down_reason: "every link carries",
  tributary_subscription_parked_since_timestamp_seconds: "nothing is parked",
  tributary_subscription_went_back_timestamp_seconds: "nobody was restored",
  tributary_subscription_first_copy_progress_timestamp_seconds: "no first copy is under way",
  tributary_verify_rows: "both ends are equal",
  tributary_verify_interval_seconds: "this monitor compares nothing by itself",
  tributary_subscription_conflicts_total: "native counts them, from 18 on",
};

const TREES: readonly (readonly [string, EngineKind, TreeShape["majors"]])[] = [
  ["pglogical, on 15", "pglogical", undefined],
  ["native, on 15 to 18", "native", { "district-a": 15, "district-b": 16, east: 17, nation: 18 }],
];

async function healthy(monitor: RunningMonitor): Promise<void> {
  await monitor.until(
    "all is well, and every beat is at the nation",
    ({ nodes, links, heartbeats }) =>
      nodes.every(({ record }) => record.isUp) &&
      links.every(({ state }) => state === "replicating") &&
      heartbeats.length === 5,
  );
}

describe.each(TREES)("%s", (_, engine, majors) => {
  const tree = useTestTree({
    districts: 2,
    regions: 1,
    engine,
    settings: { max_slot_wal_keep_size: "1GB" },
    ...(majors === undefined ? {} : { majors }),
  });
  let topology: Topology;
  const asMonitor = (name: string): string => withRole(tree.dsn(name), ROLE, undefined);

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        "create table item (id int primary key, title text, approved boolean not null); create table note (id int primary key)",
      );
    ({ topology } = await provision(tree, SETS, {}, { monitor: { heartbeat: "1s" } }));
  });

  test("everything is seen, in few series; what has none is known", async () => {
    expect((await verify(topology)).verdict).toBe("equal");
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    expect(monitor.troubles).toEqual([]);
    const picture = monitor.watcher.picture();
    const silent = METRICS.filter((metric) => metric.read(picture).length === 0).map(({ name }) => name);
    expect(silent.filter((name) => SILENT[name] === undefined)).toEqual([]);
    const series = METRICS.flatMap((metric) => metric.read(picture));
    // All about replication, and so few that five hundred nodes are no burden.
    expect(series.filter(([labels]) => labels.includes("district-a")).length).toBeLessThanOrEqual(75);
    expect(picture.nodes.flatMap(({ checks }) => checks.filter(({ isOk }) => !isOk))).toEqual([]);
    expect(picture.links.map(({ tables }) => tables)).toEqual(
      picture.links.map(() => ({ ready: 2, copying: 0, catchup: 0 })),
    );
  });

  test("a beat comes through each set, over every tier, and leaves nothing in the application's tables", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    const rows = await query(
      tree.dsn("nation"),
      "select node, set_name, number > 0 as is_numbered from tributary.heartbeat order by 1, 2",
    );
    expect(rows).toEqual(
      ["district-a", "district-b", "east"].flatMap((node) =>
        ["main", "other"].map((set) => ({ node, set_name: set, is_numbered: true })),
      ),
    );
    for (const { dsn } of tree.nodes)
      expect(
        await query(
          dsn,
          "select (select count(*) from item)::int as items, (select count(*) from note)::int as notes",
        ),
      ).toEqual([{ items: 0, notes: 0 }]);
  });

  test("a beat that says nonsense stops no stream, and blinds nobody", async () => {
    const nonsense = [
      "{half of",
      "[1, 2]",
      "null",
      JSON.stringify({ mounts: "many", walBytes: {} }),
      "x".repeat(100_000),
    ];
    for (const text of nonsense)
      await query(
        tree.dsn("district-a"),
        "insert into tributary.messages_main (kind, body) values ('beat', array[$1::text])",
        text,
      );
    await query(tree.dsn("district-a"), "insert into item values (77, 'after it', true)");
    await eventually(
      async () => {
        const rows = await query(tree.dsn("nation"), "select from item where id = 77");
        return rows.length === 1 ? true : undefined;
      },
      { timeoutMs: 30_000, what: "what came after it has arrived" },
    );
    await query(tree.dsn("district-a"), "delete from item");
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    expect(monitor.troubles).toEqual([]);
  });

  test("two monitors of one node write one beat", async () => {
    const beats = "select tributary.beat('{}', '1 h') as is_sent";
    await query(tree.dsn("district-a"), "delete from tributary.heartbeat");
    const sent = await Promise.all([
      query(asMonitor("district-a"), beats),
      query(asMonitor("district-a"), beats),
    ]);
    expect(sent.flat().filter((row) => row["is_sent"] === true)).toHaveLength(1);
    expect(await query(asMonitor("nation"), "select tributary.beat('{}', '1 h') as is_sent")).toEqual([
      { is_sent: false },
    ]);
  });

  test("the role may ask, beat and tend, and nothing else", async () => {
    for (const refused of [
      "select * from item",
      "insert into item values (1, 'x', true)",
      "select * from tributary.node",
      "select * from tributary.messages_main",
      "insert into tributary.messages_main (kind) values ('beat')",
      "select tributary.prune()",
      "select tributary.set_monitor('slm_monitor', null)",
      "select tributary.fence('{main}', gen_random_uuid())",
      "select tributary.emit('main', 'public.item', '{}')",
      "select * from pg_authid",
      "select subconninfo from pg_subscription",
      "create table mine (id int)",
      "set role postgres",
    ])
      await expect(query(asMonitor("district-a"), refused)).rejects.toThrow(
        /permission denied|must be|not exist|no schema/u,
      );
    const [row] = await query(asMonitor("district-a"), "select tributary.vitals(true)::text as vitals");
    expect(row?.["vitals"]).not.toMatch(/password|postgresql:\/\/|conninfo/iu);
    expect(await query(asMonitor("district-a"), "select tributary.tend() >= 0 as is_tended")).toEqual([
      { is_tended: true },
    ]);
  });

  test("a superuser is refused as the monitor's role", async () => {
    await expect(query(tree.dsn("nation"), "select tributary.set_monitor('postgres', null)")).rejects.toThrow(
      /is a superuser/u,
    );
  });

  test("a password that changes is set anew; without the section the role goes", async () => {
    const planned = async (of: Topology): Promise<readonly string[]> =>
      plan(of, await observe(of), { prune: true }).steps.map(({ id }) => id);
    const changed = await topologyOf(tree, SETS, { monitor: { password: "first" } });
    await applyOnce(changed);
    expect(await planned(changed)).toEqual([]);
    const again = await topologyOf(tree, SETS, { monitor: { password: "second" } });
    expect(await planned(again)).toHaveLength(4);
    await applyOnce(again);
    const [stored] = await query(
      tree.dsn("nation"),
      `select rolpassword as verifier from pg_authid where rolname = '${ROLE}'`,
    );
    expect(stored?.["verifier"]).toMatch(/^SCRAM-SHA-256\$4096:/u);
    const expectNoRole = async (): Promise<void> => {
      for (const { dsn } of tree.nodes)
        expect(await query(dsn, `select from pg_roles where rolname = '${ROLE}'`)).toEqual([]);
    };
    const without = await topologyOf(tree, SETS);
    await applyOnce(without, { prune: true });
    expect(await planned(without)).toEqual([]);
    await expectNoRole();
    await applyOnce(again);
    await applyOnce(again, { remove: tree.nodes.map(({ name }) => name) });
    await expectNoRole();
  });
});
