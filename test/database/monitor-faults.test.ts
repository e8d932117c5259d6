/** What the monitor says of faults on real servers: the metrics, the alert, the words. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { withRole } from "../../src/domain/dsn.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { History } from "../../src/monitor/history.ts";
import { localDisks } from "../../src/monitor/local-disks.ts";
import { type NodeRecord, newRecord } from "../../src/monitor/record.ts";
import { giveTo, serverUser } from "../../src/sandbox/os-user.ts";
import { signal } from "../../src/sandbox/postmaster.ts";
import { useTestTree } from "../support/cluster.ts";
import { type RunningMonitor, startMonitor } from "../support/monitor.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = { main: { tables: { "public.item": { where: "approved" } } } };
/** Budgets of a second: whoever is late is told at once. */
const MONITOR = { heartbeat: "1s", offline_budget: "1s", staleness_budget: "1s" };

const tree = useTestTree({
  districts: 2,
  regions: 1,
  settings: { wal_sender_timeout: "3s", max_slot_wal_keep_size: "64MB" },
});
let topology: Topology;

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id int primary key, title text, approved boolean not null)");
  ({ topology } = await provision(tree, SETS, {}, { monitor: MONITOR }));
});

const at = (name: string, text: string): Promise<unknown> => query(tree.dsn(name), text);
const write = (name: string): Promise<unknown> =>
  at(name, "insert into item select coalesce(max(id), 0) + 1, 'x', true from item");
const DISTRICT = "district-a";
const slotOf = (monitor: RunningMonitor): string => monitor.link(DISTRICT).slotName;

/** What a person reads on the page, without its markup. */
async function expectPage(monitor: RunningMonitor, words: string): Promise<void> {
  const text = (await monitor.get("/")).replaceAll(/<[^>]*>/gu, " ").replaceAll(/\s+/gu, " ");
  expect(text.toLowerCase()).toContain(words);
}

/** A node of the tree that is reached at another address. */
function elsewhere(name: string, dsn: string): Topology {
  return { ...topology, nodes: topology.nodes.map((node) => (node.name === name ? { ...node, dsn } : node)) };
}

async function healthy(monitor: RunningMonitor): Promise<void> {
  await monitor.until(
    "all is well",
    ({ nodes, links }) =>
      nodes.every(({ record }) => record.isUp) && links.every(({ state }) => state === "replicating"),
  );
}

describe("a node that cannot be seen", () => {
  // A stream that was cut waits for minutes by itself.
  afterEach(() => applyOnce(topology));

  const expectDark = async (monitor: RunningMonitor, reason: string): Promise<void> => {
    await monitor.until("the node is dark", ({ nodes }) =>
      nodes.some(({ node, record }) => node.name === DISTRICT && record.failure?.reason === reason),
    );
    expect(await monitor.series("tributary_node_up")).toContain(`{node="${DISTRICT}"} 0`);
    // Nothing that was measured is left, and what is a moment or a budget stays.
    for (const gone of [
      "tributary_wal_directory_bytes",
      "tributary_slot_retained_bytes",
      "tributary_node_config_ok",
    ])
      expect((await monitor.series(gone)).filter((line) => line.includes(`node="${DISTRICT}"`))).toEqual([]);
    for (const kept of [
      "tributary_node_last_attempt_timestamp_seconds",
      "tributary_node_offline_budget_seconds",
    ])
      expect((await monitor.series(kept)).filter((line) => line.includes(DISTRICT))).toHaveLength(1);
    await monitor.until("the others are seen as ever", ({ nodes }) =>
      nodes.every(({ node, record }) => record.isUp || node.name === DISTRICT),
    );
  };

  test("its server is stopped: dark within a cycle, the alert comes, and goes when it is back", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    await tree.cluster(DISTRICT).stop();
    try {
      await expectDark(monitor, "refused");
      await prometheus.untilFiring("TributaryNodeUnreachable", { node: DISTRICT });
      // The first look only finds that its session is gone.
      await monitor.until("the node was called anew", ({ nodes }) =>
        nodes.some(({ record }) => record.failure?.message.startsWith("nothing accepts connections")),
      );
      await expectPage(monitor, "nothing accepts connections");
      // What the root has of it grows old, and its prediction stays.
      await prometheus.untilFiring("TributaryNodeStale", { node: DISTRICT });
      expect(
        (await monitor.series("tributary_slot_predicted_loss_timestamp_seconds")).some((line) =>
          line.includes(DISTRICT),
        ),
      ).toBe(true);
    } finally {
      await tree.cluster(DISTRICT).start();
    }
    await applyOnce(topology);
    await monitor.watcher.poller.lookAt(DISTRICT);
    await healthy(monitor);
    await prometheus.untilQuiet("TributaryNodeUnreachable");
  });

  test("its server is frozen", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    tree.cluster(DISTRICT).freeze();
    try {
      await expectDark(monitor, "timeout");
    } finally {
      tree.cluster(DISTRICT).thaw();
    }
  });

  test("whoever accepts there never answers; a scrape of it alone ends in time", async () => {
    const hole = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(hole, "listening");
    const { port } = hole.address() as AddressInfo;
    try {
      await using monitor = await startMonitor(elsewhere(DISTRICT, `postgresql://x@127.0.0.1:${port}/slm`));
      await expectDark(monitor, "timeout");
      expect(await monitor.get(`/probe?target=${DISTRICT}`)).toContain(
        `tributary_node_up{node="${DISTRICT}"} 0`,
      );
    } finally {
      hole.close();
    }
  });

  test("its name is not known", async () => {
    await using monitor = await startMonitor(
      elsewhere(DISTRICT, "postgresql://x@no-such-host.invalid:1/slm"),
    );
    await expectDark(monitor, "dns");
  });

  test("the role may not look", async () => {
    const monitored = "tributary.vitals(boolean)";
    await at(DISTRICT, `revoke execute on function ${monitored} from slm_monitor`);
    try {
      await using monitor = await startMonitor(topology);
      await expectDark(monitor, "permission");
    } finally {
      await applyOnce(topology);
    }
  });

  test("the password is wrong, and is nowhere to be read", async () => {
    const secret = "a-wrong-password";
    const dsn = withRole(tree.dsn(DISTRICT), "slm_monitor", secret);
    const file = `${tree.cluster(DISTRICT).directory}/data/pg_hba.conf`;
    await at(
      DISTRICT,
      `do $$ begin execute format('copy (select %L) to %L', 'host all slm_monitor 127.0.0.1/32 scram-sha-256', '${file}.first'); end $$`,
    );
    const before = readFileSync(file, "utf8");
    await at(
      DISTRICT,
      `copy (select unnest(string_to_array($x$${readFileSync(`${file}.first`, "utf8")}${before}$x$, chr(10)))) to '${file}'`,
    );
    await at(DISTRICT, "select pg_reload_conf()");
    try {
      await using monitor = await startMonitor({
        ...elsewhere(DISTRICT, dsn),
        monitor: {
          role: "slm_monitor",
          intervalMs: 500,
          watches: new Map(),
          password: { text: secret, verifier: "", mark: "" },
        },
      });
      await expectDark(monitor, "auth");
      await expectPage(monitor, "run tributary apply : it makes the role");
      for (const path of ["/metrics", "/", "/overview.json", `/probe?target=${DISTRICT}`])
        expect(await monitor.get(path)).not.toContain(secret);
    } finally {
      await at(
        DISTRICT,
        `copy (select unnest(string_to_array($x$${before}$x$, chr(10)))) to '${file}'; select pg_reload_conf()`,
      );
    }
  });
});

describe("a link that does not carry", () => {
  afterEach(async () => {
    await applyOnce(topology);
    await settled(tree);
  });

  test("the subscription is disabled", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
    await monitor.until("it says so", ({ links }) => links.some(({ reason }) => reason === "disabled"));
    expect(monitor.link(DISTRICT).state).toBe("disabled");
    await expectPage(monitor, "the subscription is disabled");
  });

  test("the slot is gone", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    const slot = slotOf(monitor);
    await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
    await at(
      DISTRICT,
      `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '${slot}' and active`,
    );
    await monitor.until("nobody reads it", () => monitor.link(DISTRICT).slot?.isActive === false);
    await at(DISTRICT, `select pg_drop_replication_slot('${slot}')`);
    await at("east", "select pglogical.alter_subscription_enable('slm_from_district_a', true)");
    await monitor.until("it says so", ({ links }) => links.some(({ reason }) => reason === "slot_missing"));
    expect(await monitor.series("tributary_slot_present")).toContain(
      `{node="${DISTRICT}",slot="${slot}",consumer="east"} 0`,
    );
    await prometheus.untilFiring("TributarySlotMissing", { node: DISTRICT });
    await expectPage(monitor, "its slot is gone, and with it what was not sent yet");
  });

  test("the slot is lost, and stays told while the node is dark", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
    await monitor.until("nobody reads it", () => monitor.link(DISTRICT).slot?.isActive === false);
    for (let segment = 0; segment < 8; segment += 1)
      await at(DISTRICT, "select pg_switch_wal() from pg_logical_emit_message(true, 'x', 'x')");
    await at(DISTRICT, "checkpoint");
    await monitor.until("it says so", () => monitor.link(DISTRICT).slot?.walStatus === "lost");
    await prometheus.untilFiring("TributarySlotLost", { node: DISTRICT });
    await expectPage(monitor, "its slot was lost");
    await tree.cluster(DISTRICT).stop();
    try {
      await monitor.until("the node is dark", () => !monitor.node(DISTRICT).record.isUp);
      expect(
        (await monitor.series("tributary_slot_wal_status")).filter(
          (line) => line.includes(DISTRICT) && line.endsWith(" 1"),
        ),
      ).toEqual([`{node="${DISTRICT}",slot="${slotOf(monitor)}",consumer="east",status="lost"} 1`]);
      await prometheus.untilFiring("TributarySlotLost", { node: DISTRICT });
    } finally {
      await tree.cluster(DISTRICT).start();
    }
  });

  test("what arrives cannot be applied", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    await at("east", "alter table tributary.source add constraint broken check (false) not valid");
    await write(DISTRICT);
    try {
      await monitor.until("it says so", ({ links }) => links.some(({ reason }) => reason === "apply_error"));
      const alert = await prometheus.untilFiring("TributarySubscriptionDown", { provider: DISTRICT });
      expect(alert.annotations["description"]).toContain("apply_error");
      await expectPage(monitor, "what arrives cannot be applied");
    } finally {
      await at("east", "alter table tributary.source drop constraint broken");
    }
  });

  test("the walsender is frozen: PostgreSQL calls it replicating and active, and we do not", async () => {
    await using monitor = await startMonitor(topology);
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    const [{ pid } = { pid: 0 }] = (await at(
      DISTRICT,
      `select active_pid as pid from pg_replication_slots where slot_name = '${slotOf(monitor)}'`,
    )) as { pid: number }[];
    signal(pid, "SIGSTOP");
    try {
      await write(DISTRICT);
      await monitor.until("it says so", ({ links }) => links.some(({ reason }) => reason === "half_open"));
      const link = monitor.link(DISTRICT);
      expect([link.slot?.isActive, link.subscription?.isWorking]).toEqual([true, true]);
      await expectPage(monitor, "both ends call it alive, and nothing moves");
      await prometheus.untilFiring("TributarySubscriptionDown", { provider: DISTRICT });
    } finally {
      signal(pid, "SIGCONT");
    }
    await healthy(monitor);
  });

  test("cut for long, with WAL growing: lag in seconds, and when the slot will be lost", async () => {
    // The monitor has known the district for two hours, in which it wrote.
    const [{ position } = { position: 0 }] = (await at(
      DISTRICT,
      "select (pg_current_wal_lsn() - '0/0')::float8 as position",
    )) as { position: number }[];
    const now = Date.now() / 1000;
    const record: NodeRecord = {
      ...newRecord(DISTRICT),
      positions: new History([[now - 7200, position - 40e6]]),
    };
    await using monitor = await startMonitor(topology, { records: new Map([[DISTRICT, record]]) });
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
    await monitor.until("nobody reads it", () => monitor.link(DISTRICT).slot?.isActive === false);
    await at(DISTRICT, "select pg_logical_emit_message(true, 'x', repeat('x', 8000000))");
    await monitor.until("its end is foreseen", () =>
      Number.isFinite(monitor.link(DISTRICT).slotRecord?.loss["6h"]),
    );
    await prometheus.untilFiring("TributarySlotLossPredicted", { node: DISTRICT });
    const [lag] = (await monitor.series("tributary_link_lag_seconds")).filter((line) =>
      line.includes(DISTRICT),
    );
    expect(Number(lag?.split(" ")[1])).toBeGreaterThan(0);
  });
});

test("rows that are parked", async () => {
  await at("east", "alter table item add constraint short check (length(title) < 3)");
  await using monitor = await startMonitor(topology);
  await healthy(monitor);
  await at(DISTRICT, "insert into item values (9000, 'too long', true)");
  await monitor.until("it is told", () => monitor.link(DISTRICT).parkedRows === 1);
  expect(monitor.link(DISTRICT).parkedReason).toContain("short");
  await expectPage(monitor, "tributary parked");
  await at("east", "alter table item drop constraint short");
  await settled(tree);
  await monitor.until("it has arrived", () => monitor.link(DISTRICT).parkedRows === 0);
});

// Only root mounts a disk.
test.skipIf(process.getuid?.() !== 0)("a disk that is nearly full", async () => {
  const disk = path.join(tree.cluster(DISTRICT).directory, "small");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=32M", "tmpfs", disk]);
  try {
    giveTo(serverUser(), disk);
    await at(DISTRICT, `create tablespace small location '${disk}'`);
    writeFileSync(path.join(disk, "full"), Buffer.alloc(31 << 20));
    await using monitor = await startMonitor(topology, {
      disksOf: async ({ name, vitals }) =>
        name === DISTRICT && vitals !== undefined ? localDisks(tree.dsn(DISTRICT), vitals) : undefined,
    });
    await healthy(monitor);
    await using prometheus = await startPrometheus(monitor.url);
    const alert = await prometheus.untilFiring("TributaryDiskAlmostFull", {
      node: DISTRICT,
      mount: "ts:small",
    });
    expect(alert.annotations["summary"]).toContain("ts:small");
    // It goes up with the next beat, for those who cannot see the disk.
    await monitor.until("the nation knows", ({ heartbeats }) =>
      heartbeats.some(
        ({ node, observer, vitals }) =>
          node === DISTRICT &&
          observer === "nation" &&
          vitals.mounts?.some(({ mount }) => mount === "ts:small"),
      ),
    );
  } finally {
    await at(DISTRICT, "drop tablespace if exists small");
    execFileSync("umount", ["-l", disk]);
  }
});

test("a node that is taken out of the file leaves no series", async () => {
  await using monitor = await startMonitor(topology);
  await healthy(monitor);
  await monitor.change({ ...topology, nodes: topology.nodes.filter(({ name }) => name !== "district-b") });
  await monitor.until("it is gone", ({ nodes }) => nodes.length === 3);
  expect(await monitor.get("/metrics")).not.toContain("district-b");
});
