/**
 * A compromised region: whoever is superuser at a subscriber reads what its links log in with. That lets it read the stream
 * that it gets anyway, and nothing else: no superuser's password is there, and the role is good for nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { applyPlan } from "../../src/apply/apply.ts";
import { accountOf } from "../../src/domain/dsn.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { engines } from "../../src/engine/index.ts";
import * as steps from "../../src/engine/steps.ts";
import { observe } from "../../src/observe/observe.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { type TestTree, useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SUPERUSER = "planted-topsecret-1";
/** Put by hand where an older version left the superuser's. */
const OLD = "planted-long-ago";
const where = "status = 'approved'";
const sets = { knowledge: { tables: { "public.item": { where } } } };
const tables = [{ table: "item", relation: "public.item", where, key: "id" }];
const ROLE = { "district-a": "tributary_slm_link_district_a", east: "tributary_slm_link_east" } as const;

const moving = useTestTree({ districts: 1, regions: 2, engine: "native" });

describe.each(["pglogical", "native"] as const)("links log in as a role of their own: %s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine, settings: { log_statement: "all" } });
  const at = (node: string, text: string, ...values: readonly string[]): ReturnType<typeof query> =>
    query(tree.dsn(node), text, ...values);
  let topology: Topology;

  beforeAll(async () => {
    for (const { name } of tree.nodes) {
      await at(name, "create table item (id text primary key, status text not null, note text)");
      await askForPasswords(tree, name);
    }
  });

  /** The tree with a superuser's password in every dsn; `link` of each node as given. */
  async function wanted(link?: object): Promise<Topology> {
    const file = path.join(tree.directory, "topology.yaml");
    const text = JSON.parse(tree.topologyFile(sets)) as {
      nodes: Record<string, { dsn: string; link?: object }>;
    };
    for (const node of Object.values(text.nodes)) {
      node.dsn = node.dsn.replace("postgres@", `postgres:${SUPERUSER}@`);
      if (link !== undefined) node.link = link;
    }
    writeFileSync(file, JSON.stringify(text));
    return (await loadTopology(file)).topology;
  }

  const plannedSteps = async (): Promise<readonly string[]> =>
    plan(topology, await observe(topology)).steps.map(({ kind, node }) => `${kind} ${node}`);

  /** Everything that a superuser of a node finds there to connect with. */
  async function loot(node: string): Promise<readonly string[]> {
    const native = await at(node, "select subconninfo as dsn from pg_subscription");
    const others =
      engine === "native" ? [] : await at(node, "select if_dsn as dsn from pglogical.node_interface");
    return [...native, ...others].map((row) => String(row["dsn"]));
  }

  const isInLog = (node: string, secret: string): boolean =>
    readFileSync(tree.cluster(node).logFile, "utf8").includes(secret);

  async function isAlive(): Promise<void> {
    const id = crypto.randomUUID();
    await at("district-a", `insert into item values ('${id} a', 'approved', 'x'), ('${id} d', 'draft', 'x')`);
    await settled(tree);
    expect(await differences(tree, tables)).toEqual([]);
  }

  test("links that log in as a superuser move to a role of their own, and nothing is copied again", async () => {
    topology = await wanted({ user: "postgres" });
    await applyOnce(topology);
    await isAlive();
    const slots = await at("district-a", "select slot_name from pg_replication_slots");
    if (engine === "pglogical") {
      // As an older version left the node's own interface.
      const dsn = `postgresql://postgres:${OLD}@127.0.0.1/slm`;
      await at("east", `update pglogical.node_interface set if_dsn = '${dsn}' where if_name = 'slm_east'`);
    }
    await at("district-a", "insert into item values ('meanwhile', 'approved', 'x')");

    topology = await wanted();
    expect((await plannedSteps()).toSorted()).toEqual(
      [
        "set-link-role district-a",
        "set-link-role east",
        "alter-subscription east",
        "alter-subscription nation",
        ...(engine === "pglogical" ? ["forget-passwords east"] : []),
      ].toSorted(),
    );
    const found = await diagnoseAll();
    expect(found).toEqual(engine === "pglogical" ? expect.arrayContaining(["password-kept east"]) : found);
    await applyOnce(topology);
    expect(await plannedSteps()).toEqual([]);
    expect(await at("district-a", "select slot_name from pg_replication_slots")).toEqual(slots);
    await isAlive();
  });

  async function diagnoseAll(): Promise<readonly string[]> {
    await using sessions = new Sessions(topology.nodes);
    const problems = await diagnose(topology, await observe(topology, { sessions }), sessions);
    return problems.map(({ code, node }) => `${code} ${node}`);
  }

  test("doctor has nothing to say about it", async () => {
    const found = await diagnoseAll();
    expect(found.filter((code) => /link|pglogical|password|reach/u.test(code))).toEqual([]);
  });

  test("no superuser's password is above, nor in a log", async () => {
    for (const { name } of tree.nodes) {
      for (const dsn of await loot(name)) expect(dsn).not.toMatch(new RegExp(`${SUPERUSER}|${OLD}`, "u"));
      expect(isInLog(name, SUPERUSER)).toBe(false);
    }
  });

  test.each([
    ["east", "district-a"],
    ["nation", "east"],
  ] as const)("what %s knows lets it in at %s as one who can do nothing", async (subscriber, provider) => {
    const found = (await loot(subscriber)).filter((dsn) => accountOf(dsn).password !== undefined);
    expect(found.map((dsn) => accountOf(dsn).user)).toEqual([ROLE[provider]]);
    const [dsn = ""] = found;
    const { password = "" } = accountOf(dsn);
    for (const { name } of tree.nodes) expect(isInLog(name, password)).toBe(false);
    const login = `postgresql://${ROLE[provider]}:${password}@127.0.0.1:${tree.cluster(provider).port}/slm`;
    expect(
      await query(
        login,
        `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
           (select count(*)::int from pg_auth_members where member = r.oid) as memberships,
           (select count(*)::int from pg_class c where c.relnamespace <> 'information_schema'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
              and not starts_with(c.relnamespace::regnamespace::text, 'pg_') and has_any_column_privilege(c.oid, 'select, insert, update, references')) as tables
         from pg_roles r where rolname = current_user`,
      ),
    ).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
        memberships: 0,
        tables: 0,
      },
    ]);
    for (const statement of ATTACKS[engine])
      await expect(query(login, statement)).rejects.toThrow(/permission denied|must be|not allowed/u);
    await expect(query(login.replace(password, "guess"), "select 1")).rejects.toThrow(/password/u);
  });

  test("a password that the provider does not know is replaced by the next apply", async () => {
    await at("district-a", `alter role ${ROLE["district-a"]} password 'by hand'`);
    expect(await plannedSteps()).toEqual(["alter-subscription east"]);
    await applyOnce(topology);
    expect(await plannedSteps()).toEqual([]);
    await isAlive();
  });

  test("a district that was restored without its roles gets it again", async () => {
    const role = ROLE["district-a"];
    await at("district-a", `drop owned by ${role}; drop role ${role}`);
    expect(await plannedSteps()).toEqual(["set-link-role district-a", "alter-subscription east"]);
    await applyOnce(topology);
    expect(await plannedSteps()).toEqual([]);
    await reconnect();
    await isAlive();
  });

  test("killed between the provider's new password and the subscription's: the same command finishes", async () => {
    await at(
      "district-a",
      "select tributary.set_link_password($1, $2, $3)",
      ROLE["district-a"],
      "lost",
      "0123456789abcdef",
    );
    expect(await plannedSteps()).toEqual(["alter-subscription east"]);
    await applyOnce(topology);
    expect(await plannedSteps()).toEqual([]);
    await reconnect();
    await isAlive();
  });

  test("an altered set keeps the password", async () => {
    const before = await loot("east");
    await at("east", "delete from tributary.link where false");
    await applyOnce(topology);
    expect(await loot("east")).toEqual(before);
  });

  /** The stream logs in anew. */
  async function reconnect(): Promise<void> {
    await using sessions = new Sessions(topology.nodes);
    const east = await sessions.get("east");
    await at("district-a", "select pg_terminate_backend(active_pid) from pg_replication_slots where active");
    await east.run(engines[engine].resume("slm_from_district_a"));
    const [slot] = await at("district-a", "select slot_name from pg_replication_slots");
    await eventually(
      async () => {
        const [row] = await at(
          "district-a",
          `select a.usename from pg_replication_slots s join pg_stat_activity a on a.pid = s.active_pid where s.slot_name = '${String(slot?.["slot_name"])}'`,
        );
        return row?.["usename"] === ROLE["district-a"] ? true : undefined;
      },
      { timeoutMs: 60_000, what: "the stream is back, as the link's role" },
    );
  }

  test("remove takes the role away", async () => {
    await using sessions = new Sessions(topology.nodes);
    const planned = plan(topology, await observe(topology, { sessions }), { remove: ["district-a"] });
    await applyPlan(planned, {
      topology,
      steps,
      sessions,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    });
    expect(
      await at("district-a", "select rolname from pg_roles where rolname like 'tributary%link%'"),
    ).toEqual([]);
  });
});

test("a district that moves to another region gets a new password: the old region is locked out", async () => {
  await applyOnce(await under("east"));
  const [before] = await query(moving.dsn("east"), "select subconninfo as dsn from pg_subscription");
  await applyOnce(await under("west"), { prune: true });
  const [after] = await query(moving.dsn("west"), "select subconninfo as dsn from pg_subscription");
  const login = (dsn: unknown): string => {
    const { user = "", password = "" } = accountOf(String(dsn));
    return `postgresql://${user}:${password}@127.0.0.1:${moving.cluster("district-a").port}/slm`;
  };
  await expect(query(login(after?.["dsn"]), "select current_user::text as me")).resolves.toEqual([
    { me: ROLE["district-a"] },
  ]);
  await expect(query(login(before?.["dsn"]), "select 1")).rejects.toThrow("password authentication failed");
});

async function under(upstream: string): Promise<Topology> {
  for (const { name } of moving.nodes) {
    await query(
      moving.dsn(name),
      "create table if not exists item (id text primary key, status text not null, note text)",
    );
    await askForPasswords(moving, name);
  }
  const text = JSON.parse(moving.topologyFile(sets)) as { nodes: Record<string, { upstream?: string }> };
  Object.assign(text.nodes["district-a"] ?? {}, { upstream });
  const file = path.join(moving.directory, "topology.yaml");
  writeFileSync(file, JSON.stringify(text));
  return (await loadTopology(file)).topology;
}

/** Everybody but the superuser has to tell a password. */
async function askForPasswords(tree: TestTree, node: string): Promise<void> {
  const file = path.join(tree.cluster(node).directory, "data", "pg_hba.conf");
  writeFileSync(file, "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
  await query(tree.dsn(node), "select pg_reload_conf()");
  await query(tree.dsn(node), `alter role postgres password '${"not what is planted"}'`);
}

const COMMON: readonly string[] = [
  "select * from public.item",
  "insert into public.item values ('forged', 'approved', 'x')",
  "update public.item set status = 'approved'",
  "delete from public.item",
  "truncate public.item",
  "create table public.mine (id int)",
  "create schema mine",
  "select * from tributary.node",
  "insert into tributary.outbox_knowledge default values",
  "select tributary.set_link_password('postgres', 'x', 'x')",
  "select subconninfo from pg_subscription",
  "select rolpassword from pg_authid",
  "select pg_read_file('/etc/passwd')",
  "copy public.item to stdout",
  "copy (select 1) to program 'id'",
  "create subscription mine connection 'host=/nowhere' publication mine",
  "set role postgres",
  "alter role current_user superuser",
  "alter system set wal_level = minimal",
];

const ATTACKS = {
  native: COMMON,
  pglogical: [
    ...COMMON,
    "select if_dsn from pglogical.node_interface",
    "select * from pglogical.show_subscription_status()",
    "select * from pglogical.queue",
    "select * from pglogical.tables",
    "select pglogical.replicate_ddl_command('create role mine superuser')",
    "select pglogical.create_subscription('mine', 'host=/nowhere')",
    "select pglogical.alter_subscription_disable('slm_from_district_a')",
    "select pglogical.replication_set_add_table('slm_knowledge', 'public.item')",
    "select pglogical.table_data_filtered(null::public.item, 'public.item', '{slm_knowledge}')",
    "insert into pglogical.queue values (now(), 'x', '{}', 'Q', '\"select 1\"')",
  ],
};
