/** A compromised district: what it sends through pglogical's queue is not run above, and the stream gets past it. */
import { beforeAll, describe, expect, test } from "vitest";

import { type Agree, skipRefused } from "../../src/apply/skip.ts";
import { reportStatus, type LinkReport } from "../../src/cli/status-report.ts";
import { linksUpward, type Topology } from "../../src/domain/topology.ts";
import type { NextTransaction } from "../../src/engine/refusals.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { type ComparedTable, differences } from "../support/equal.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";

const DOCUMENT: ComparedTable = {
  table: "public.document",
  relation: "public.document",
  where: "status = 'approved'",
  key: "id",
};
const SETS = { knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } };

const tree = useTestTree({ districts: 2, regions: 1 });
let topology: Topology;
const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await at(
      name,
      "create table document (id bigint primary key, status text not null default 'draft', title text)",
    );
  ({ topology } = await provision(tree, SETS));
});

/** One command as pglogical would queue it. Without sets, every subscriber gets it. */
const command = (sql: string, sets = "null", type = "Q"): string =>
  `insert into pglogical.queue values (now(), 'postgres', ${sets}, '${type}', to_json('${sql}'::text))`;

const refusals = async (subscriber: string, provider: string): Promise<number> => {
  const [row] = await at(subscriber, `select tributary.refusals('${provider}')::int as n`);
  return Number(row?.["n"]);
};

async function refused(subscriber: string, provider: string): Promise<void> {
  await eventually(async () => ((await refusals(subscriber, provider)) > 0 ? true : undefined), {
    timeoutMs: 30_000,
    what: `"${subscriber}" has refused what "${provider}" sent`,
  });
}

async function skip(
  provider: string,
  agree: Agree = () => Promise.resolve(),
): Promise<NextTransaction | undefined> {
  const link = linksUpward(topology).find((candidate) => candidate.provider.name === provider);
  if (link === undefined) throw new Error(`"${provider}" sends to nobody`);
  await using sessions = new Sessions(topology.nodes);
  const tools = {
    topology,
    sessions,
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    progress: () => undefined,
  };
  return await skipRefused(link, tools, agree);
}

async function linkReport(provider: string): Promise<LinkReport | undefined> {
  const report = reportStatus(topology, await observe(topology), { arrivals: new Map() });
  return report.subscriptions.find((link) => link.provider === provider);
}

const roles = (name: string): Promise<Row[]> =>
  at(name, "select rolname from pg_roles where rolname like 'evil%' order by 1");

async function healed(): Promise<readonly string[]> {
  const { plan: planned } = await applyOnce(topology);
  await settled(tree);
  expect(await differences(tree, [DOCUMENT])).toEqual([]);
  return planned.steps.map(({ id }) => id);
}

test("what the district sends to be run is not run; status says so, skip moves past it, apply heals", async () => {
  await at("district-a", "insert into document select g, 'approved', 'first' from generate_series(1, 10) g");
  await settled(tree);
  await at(
    "district-a",
    `begin;
     insert into document values (11, 'approved', 'in the same transaction');
     update document set title = 'second' where id = 1;
     ${command("create role evil superuser")};
     ${command("create role evil_too superuser", "'{slm_knowledge}'")};
     delete from document where id = 2;
     commit;
     insert into document values (12, 'approved', 'later')`,
  );
  await refused("east", "district-a");
  expect(await at("east", "select count(*)::int as n, max(title) as title from document")).toEqual([
    { n: 10, title: "first" },
  ]);
  expect(await linkReport("district-a")).toMatchObject({
    state: "down",
    refusals: expect.any(Number),
    error: 'node "district-a" sent commands, which are refused here: the stream stands still before them',
    hint: expect.stringContaining("tributary skip district-a"),
  });
  // The other district is not held up.
  await at("district-b", "insert into document values (1001, 'approved', 'of b')");
  await eventually(
    async () => ((await at("nation", "select from document where id = 1001")).length > 0 ? true : undefined),
    { timeoutMs: 30_000, what: "district-b's row is at the nation" },
  );

  expect(await skip("district-a")).toMatchObject({
    commands: [{ role: "postgres", type: "Q", commands: 2 }],
    messages: [{ relation: "public.document", messages: 3, rows: 3 }],
    otherChanges: 0,
  });
  expect(await refusals("east", "district-a")).toBe(0);
  expect(await healed()).toEqual(["seed-table east district-a public.document", "open-link east district-a"]);
  expect(await at("nation", "select id, title from document where id in (1, 2, 11, 12) order by id")).toEqual(
    [
      { id: "1", title: "second" },
      { id: "11", title: "in the same transaction" },
      { id: "12", title: "later" },
    ],
  );
  expect((await linkReport("district-a"))?.error).toBeUndefined();
  for (const { name } of tree.nodes) expect(await roles(name)).toEqual([]);
  expect(
    await at("east", "select step, status from tributary.journal where step like 'skip%' order by at"),
  ).toEqual([
    { step: "skip district-a", status: "started" },
    { step: "skip district-a", status: "done" },
  ]);
});

test("a link on which nothing was refused is left alone", async () => {
  await expect(skip("district-a")).rejects.toMatchObject({ exitCode: 4, code: "nothing-refused" });
  await at("district-a", "insert into document values (13, 'approved', 'flows')");
  await settled(tree);
});

test("every type of command, and one transaction after the other", async () => {
  // A TRUNCATE travels with its set only, when the set carries it.
  await at(
    "district-a",
    "select pglogical.alter_replication_set('slm_knowledge', replicate_truncate := true)",
  );
  const types = ["T", "A", "S", "x"];
  for (const type of types)
    await at(
      "district-a",
      `insert into document (id) values (${type.charCodeAt(0)}); ${command("{}", "'{slm_knowledge}'", type)}`,
    );
  for (const type of types) {
    await refused("east", "district-a");
    expect(await skip("district-a")).toMatchObject({ commands: [{ type, commands: 1 }], messages: [] });
  }
  await at("district-a", "insert into document values (14, 'approved', 'flows again')");
  await settled(tree);
  expect(await differences(tree, [DOCUMENT])).toEqual([]);
  await at(
    "district-a",
    "select pglogical.alter_replication_set('slm_knowledge', replicate_truncate := false)",
  );
});

test("a compromised region is refused by the nation; its districts' rows arrive all the same", async () => {
  await at(
    "east",
    `begin; insert into document values (9001, 'approved', 'of east'); ${command("create role evil superuser")}; commit`,
  );
  await refused("nation", "east");
  await at("district-b", "update document set title = 'after' where id = 1001");
  expect(await skip("east")).toMatchObject({ messages: [{ relation: "public.document", rows: 1 }] });
  expect(await healed()).toContain("seed-table nation east public.document");
  for (const name of ["district-a", "district-b", "nation"]) expect(await roles(name)).toEqual([]);
  expect(await at("nation", "select title from document where id in (1001, 9001) order by id")).toEqual([
    { title: "after" },
    { title: "of east" },
  ]);
});

describe("whatever happens to the tool", () => {
  beforeAll(async () => {
    await at("district-a", command("create role evil superuser"));
    await refused("east", "district-a");
  });

  const status = async (): Promise<string | undefined> =>
    (await observe(topology)).nodes
      .flatMap((node) => (node.reachable && node.name === "east" ? node.subscriptions : []))
      .find(({ name }) => name === "slm_from_district_a")?.status;

  test("an apply that waits for the stream says at once what holds it up", async () => {
    await at("east", "select tributary.doubt_link('district-a', '{knowledge}')");
    await expect(applyOnce(topology)).rejects.toMatchObject({ exitCode: 7, code: "commands-refused" });
  });

  test("who does not agree finds everything as it was", async () => {
    await expect(skip("district-a", () => Promise.reject(new Error("no, thank you")))).rejects.toThrow(
      "no, thank you",
    );
    expect(await status()).not.toBe("disabled");
    expect(await refusals("east", "district-a")).toBeGreaterThan(0);
  });

  test("killed while the stream was paused, and again when it had been moved: the same command ends it", async () => {
    await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
    const found = await skip("district-a");
    expect(found?.commands).toHaveLength(1);
    // Killed after the move: the count is still there, and what comes next is harmless.
    await at("east", `select nextval('tributary."refused_district-a"')`);
    await at("district-a", "insert into document values (15, 'approved', 'harmless')");
    expect(await skip("district-a")).toBeUndefined();
    expect(await refusals("east", "district-a")).toBe(0);
    await healed();
    expect((await linkReport("district-a"))?.error).toBeUndefined();
  });
});

test("what is none of ours passes: commands of this node's people, and other subscriptions", async () => {
  const subscribe = `select pglogical.create_subscription('neighbour', $dsn$${tree.dsn("east")}$dsn$, '{ddl_sql}', false, false, '{}')`;
  await at("district-b", subscribe);
  await eventually(
    async () => {
      const text = "select from pglogical.show_subscription_status('neighbour') where status = 'replicating'";
      return (await at("district-b", text)).length > 0 ? true : undefined;
    },
    { timeoutMs: 30_000, what: "the neighbour's subscription runs" },
  );
  await at("east", "select pglogical.replicate_ddl_command('create table public.from_east ()', '{ddl_sql}')");
  await eventually(
    async () => {
      const [row] = await at("district-b", "select to_regclass('public.from_east') is not null as there");
      return row?.["there"] === true ? true : undefined;
    },
    { timeoutMs: 30_000, what: "the neighbour has run the command" },
  );
  await at("district-b", "select pglogical.drop_subscription('neighbour')");
  await settled(tree);
  expect(await refusals("nation", "east")).toBe(0);
});

test("doctor finds a set that carries more than outboxes", async () => {
  await at("district-b", "select pglogical.replication_set_add_table('slm_knowledge', 'document')");
  await using sessions = new Sessions(topology.nodes);
  const found = await diagnose(topology, await observe(topology, { sessions }), sessions);
  const problem = found.find(({ code }) => code === "set-carries-more");
  expect(problem).toMatchObject({
    node: "district-b",
    message: expect.stringContaining('"public.document"'),
  });
  await at("district-b", problem?.fix ?? "");
  const after = await diagnose(topology, await observe(topology, { sessions }), sessions);
  expect(after.map(({ code }) => code)).not.toContain("set-carries-more");
});

test("a guard that is missing or disabled is found by doctor and plan, and made again by apply", async () => {
  for (const harm of [
    "alter table pglogical.queue disable trigger tributary_guard",
    "alter table pglogical.queue enable trigger tributary_guard",
    "drop trigger tributary_guard on pglogical.queue",
  ]) {
    await at("east", harm);
    await using sessions = new Sessions(topology.nodes);
    const state = await observe(topology, { sessions });
    expect((await diagnose(topology, state, sessions)).map(({ code }) => code)).toContain("not-guarded");
    expect(plan(topology, state).steps).toMatchObject([{ id: "install-schema east", reason: "differs" }]);
    await applyOnce(topology);
    expect(await at("east", "select tributary.is_guarded() as guarded")).toEqual([{ guarded: true }]);
  }
});

test("a district that speaks for another one is not believed, and nothing of it travels on", async () => {
  await at("district-b", "insert into document values (20900, 'approved', 'of b')");
  await settled(tree);
  await at(
    "district-a",
    `insert into tributary.messages_knowledge (node, kind, relation, columns, row_count, body) values
       ('district-b', 'patch', 'public.document', '{id,title}', 1, array['{20900}', '{forged}']),
       ('district-b', 'drop', 'public.document', '{id}', 1, array['{20900}']),
       ('east', 'put', 'public.document', '{id,status,title}', 1, array['{20901}', '{approved}', '{forged}'])`,
  );
  await at("district-a", "insert into document values (20902, 'approved', 'of a')");
  await settled(tree);
  expect(await differences(tree, [DOCUMENT])).toEqual([]);
  for (const name of ["east", "nation"])
    expect(await at(name, "select id::int, title from document where id >= 20900 order by id")).toEqual([
      { id: 20900, title: "of b" },
      { id: 20902, title: "of a" },
    ]);
  const report = await linkReport("district-a");
  expect(report?.error).toBe(
    'node "district-a" sent messages in the name of node "district-b", which is not below it: 2 were not taken',
  );
});
