import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { subscriptionName } from "../../src/domain/names.ts";
import { carriedTables } from "../../src/domain/state.ts";
import type { StepBody } from "../../src/domain/step.ts";
import type { Node } from "../../src/domain/topology.ts";
import { describeTributary } from "../../src/engine/describe.ts";
import { statementsOf } from "../../src/engine/steps.ts";
import { useTestTree } from "../support/cluster.ts";
import { query } from "../support/sql.ts";
import { COMPLETED, type Steps, nodeSteps, step, stepsOn } from "../support/steps.ts";

const engine = "pglogical";
const tree = useTestTree({ districts: 1 });
let steps: Steps;

const project = "slm";
const name = subscriptionName(project, "district-a");
const district = (): Node => ({
  name: "district-a",
  tier: "district",
  upstream: "nation",
  dsn: tree.dsn("district-a"),
  // Whoever waits for it waits for longer than a test may take.
  linkDsn: `${tree.dsn("district-a")}?connect_timeout=600`,
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

// pglogical remembers where its tables are for as long as a session lasts: each test has sessions of its own.
beforeEach(() => {
  steps = stepsOn(tree.nodes);
});
afterEach(() => steps[Symbol.asyncDispose]());

describe("what is not ours", () => {
  test("a pglogical node that was there is used, and stays", async () => {
    await query(tree.dsn("nation"), "create extension pglogical");
    await query(tree.dsn("nation"), `select pglogical.create_node('theirs', '${tree.dsn("nation")}')`);
    await query(
      tree.dsn("nation"),
      "create table theirs (id int primary key); select pglogical.create_replication_set('theirs')",
    );
    await query(tree.dsn("nation"), "select pglogical.replication_set_add_table('theirs', 'theirs')");
    await steps.run("nation", ...nodeSteps(project, tree.node("nation")).flat());
    expect(await describeTributary(await steps.session("nation"))).toMatchObject({
      madeNode: false,
      madeExtension: false,
    });
    const drops: readonly StepBody[] = [
      { kind: "drop-replication-set", engine, project, set: "knowledge" },
      { kind: "drop-schema", project: "slm" },
    ];
    await steps.run("nation", ...drops);
    const state = await steps.observe("nation");
    expect(state.engineNode).toBe("theirs");
    expect(carriedTables(state, engine, "theirs")).toEqual(["public.theirs"]);
    // Neither may go, whoever asks, as long as others use them.
    await steps.run("nation", { kind: "drop-node", engine, engineNode: "theirs" });
    await steps.run("nation", { kind: "drop-extension", engine });
    expect(carriedTables(await steps.observe("nation"), engine, "theirs")).toEqual(["public.theirs"]);
    await query(
      tree.dsn("nation"),
      "select pglogical.drop_node('theirs'); drop extension pglogical; drop table theirs",
    );
  });
});

describe("a provider that does not answer", () => {
  test("no subscription, no record, no password in the error or the subscriber's log", async () => {
    await steps.run("nation", ...nodeSteps(project, tree.node("nation")).flat());
    const gone: StepBody = {
      kind: "create-subscription",
      engine,
      project,
      provider: {
        ...district(),
        linkDsn: "postgresql://postgres:topsecret1@127.0.0.1:1/slm?connect_timeout=2",
      },
      sets: ["knowledge"],
    };
    const error: unknown = await steps.run("nation", gone).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/could not connect/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("topsecret1");
    expect(await steps.isDone("nation", gone)).toBe(false);
    expect((await describeTributary(await steps.session("nation")))?.links).toEqual([]);
    const log = await query(
      tree.dsn("nation"),
      "select pg_read_file($1) as text",
      tree.cluster("nation").logFile,
    );
    expect(String(log[0]?.["text"])).not.toContain("topsecret1");
    const shown = statementsOf(step("nation", gone)).map(
      (statement) => `${statement.text} ${String(statement.values)}`,
    );
    expect(shown.join("\n")).not.toContain("topsecret1");
  });

  test("a link whose provider is gone for good is dropped without waiting", async () => {
    await steps.run("district-a", ...nodeSteps(project, tree.node("district-a")).flat());
    await steps.run("nation", subscribe());
    await steps.until("nation", name, "replicating");
    tree.cluster("district-a").freeze();
    try {
      const drop: StepBody = {
        kind: "drop-subscription",
        engine,
        project,
        provider: "district-a",
        providerIsGone: true,
      };
      await steps.run("nation", drop);
      expect(await steps.isDone("nation", drop)).toBe(true);
    } finally {
      tree.cluster("district-a").thaw();
    }
    const [slot] = (await steps.observe("district-a")).slots;
    expect(slot).toBeDefined();
    expect(await steps.complete("district-a", { kind: "drop-slot", slot: slot?.name ?? "" })).toEqual(
      COMPLETED,
    );
  });
});
