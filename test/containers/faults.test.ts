/** With pglogical: lines that are cut, servers that freeze or are killed while people write: nothing is lost, and nothing is extra. */
import { beforeAll, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TestTree, useTestTree } from "../support/cluster.ts";
import { describeOnContainers } from "../support/containers.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { startWriter } from "../support/writer.ts";

const where = "status = 'approved'";
const SETS = { knowledge: { tables: { "public.document": { where } } } };
const TABLES = [{ table: "document", relation: "public.document", where, key: "id" }];

/** Servers that notice soon that the other end of a line is silent. */
const ALERT = { wal_sender_timeout: "2s", wal_receiver_timeout: "2s", wal_receiver_status_interval: "1s" };

const DISTRICTS = ["district-a", "district-b"];
const NOTICE_TIMEOUT_MS = 60_000;

/** What a writer hears of a server that was killed, and while that starts again. */
const CONNECTION_LOST = /CONNECTION_|ECONNRE|the database system is|terminating connection/;

interface Fault {
  strike(): unknown;
  /** Whoever can notice it has. */
  isNoticed(): Promise<boolean>;
  heal(): unknown;
  /** The district where nobody can write meanwhile. */
  readonly district?: string;
  /** What its writers hear. Default: nothing, they wait. */
  readonly error?: RegExp;
}

describeOnContainers("nothing is lost and nothing is extra when", () => {
  const tree = useTestTree({
    districts: 2,
    regions: 1,
    engine: "pglogical",
    source: "containers",
    settings: ALERT,
  });
  let topology: Topology;

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(dsn, "create table document (id text primary key, status text not null, title text)");
    ({ topology } = await provision(tree, SETS));
  });

  test.each(faultsOf(tree))("%s", async (title, fault) => {
    const errors = await writeDuring(tree, title, fault, () => recover(tree, topology));
    if (fault.error === undefined) expect(errors).toEqual([]);
    else expect(errors).not.toEqual([]);
    for (const error of errors) expect(String(error)).toMatch(fault.error ?? "");
    await settled(tree);
    expect(await differences(tree, TABLES)).toEqual([]);
    await expectSameCounts(tree);
    for (const { dsn } of tree.nodes) expect(await query(dsn, "select * from tributary.parked")).toEqual([]);
    // Nothing is left to do.
    await provision(tree, SETS);
  });
});

function faultsOf(tree: TestTree): readonly (readonly [title: string, Fault])[] {
  const killed = { ...kill(tree, "district-a"), district: "district-a", error: CONNECTION_LOST };
  return [
    ["the line between a district and its region is cut", cut(tree, "district-a")],
    ["the line between the region and the nation is cut", cut(tree, "east")],
    ["a provider freezes", { ...freezeProvider(tree), district: "district-a" }],
    ["a subscriber freezes, which is a provider, too", freezeSubscriber(tree, "east", "district-a")],
    ["the nation freezes", freezeSubscriber(tree, "nation", "east")],
    ["a district is killed", killed],
    ["the region is killed", kill(tree, "east")],
    ["the nation is killed", kill(tree, "nation")],
  ];
}

function cut(tree: TestTree, provider: string): Fault {
  return {
    strike: () => tree.line(provider).cut(),
    isNoticed: () => hasNoSender(tree, provider),
    heal: () => tree.line(provider).mend(),
  };
}

/** A half-open line: the subscriber's kernel still acknowledges what its server does not read. */
function freezeSubscriber(tree: TestTree, name: string, provider: string): Fault {
  return {
    strike: () => tree.cluster(name).freeze(),
    isNoticed: () => hasNoSender(tree, provider),
    heal: () => tree.cluster(name).thaw(),
  };
}

function freezeProvider(tree: TestTree): Fault {
  let before: unknown;
  const ask = async (sql: string): Promise<unknown> => (await query(tree.dsn("east"), sql))[0]?.["answer"];
  // pglogical's worker knows no timeout: for the sender to find that its own has passed, that is all there is to wait for.
  const late = "select clock_timestamp() - current_setting('wal_sender_timeout')::interval as answer";
  return {
    strike: async () => {
      before = await ask("select clock_timestamp() as answer");
      tree.cluster("district-a").freeze();
    },
    isNoticed: async () => ((await ask(late)) as Date) > (before as Date),
    heal: () => tree.cluster("district-a").thaw(),
  };
}

function kill(tree: TestTree, name: string): Fault {
  return {
    strike: () => tree.cluster(name).kill(),
    isNoticed: async () => !tree.cluster(name).isRunning(),
    heal: () => tree.cluster(name).start(),
  };
}

async function hasNoSender(tree: TestTree, provider: string): Promise<boolean> {
  return (await query(tree.dsn(provider), "select from pg_stat_replication")).length === 0;
}

/** People write at every district before, during and after a fault, until all is well again. What they heard of it. */
async function writeDuring(
  tree: TestTree,
  title: string,
  fault: Fault,
  untilRecovered: () => Promise<void>,
): Promise<readonly unknown[]> {
  const writers = DISTRICTS.map((name) => ({ name, ...startWriter(tree.dsn(name), `${title}: ${name}`) }));
  const turns = async (those = writers): Promise<void> =>
    void (await Promise.all(those.map((writer) => writer.turns(10))));
  try {
    await turns();
    await fault.strike();
    try {
      await eventually(async () => (await fault.isNoticed()) || undefined, {
        timeoutMs: NOTICE_TIMEOUT_MS,
        what: "the fault is noticed",
      });
      await turns(writers.filter(({ name }) => name !== fault.district));
    } finally {
      await fault.heal();
    }
    await turns();
    await untilRecovered();
    await turns();
  } finally {
    for (const writer of writers) await writer.stop();
  }
  return (await Promise.all(writers.map((writer) => writer.stop()))).flat();
}

/** pglogical may wait for three minutes before it tries again: when `status` says that a link is down, people run `apply`. */
async function recover(tree: TestTree, topology: Topology): Promise<void> {
  const over = new AbortController();
  const arrival = settled(tree).finally(() => over.abort());
  await Promise.all([arrival, applyWhenDown(tree, topology, over.signal)]);
}

async function applyWhenDown(tree: TestTree, topology: Topology, over: AbortSignal): Promise<void> {
  await using region = openApplication(tree.dsn("east"));
  await using nation = openApplication(tree.dsn("nation"));
  const down = `select from pglogical.subscription s, pglogical.show_subscription_status(s.sub_name) t where t.status = 'down'`;
  const isDown = async (): Promise<boolean> =>
    (await Promise.all([region.query(down), nation.query(down)])).flat().length > 0;
  while (!over.aborted) {
    await eventually(async () => over.aborted || (await isDown()) || undefined, {
      timeoutMs: NOTICE_TIMEOUT_MS,
      what: "a link is down or all has arrived",
    });
    if (!over.aborted) await applyOnce(topology);
  }
}

/** Above is exactly what is approved below, by number too: drafts would be extra there. */
async function expectSameCounts(tree: TestTree): Promise<void> {
  const count = async (name: string, condition: string): Promise<number> => {
    const [row] = await query(tree.dsn(name), `select count(*)::int as n from document where ${condition}`);
    return Number(row?.["n"]);
  };
  const approved = await Promise.all(DISTRICTS.map((name) => count(name, where)));
  const all = approved.reduce((sum, each) => sum + each, 0);
  expect(Math.min(...approved)).toBeGreaterThan(0);
  expect([await count("east", "true"), await count("nation", "true")]).toEqual([all, all]);
}
