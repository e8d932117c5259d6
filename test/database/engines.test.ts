import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { replicationSetName, subscriptionName } from "../../src/domain/names.ts";
import { carriedTables } from "../../src/domain/state.ts";
import type { StepBody } from "../../src/domain/step.ts";
import type { Node, TableRule } from "../../src/domain/topology.ts";
import { describeTributary } from "../../src/engine/describe.ts";
import { engines } from "../../src/engine/index.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { query } from "../support/sql.ts";
import { COMPLETED, type Steps, nodeSteps, stepsOn } from "../support/steps.ts";

const project = "slm";
const name = subscriptionName(project, "district-a");
const rule: TableRule = {
  schema: "public",
  table: "document",
  where: "status = 'approved'",
  onLeave: "retract",
  protect: "refuse",
};

describe.each(["pglogical", "native"] as const)("the life of a link, step by step: %s", (engine) => {
  const tree = useTestTree({ districts: 1 });
  let steps: Steps;
  const district = (): Node => ({
    name: "district-a",
    tier: "district",
    upstream: "nation",
    dsn: tree.dsn("district-a"),
    linkDsn: `${tree.dsn("district-a")}?connect_timeout=5`,
    engine,
    sets: ["knowledge"],
  });
  const subscribe = (): StepBody => ({
    kind: "create-subscription",
    engine,
    project,
    provider: district(),
    sets: ["knowledge"],
  });

  async function arrived(count: number): Promise<void> {
    await eventually(
      async () => {
        const [row] = await query(tree.dsn("nation"), "select count(*)::int as n from document");
        return row?.["n"] === count ? true : undefined;
      },
      { timeoutMs: 20_000, what: `${count} rows at the nation` },
    );
  }

  beforeAll(async () => {
    steps = stepsOn(tree.nodes, engine);
    for (const node of tree.nodes)
      await query(node.dsn, "create table public.document (id uuid primary key, status text, title text)");
  });
  afterAll(() => steps[Symbol.asyncDispose]());

  test("two databases become nodes", async () => {
    for (const node of tree.nodes) {
      const [before, schema, after] = nodeSteps(project, node, engine);
      for (const body of before) expect(await steps.complete(node.name, body)).toEqual(COMPLETED);
      // Files of the schema are run once: the plan says from which on.
      await steps.run(node.name, schema);
      expect(await steps.isDone(node.name, schema)).toBe(true);
      for (const body of after) expect(await steps.complete(node.name, body)).toEqual(COMPLETED);
    }
    expect(await describeTributary(await steps.session("nation"))).toMatchObject({
      project,
      node: "nation",
      madeNode: engine === "pglogical",
      madeExtension: engine === "pglogical",
      outboxes: [{ set: "knowledge", isIntact: true }],
    });
    const state = await steps.observe("nation");
    expect(state.engineNode).toBe(engine === "pglogical" ? "slm_nation" : undefined);
    expect(carriedTables(state, engine, replicationSetName(project, "knowledge"))).toEqual([
      "tributary.outbox_knowledge",
      "tributary.outbox_knowledge$1",
      "tributary.outbox_knowledge$2",
    ]);
  });

  test("capture and delivery", async () => {
    expect(await steps.complete("nation", { kind: "set-root", isRoot: true })).toEqual(COMPLETED);
    expect(await steps.complete("nation", { kind: "deliver-table", set: "knowledge", rule })).toEqual(
      COMPLETED,
    );
    expect(await steps.complete("district-a", { kind: "capture-table", set: "knowledge", rule })).toEqual(
      COMPLETED,
    );
  });

  test("the subscription stands, its slot too, and data flows", async () => {
    if (engine === "native")
      expect(
        await steps.complete("district-a", { kind: "create-slot", engine, slot: name, failover: false }),
      ).toEqual(COMPLETED);
    expect(await steps.complete("nation", subscribe())).toEqual(COMPLETED);
    const [subscription] = (await steps.observe("nation")).subscriptions;
    expect(subscription).toMatchObject({
      engine,
      name,
      isInitialized: true,
      status: "replicating",
      sets: ["slm_knowledge"],
    });
    const [slot] = (await steps.observe("district-a")).slots;
    expect(slot).toMatchObject({
      name: subscription?.slot,
      plugin: engine === "native" ? "pgoutput" : "pglogical_output",
      walStatus: "reserved",
    });
    await query(
      tree.dsn("district-a"),
      "insert into document values (gen_random_uuid(), 'approved', 'a'), (gen_random_uuid(), 'draft', 'b')",
    );
    await arrived(1);
  });

  test("pause and resume, also twice", async () => {
    const nation = await steps.session("nation");
    for (const statements of [engines[engine].pause(name), engines[engine].pause(name)])
      await nation.run(statements);
    await steps.until("nation", name, "disabled");
    expect(await steps.isDone("nation", subscribe())).toBe(true);
    await query(tree.dsn("district-a"), "insert into document values (gen_random_uuid(), 'approved', 'c')");
    await nation.run(engines[engine].resume(name));
    await nation.run(engines[engine].resume(name));
    await arrived(2);
  });

  test("another set and another address", async () => {
    for (const node of ["district-a", "nation"])
      expect(
        await steps.complete(node, { kind: "create-replication-set", engine, project, set: "other" }),
      ).toEqual(COMPLETED);
    const provider = { ...district(), linkDsn: `${tree.dsn("district-a")}?connect_timeout=7` };
    const alter: StepBody = {
      kind: "alter-subscription",
      engine,
      project,
      provider,
      sets: ["knowledge", "other"],
      present: ["slm_knowledge"],
    };
    expect(await steps.complete("nation", alter)).toEqual(COMPLETED);
    const [subscription] = (await steps.observe("nation")).subscriptions;
    expect(subscription?.providerDsn).toContain("connect_timeout=7");
    expect(subscription?.sets).toEqual(["slm_knowledge", "slm_other"]);
    expect(
      await steps.complete("nation", {
        ...alter,
        sets: ["knowledge"],
        present: ["slm_knowledge", "slm_other"],
      }),
    ).toEqual(COMPLETED);
    await query(tree.dsn("district-a"), "insert into document values (gen_random_uuid(), 'approved', 'd')");
    await arrived(3);
  });

  test("a stream that is down says so, and starts at once when it is told to", async () => {
    await tree.cluster("district-a").stop("immediate");
    await steps.until("nation", name, "down");
    await tree.cluster("district-a").start();
    // By itself pglogical would wait for longer than this does.
    await (await steps.session("nation")).run(engines[engine].resume(name));
    await steps.until("nation", name, "replicating");
    expect((await steps.observe("nation")).subscriptions).toMatchObject([{ status: "replicating" }]);
  });

  test("nothing is left behind", async () => {
    expect(
      await steps.complete("nation", {
        kind: "drop-subscription",
        engine,
        project,
        provider: "district-a",
        providerIsGone: false,
      }),
    ).toEqual(COMPLETED);
    if (engine === "native")
      expect(await steps.complete("district-a", { kind: "drop-slot", slot: name })).toEqual(COMPLETED);
    expect((await steps.observe("district-a")).slots).toEqual([]);
    expect(
      await steps.complete("nation", {
        kind: "drop-delivery",
        set: "knowledge",
        relation: "public.document",
      }),
    ).toEqual(COMPLETED);
    expect(
      await steps.complete("district-a", {
        kind: "drop-capture",
        set: "knowledge",
        relation: "public.document",
      }),
    ).toEqual(COMPLETED);
    for (const node of ["district-a", "nation"]) {
      const drops: readonly StepBody[] = [
        ...["knowledge", "other"].flatMap((set): StepBody[] => [
          { kind: "drop-replication-set", engine, project, set },
          { kind: "drop-outbox", set },
        ]),
        ...(engine === "native"
          ? []
          : [{ kind: "drop-node", engine, engineNode: `slm_${node.replace("-", "_")}` } as const]),
        { kind: "drop-schema", project: "slm" },
        ...(engine === "native" ? [] : [{ kind: "drop-extension", engine } as const]),
      ];
      for (const body of drops) expect(await steps.complete(node, body)).toEqual(COMPLETED);
      const [left] = await query(
        tree.dsn(node),
        `select (select count(*)::int from pg_namespace where nspname in ('tributary', 'pglogical')) as schemas,
          (select count(*)::int from pg_extension where extname = 'pglogical') as extensions,
          (select count(*)::int from pg_trigger where not tgisinternal) as triggers,
          (select count(*)::int from pg_event_trigger) as event_triggers,
          (select count(*)::int from pg_replication_slots) as slots,
          (select count(*)::int from pg_publication) + (select count(*)::int from pg_subscription) as native,
          (select count(*)::int from pg_replication_origin) as origins`,
      );
      expect(left).toEqual({
        schemas: 0,
        extensions: 0,
        triggers: 0,
        event_triggers: 0,
        slots: 0,
        native: 0,
        origins: 0,
      });
    }
  });
});
