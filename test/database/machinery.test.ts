/** What Tributary made is taken away, switched off or altered: doctor and plan say so, apply makes it again and heals. */
import { beforeAll, expect, test } from "vitest";

import { applyPlan } from "../../src/apply/apply.ts";
import type { Topology } from "../../src/domain/topology.ts";
import * as steps from "../../src/engine/steps.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });
const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);

interface Damage {
  readonly what: string;
  /** Done to a table of its own. */
  readonly sql: (table: string) => string;
}

const onLeaves = (command: (leaf: string) => string): string =>
  ["", "$1", "$2"].map((leaf) => command(`tributary."outbox_knowledge${leaf}"`)).join(";");

/** At the district. */
const CAPTURE: readonly Damage[] = [
  ...["insert", "update", "delete", "truncate"].map((event) => ({
    what: `trigger for ${event} dropped`,
    sql: (table: string) => `drop trigger tributary_capture_${event} on ${table}`,
  })),
  { what: "triggers disabled", sql: (table) => `alter table ${table} disable trigger user` },
  {
    what: "a trigger that no longer fires for the application",
    sql: (table) => `alter table ${table} enable replica trigger tributary_capture_update`,
  },
  {
    what: "function altered",
    sql: (table) =>
      `create or replace function tributary."capture_update_public.${table}"() returns trigger language plpgsql security definer set search_path = pg_catalog as 'begin return null; end'`,
  },
  {
    what: "function with the rights of its caller",
    sql: (table) => `alter function tributary."capture_insert_public.${table}"() security invoker`,
  },
  {
    what: "function dropped with its trigger",
    sql: (table) => `drop function tributary."capture_delete_public.${table}"() cascade`,
  },
  {
    what: "triggers disabled on a partition only",
    sql: (
      table,
    ) => `create table ${table}_2027 (like ${table} including all); alter table ${table}_2027 inherit ${table};
      alter table only ${table}_2027 disable trigger user`,
  },
];

/** At the region. */
const DELIVERY: readonly Damage[] = [
  {
    what: "triggers disabled",
    sql: () => onLeaves((leaf) => `alter table ${leaf} disable trigger tributary_receive`),
  },
  {
    what: "triggers dropped",
    sql: () => onLeaves((leaf) => `drop trigger tributary_receive on ${leaf}`),
  },
  {
    what: "function altered",
    sql: (table) =>
      `create or replace function tributary."take_public.${table}"(tributary_node text, tributary_kind text, tributary_columns text[],
         tributary_rows int, tributary_body text[]) returns boolean language plpgsql as 'begin return true; end'`,
  },
  {
    what: "function dropped",
    sql: (table) => `drop function tributary."take_public.${table}" cascade`,
  },
  {
    what: "protection switched off, and a row changed",
    sql: (table) =>
      `alter table ${table} disable trigger tributary_protect_update; update ${table} set note = 'by hand' where id = 'kept'`,
  },
  {
    what: "protection dropped, and a row deleted",
    sql: (table) =>
      `drop trigger tributary_protect_delete on ${table}; delete from ${table} where id = 'kept'`,
  },
];

const names = Array.from({ length: 10 }, (_, index) => `item_${index}`);
const where = "status = 'approved'";
const sets = {
  knowledge: { tables: Object.fromEntries(names.map((name) => [`public.${name}`, { where }])) },
};
const tables = names.map((table) => ({ table, relation: `public.${table}`, where, key: "id" }));
let topology: Topology;

interface Found {
  readonly findings: readonly string[];
  readonly steps: readonly string[];
  readonly gaps: readonly string[];
}

async function examine(): Promise<Found> {
  await using sessions = new Sessions(topology.nodes);
  const state = await observe(topology, { sessions });
  const findings = await diagnose(topology, state, sessions);
  const { steps, problems } = plan(topology, state);
  return {
    findings: findings.flatMap(({ code, node, message }) =>
      code === "damaged" ? [`${node}: ${message}`] : [],
    ),
    steps: steps.map(({ id }) => id),
    gaps: problems.flatMap(({ code, message }) => (code === "gap-in-stream" ? [message] : [])),
  };
}
const NOTHING: Found = { findings: [], steps: [], gaps: [] };

let turn = 0;
/** In every table a row approved, one changed, one withdrawn and one deleted. */
const write = async (): Promise<void> => {
  turn += 1;
  await at(
    "district-a",
    names
      .map(
        (
          table,
        ) => `insert into ${table} values ('new ${turn}', 'approved'), ('gone ${turn}', 'approved'), ('draft ${turn}', 'draft');
          update ${table} set note = 'turn ${turn}' where id = 'kept';
          update ${table} set status = 'draft' where id = 'new ${turn - 1}';
          delete from ${table} where id = 'gone ${turn - 1}'`,
      )
      .join(";"),
  );
};

async function expectMended(): Promise<void> {
  await provision(tree, sets);
  await write();
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
  expect(await examine()).toEqual(NOTHING);
}

/** What apply does while a node is away. */
async function mendReachable(): Promise<void> {
  await using sessions = new Sessions(topology.nodes);
  const planned = plan(topology, await observe(topology, { sessions }));
  const { signal } = new AbortController();
  const onEvent = (): undefined => undefined;
  await applyPlan(planned, { topology, steps, sessions, signal, timeoutMs: 60_000, onEvent });
}

const inflict = async (node: string, damages: readonly Damage[]): Promise<void> => {
  for (const [index, { sql }] of damages.entries()) await at(node, sql(names[index] ?? ""));
};

beforeAll(async () => {
  for (const { name } of tree.nodes)
    for (const table of names)
      await at(name, `create table ${table} (id text primary key, status text not null, note text)`);
  await at("district-a", names.map((table) => `insert into ${table} values ('kept', 'approved')`).join(";"));
  ({ topology } = await provision(tree, sets));
});

test("nothing is wrong at first", async () => {
  expect(await examine()).toEqual(NOTHING);
});

test("delivery that is damaged is found, made again, and what passed by is brought", async () => {
  await write();
  await inflict("east", DELIVERY);
  await write();
  const { findings, steps } = await examine();
  expect(findings).toEqual(
    expect.arrayContaining(
      names.map((name) =>
        expect.stringContaining(`east: delivery into table "public.${name}" is not as it was made`),
      ),
    ),
  );
  expect(steps).toEqual(
    expect.arrayContaining(
      DELIVERY.flatMap((_, index) => [
        `deliver-table east public.item_${index}`,
        `seed-table east district-a public.item_${index}`,
      ]),
    ),
  );
  // All tables are delivered by the trigger that is missing; and the outbox lacks it.
  expect(findings).toHaveLength(names.length + 1);
  expect(steps).not.toContain("create-subscription east district-a");
  await expectMended();
});

test("provenance that was dropped: rows that are as their owner has them are known again", async () => {
  await at("east", 'drop table tributary."provenance_public.item_7"');
  const { findings, steps } = await examine();
  expect(findings).toEqual([expect.stringContaining('east: delivery into table "public.item_7"')]);
  expect(steps).toContain("deliver-table east public.item_7");
  await expectMended();
});

test("capture that is damaged is found, made again, and what was not captured is brought", async () => {
  await inflict("district-a", CAPTURE);
  await write();
  const { findings, steps, gaps } = await examine();
  expect(findings).toEqual(
    CAPTURE.map((_, index) =>
      expect.stringContaining(`district-a: capture of table "public.item_${index}" is not as it was made`),
    ),
  );
  expect(steps).toEqual(
    expect.arrayContaining(CAPTURE.map((_, index) => `capture-table district-a public.item_${index}`)),
  );
  expect(gaps).toMatchObject([expect.stringMatching(/^capture of table "public\.item_0" is not intact/)]);
  await expectMended();
});

test("a filter's function that was altered", async () => {
  // One of two names: what is made while another is in use gets the other one.
  const [condition] = await at(
    "district-a",
    "select quote_ident(condition) as called from tributary.capture where relation = 'public.item_0'",
  );
  await at(
    "district-a",
    `create or replace function tributary.${String(condition?.["called"])}(status text) returns boolean language sql immutable return status = 'never'`,
  );
  const { findings } = await examine();
  expect(findings).toEqual([
    expect.stringContaining('capture of table "public.item_0" is not as it was made'),
  ]);
  await expectMended();
});

test("capture is made again while the upstream is away: the rows are compared when it is back", async () => {
  await inflict("district-a", CAPTURE.slice(4, 5));
  await write();
  await tree.cluster("east").stop();
  await mendReachable();
  await tree.cluster("east").start();
  expect((await examine()).gaps).toMatchObject([
    expect.stringMatching(/^capture of table "public\.item_0" was not intact until/),
  ]);
  await expectMended();
});

test("a load with triggers disabled for a moment is compared by the next apply", async () => {
  await at(
    "district-a",
    "alter table item_1 disable trigger all; insert into item_1 values ('loaded', 'approved'); alter table item_1 enable trigger all",
  );
  expect((await examine()).gaps).toMatchObject([
    expect.stringMatching(/^capture of table "public\.item_1" was not intact until/),
  ]);
  await expectMended();
});

test("functions of the schema and the event trigger", async () => {
  await at(
    "east",
    `create or replace function tributary.receive_knowledge() returns trigger language plpgsql as 'begin return new; end';
     drop function tributary.retry_when_due(); alter event trigger tributary_follow_table_changes disable`,
  );
  await at(
    "district-a",
    "drop event trigger tributary_follow_table_changes; alter table item_2 add column late text default 'was there'",
  );
  for (const upper of ["east", "nation"]) await at(upper, "alter table item_2 add column late text");
  const { findings, steps } = await examine();
  for (const finding of [
    /^district-a: event trigger tributary_follow_table_changes is missing/,
    /^district-a: capture of table "public\.item_2"/,
    /^east: event trigger tributary_follow_table_changes is missing, disabled/,
    /^east: function tributary\.receive_knowledge\(\) was altered/,
    /^east: function tributary\.retry_when_due\(\) is missing/,
  ])
    expect(findings).toContainEqual(expect.stringMatching(finding));
  expect(steps).toEqual(expect.arrayContaining(["install-schema east", "install-schema district-a"]));
  await expectMended();
});

test("leaves that are gone: the application cannot write what it approves until apply has made them again", async () => {
  await at(
    "district-a",
    onLeaves((leaf) => `drop table ${leaf} cascade`),
  );
  await expect(write()).rejects.toThrow(/no partition of relation "messages_knowledge"/);
  await at("district-a", "insert into item_0 values ('only a draft', 'draft')");
  expect((await examine()).findings).toEqual([
    expect.stringContaining('district-a: the outbox of set "knowledge"'),
  ]);
  await expectMended();
});

test("leaves that were detached, and taken out of the replication set", async () => {
  await at(
    "district-a",
    onLeaves((leaf) => `alter table tributary.messages_knowledge detach partition ${leaf}`),
  );
  await at(
    "east",
    onLeaves((leaf) => `select pglogical.replication_set_remove_table('slm_knowledge', '${leaf}')`),
  );
  expect((await examine()).steps).toEqual(
    expect.arrayContaining([
      "create-replication-set district-a knowledge",
      "create-replication-set east knowledge",
    ]),
  );
  await expectMended();
});
