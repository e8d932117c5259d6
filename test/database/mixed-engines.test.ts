/** Both engines in one tree, and links that go over from one to the other: under load, and killed in the middle. */
import { beforeAll, describe, expect, test } from "vitest";

import type { EngineKind } from "../../src/domain/topology.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Session } from "../../src/postgres/session.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, provision, settled, topologyOf } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
type Engines = Readonly<Record<string, EngineKind>>;

const DISTRICTS = ["district-a", "district-b"];
let turn = 0;

/** What people do at both districts. */
async function work(): Promise<void> {
  turn += 1;
  for (const name of DISTRICTS)
    await query(
      tree.dsn(name),
      `insert into item select '${name} ${turn} ' || g, case when g % 3 = 0 then 'draft' else 'approved' end, 'one' from generate_series(1, 30) g;
       update item set note = 'two' where id like '% 1_'; update item set status = 'approved' where id = '${name} ${turn} 3';
       update item set status = 'draft' where id = '${name} ${turn} 4'; delete from item where id = '${name} ${turn} 5'`,
    );
}

async function expectWhole(): Promise<void> {
  await work();
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
}

/** The kinds of steps that it takes to get to these engines; data is never copied again. */
async function changeTo(engines: Engines): Promise<readonly string[]> {
  const { plan: made } = await provision(tree, sets, { prune: true }, { engines });
  const kinds = [...new Set(made.steps.map(({ kind }) => kind))];
  expect(kinds).not.toContain("seed-table");
  expect(kinds).toContain("change-engine");
  return kinds;
}

/** Which subscriptions there are at the region and at the nation, and how many slots below them. */
async function streams(): Promise<readonly string[]> {
  const topology = await topologyOf(tree, sets);
  const { nodes } = await observe(topology);
  return nodes.flatMap((node) =>
    node.reachable
      ? [
          ...node.subscriptions.map(({ engine, name }) => `${node.name} ${engine} ${name}`),
          ...node.slots.map(({ plugin }) => `${node.name} slot ${plugin}`),
        ]
      : [],
  );
}

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id text primary key, status text not null, note text)");
  await work();
  await provision(tree, sets, {}, { engines: { "district-b": "native", east: "native" } });
});

describe("one tree, two engines", () => {
  test("a district on each, under a region that is carried on natively", async () => {
    expect((await streams()).toSorted()).toEqual([
      "district-a slot pglogical_output",
      "district-b slot pgoutput",
      "east native slm_from_district_b",
      "east pglogical slm_from_district_a",
      "east slot pgoutput",
      "nation native slm_from_east",
    ]);
    await expectWhole();
  });

  test("each link changes its engine under load, and nothing is copied again", async () => {
    const before = await query(
      tree.dsn("nation"),
      "select id, xmin::text from item where note = 'one' order by id",
    );
    const over = new AbortController();
    const writing = (async () => {
      for (; !over.signal.aborted;) await work();
    })();
    try {
      expect(await changeTo({ "district-a": "native" })).toContain("drop-replication-set");
    } finally {
      over.abort();
      await writing;
    }
    await expectWhole();
    expect((await streams()).toSorted()).toEqual([
      "district-a slot pgoutput",
      "district-b slot pglogical_output",
      "east native slm_from_district_a",
      "east pglogical slm_from_district_b",
      "east slot pglogical_output",
      "nation pglogical slm_from_east",
    ]);
    // Rows that nobody changed were not written again.
    const ids = before.map(({ id }) => String(id));
    const after = await query(
      tree.dsn("nation"),
      "select id, xmin::text from item where id = any ($1::text::text[]) and note = 'one' order by id",
      `{${ids.map((id) => JSON.stringify(id)).join(",")}}`,
    );
    const written = new Map(before.map(({ id, xmin }) => [id, xmin]));
    expect(after.length).toBeGreaterThan(10);
    expect(after.filter(({ id, xmin }) => written.get(id) !== xmin)).toEqual([]);
  });
});

/** Sessions whose owner is killed when it is about to send its nth transaction that changes something. */
class DyingSessions extends Sessions {
  #left: number;

  constructor(nodes: ConstructorParameters<typeof Sessions>[0], transactions: number) {
    super(nodes);
    this.#left = transactions;
  }

  override async get(name: string): Promise<Session> {
    const session = await super.get(name);
    return new Proxy(session, {
      get: (target, property) => {
        if (property === "run")
          return async (...given: Parameters<Session["run"]>): Promise<void> => {
            if (this.#left <= 0) throw new Error("killed");
            this.#left -= 1;
            await target.run(...given);
          };
        const value = Reflect.get(target, property) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }
}

test.each(["native", "pglogical"] as const)("to %s, killed between any two transactions", async (engine) => {
  const engines = { "district-b": engine, east: engine };
  for (let transactions = 0; ; transactions += 1) {
    const topology = await topologyOf(tree, sets, { engines });
    await using sessions = new DyingSessions(topology.nodes, transactions);
    const failure = await applyOnce(topology, {}, 30_000, { sessions }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    await work();
    if (failure === undefined) break;
    expect(failure).toContain("killed");
  }
  const topology = await topologyOf(tree, sets, { engines });
  const left = plan(topology, await observe(topology), { prune: true }).steps.map(({ kind }) => kind);
  expect([...new Set(left)]).toEqual(["drop-replication-set"]);
  await provision(tree, sets, { prune: true }, { engines });
  await expectWhole();
});

test("changes that are made while a link goes over arrive once", async () => {
  await using application = openApplication(tree.dsn("district-b"));
  await application.query("begin; insert into item values ('open transaction', 'approved', 'before')");
  const changing = changeTo({ "district-b": "native" });
  await application.query("update item set note = 'during' where id = 'open transaction'; commit");
  await changing;
  await expectWhole();
});
