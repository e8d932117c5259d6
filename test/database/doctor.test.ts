import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { linkRoleName } from "../../src/domain/names.ts";
import type { Problem } from "../../src/domain/step.ts";
import type { Node, TableRule, Topology } from "../../src/domain/topology.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { useTestTree } from "../support/cluster.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 2 });

const rule = (table: string, where?: string): TableRule => ({
  schema: "public",
  table,
  ...(where === undefined ? {} : { where }),
  onLeave: "retract",
  protect: "refuse",
});
const node = (name: string): Node => ({
  name,
  tier: name === "nation" ? "nation" : "district",
  ...(name === "nation" ? {} : { upstream: "nation" }),
  dsn: tree.dsn(name),
  ...(name === "nation"
    ? { linkDsn: tree.dsn(name) }
    : {
        linkDsn: tree.dsn(name).replace("postgres@", `${linkRoleName("slm", name)}@`),
        linkRole: { name: linkRoleName("slm", name), password: "generated" },
      }),
  engine: "pglogical",
  sets: ["knowledge"],
});
const topology = (tables: readonly TableRule[] = [rule("document", "status = 'approved'")]): Topology => ({
  project: "slm",
  tiers: ["district", "nation"],
  sets: [{ name: "knowledge", tables }],
  nodes: ["district-a", "district-b", "nation"].map(node),
});
/** The topology with one node changed. One whose link is given logs in as whom that names. */
const changed = (name: string, change: Partial<Node>, base = topology()): Topology => ({
  ...base,
  nodes: base.nodes.map((found) => {
    if (found.name !== name) return found;
    const { linkRole, ...others } = found;
    const keepsRole = change.linkDsn === undefined && linkRole !== undefined;
    return { ...others, ...(keepsRole ? { linkRole } : {}), ...change };
  }),
});

const EVERYWHERE = ["district-a", "district-b", "nation"];
const everywhere = async (text: string): Promise<void> => {
  for (const name of EVERYWHERE) await query(tree.dsn(name), text);
};

async function examine(of: Topology = topology()): Promise<readonly Problem[]> {
  await using sessions = new Sessions(of.nodes, { timeoutMs: 20_000 });
  return await diagnose(of, await observe(of, { sessions, timeoutMs: 20_000 }), sessions);
}
const find = (problems: readonly Problem[], code: string, at?: string): Problem | undefined =>
  problems.find((problem) => problem.code === code && (at === undefined || problem.node === at));

const EVERY_NODE_HAS = ["max-slot-wal-keep-size"];
const serious = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((problem) => !EVERY_NODE_HAS.includes(problem.code));

beforeAll(() => everywhere("create table public.document (id uuid primary key, status text)"));
afterEach(() =>
  everywhere(
    "drop schema public cascade; create schema public; create table public.document (id uuid primary key, status text)",
  ),
);

describe("servers", () => {
  test("nothing but the limit on kept WAL is missing on a fresh server", async () => {
    expect(serious(await examine())).toEqual([]);
    expect(find(await examine(), "max-slot-wal-keep-size", "district-a")?.fix).toMatch(
      /^ALTER SYSTEM SET max_slot_wal_keep_size = '\d+GB';\nSELECT pg_reload_conf\(\);$/,
    );
  });

  test("an unreachable node is a finding, and the others are checked all the same", async () => {
    const problems = await examine(changed("district-a", { dsn: "postgresql://postgres@127.0.0.1:1/slm" }));
    expect(find(problems, "node-unreachable")).toMatchObject({ node: "district-a", severity: "error" });
    expect(find(problems, "max-slot-wal-keep-size", "district-b")).toBeDefined();
  });

  test("a role that is no superuser", async () => {
    await query(tree.dsn("district-a"), "create role weak login");
    const problems = await examine(
      changed("district-a", { dsn: tree.dsn("district-a").replace("postgres@", "weak@") }),
    );
    expect(find(problems, "not-tried", "district-a")?.message).toMatch(
      /^user "weak" is not a superuser: .*link's role were not looked at\.$/,
    );
    await query(tree.dsn("district-a"), "drop role weak");
  });

  test("two names for one database", async () => {
    const problems = await examine(
      changed("district-b", { dsn: tree.dsn("district-a"), linkDsn: tree.dsn("district-a") }),
    );
    expect(find(problems, "same-database")).toMatchObject({ node: "district-b", severity: "error" });
  });

  test("neighbours in one cluster", async () => {
    await query(tree.dsn("nation"), "create table postgres_is_there (id int); drop table postgres_is_there");
    const dsn = tree.cluster("nation").dsn("postgres");
    const problems = await examine(changed("district-a", { dsn, linkDsn: dsn }));
    expect(find(problems, "same-cluster")).toMatchObject({ node: "nation", severity: "error" });
  });

  test("a slot that nobody reads", async () => {
    await query(tree.dsn("district-a"), "select pg_create_physical_replication_slot('forgotten', true)");
    const problem = find(await examine(), "slot-idle");
    expect(problem).toMatchObject({ node: "district-a", severity: "warning" });
    expect(problem?.fix).toContain("pg_drop_replication_slot('forgotten')");
    await query(tree.dsn("district-a"), "select pg_drop_replication_slot('forgotten')");
  });

  test("the role of the link that the file names is a superuser", async () => {
    const found = find(
      await examine(changed("district-a", { linkDsn: tree.dsn("district-a") })),
      "link-role-superuser",
    );
    expect(found).toMatchObject({ node: "district-a", severity: "warning" });
  });

  test("the link's own role, when somebody gave it more than it needs", async () => {
    const role = linkRoleName("slm", "district-a");
    await query(
      tree.dsn("district-a"),
      `create role ${role} login replication superuser bypassrls; grant pg_monitor to ${role}`,
    );
    const fixes = (await examine()).filter(({ code }) => code === "link-role-too-much").map(({ fix }) => fix);
    expect(fixes).toEqual([
      `ALTER ROLE "${role}" NOSUPERUSER;`,
      `ALTER ROLE "${role}" NOBYPASSRLS;`,
      `REVOKE "pg_monitor" FROM "${role}";`,
    ]);
    for (const fix of fixes) await query(tree.dsn("district-a"), fix);
    expect(serious(await examine())).toEqual([]);
    await query(tree.dsn("district-a"), `drop role ${role}`);
  });

  test("pglogical that was here before us, as it is out of the box", async () => {
    const at = (text: string): ReturnType<typeof query> => query(tree.dsn("district-a"), text);
    await at(
      "create extension pglogical; select pglogical.create_node('theirs', 'postgresql://postgres:planted@127.0.0.1/slm')",
    );
    await at(
      "create role clerk login; grant all on schema public to clerk; create role carrier login replication",
    );
    await query(tree.dsn("district-a").replace("postgres@", "clerk@"), "create table public.own (id int)");
    const topologyWithRole = changed("district-a", {
      linkDsn: tree.dsn("district-a").replace("postgres@", "carrier@"),
    });
    const problems = await examine(topologyWithRole);
    const both =
      "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pglogical FROM PUBLIC;\nGRANT USAGE ON SCHEMA pglogical TO PUBLIC;";
    expect(find(problems, "pglogical-open")).toMatchObject({
      severity: "warning",
      fix: both,
      fixIsSafeSql: false,
    });
    expect(find(problems, "pglogical-shuts-out")).toMatchObject({ severity: "error", fix: both });
    expect(find(problems, "pglogical-shuts-out")?.message).toMatch(/^"clerk" may not use/);
    expect(find(problems, "password-kept")?.fix).toMatch(
      /^Unless .* UPDATE pglogical\.node_interface SET if_dsn = 'postgresql:\/\/127\.0\.0\.1:5432\/slm' WHERE if_name = 'theirs';$/,
    );
    expect(JSON.stringify(problems)).not.toContain("planted");
    expect(find(problems, "link-role-grants")?.fix).toBe(
      'GRANT USAGE ON SCHEMA pglogical TO "carrier";\nGRANT EXECUTE ON FUNCTION pglogical.pglogical_node_info() TO "carrier";',
    );
    // What doctor said once.
    await at(
      "grant usage on schema pglogical to carrier; grant select on all tables in schema pglogical to carrier",
    );
    const old = find(await examine(topologyWithRole), "link-role-reads-passwords");
    expect(old).toMatchObject({
      severity: "error",
      fix: 'REVOKE ALL ON ALL TABLES IN SCHEMA pglogical FROM "carrier";',
    });
    await at(`${old?.fix}; ${both}; grant execute on function pglogical.pglogical_node_info() to carrier`);
    const left = await examine(topologyWithRole);
    for (const code of [
      "pglogical-open",
      "pglogical-shuts-out",
      "link-role-grants",
      "link-role-reads-passwords",
    ])
      expect(find(left, code)).toBeUndefined();
    await query(tree.dsn("district-a").replace("postgres@", "clerk@"), "drop table public.own");
    await at(
      "select pglogical.drop_node('theirs'); drop extension pglogical; drop schema if exists pglogical",
    );
    await at("drop owned by clerk, carrier; drop role clerk, carrier");
  });

  test("the role of the link that the file names, and its password", async () => {
    const link = tree.dsn("district-a").replace("postgres@", "carrier:s3cret-word@");
    const missing = await examine(changed("district-a", { linkDsn: link }));
    expect(find(missing, "link-role")?.fix).toBe('CREATE ROLE "carrier" LOGIN REPLICATION;');
    expect(find(missing, "password-in-link")).toMatchObject({ node: "district-a", severity: "warning" });
    await query(tree.dsn("district-a"), "create role carrier login");
    expect(find(await examine(changed("district-a", { linkDsn: link })), "link-role")?.fix).toBe(
      'ALTER ROLE "carrier" LOGIN REPLICATION;',
    );
    await query(tree.dsn("district-a"), "alter role carrier replication");
    const problems = await examine(changed("district-a", { linkDsn: link }));
    expect(find(problems, "link-role")).toBeUndefined();
    expect(find(problems, "link-role-grants")?.message).toMatch(/once apply has installed pglogical/);
    expect(JSON.stringify([missing, problems])).not.toContain("s3cret-word");
    await query(tree.dsn("district-a"), "drop role carrier");
  });
});

describe("the way from the subscriber's server", () => {
  const out = async (linkDsn: string): Promise<Problem | undefined> =>
    find(await examine(changed("district-a", { linkDsn })), "provider-out-of-reach");

  test("leaves nothing behind when it is open", async () => {
    expect(find(await examine(), "provider-out-of-reach")).toBeUndefined();
    expect(await query(tree.dsn("nation"), "select subname from pg_subscription")).toEqual([]);
    expect(await query(tree.dsn("district-a"), "select slot_name from pg_replication_slots")).toEqual([]);
  });

  test("nothing listens, no such host, no TLS, no such database, no such role", async () => {
    const dsn = tree.dsn("district-a");
    const refused = await out("postgresql://postgres:hidden-word@127.0.0.1:1/slm");
    expect(refused).toMatchObject({ node: "nation", severity: "error" });
    expect(refused?.message).toMatch(/to node "district-a": .*Connection refused/);
    expect(refused?.fix).toMatch(/Start the server of node "district-a"/);
    expect((await out("postgresql://postgres@nowhere.invalid/slm"))?.fix).toMatch(
      /address that the server of node "nation" knows/,
    );
    expect((await out(`${dsn}?sslmode=require`))?.fix).toMatch(/Turn on TLS/);
    expect((await out(dsn.replace(/slm$/, "sln")))?.fix).toMatch(/Correct the database/);
    expect((await out(dsn.replace("postgres@", "nobody@")))?.fix).toBe(
      'On node "district-a": CREATE ROLE "nobody" LOGIN REPLICATION;',
    );
    const [log] = await query(
      tree.dsn("nation"),
      "select pg_read_file($1) as text",
      tree.cluster("nation").logFile,
    );
    expect(String(log?.["text"])).not.toContain("hidden-word");
  });

  test("a server need not reach itself", async () => {
    const problems = await examine(changed("nation", { linkDsn: "postgresql://postgres@127.0.0.1:1/slm" }));
    expect(find(problems, "provider-out-of-reach")).toBeUndefined();
  });

  test("the link's own role is asked for before it is there: its line in pg_hba.conf is missing", async () => {
    const hba = path.join(tree.cluster("district-a").directory, "data", "pg_hba.conf");
    await writeFile(hba, "host all postgres all trust\nlocal all all trust\n");
    await query(tree.dsn("district-a"), "select pg_reload_conf()");
    expect(find(await examine(), "provider-out-of-reach")?.fix).toBe(
      'Add to pg_hba.conf of node "district-a", then reload: host slm tributary_slm_link_district_a 127.0.0.1/32 scram-sha-256',
    );
    await writeFile(
      hba,
      "host all postgres all trust\nhost all all all scram-sha-256\nlocal all all trust\n",
    );
    await query(tree.dsn("district-a"), "select pg_reload_conf()");
    expect(find(await examine(), "provider-out-of-reach")).toBeUndefined();
    const linkRole = { name: linkRoleName("slm", "district-a"), password: "passfile" } as const;
    const linkDsn = `${node("district-a").linkDsn}?passfile=/nowhere`;
    expect(
      find(await examine(changed("district-a", { linkDsn, linkRole })), "provider-out-of-reach")?.fix,
    ).toMatch(
      /ALTER ROLE "tributary_slm_link_district_a" PASSWORD '…'.*127\.0\.0\.1:\d+:slm:tributary_slm_link_district_a:PASSWORD$/,
    );
    await writeFile(hba, "host all all all trust\nlocal all all trust\n");
    await query(tree.dsn("district-a"), "select pg_reload_conf()");
  });

  test("no line in pg_hba.conf: the line", async () => {
    const hba = path.join(tree.cluster("district-a").directory, "data", "pg_hba.conf");
    await query(tree.dsn("district-a"), "create role barred login replication");
    await writeFile(hba, "host all postgres all trust\nlocal all all trust\n");
    await query(tree.dsn("district-a"), "select pg_reload_conf()");
    const problem = await out(tree.dsn("district-a").replace("postgres@", "barred@"));
    expect(problem?.fix).toBe(
      'Add to pg_hba.conf of node "district-a", then reload: host slm barred 127.0.0.1/32 scram-sha-256',
    );
    await writeFile(hba, "host all all all trust\nlocal all all trust\n");
    await query(tree.dsn("district-a"), "select pg_reload_conf(); drop role barred");
  });

  test("a server that does not answer", async () => {
    tree.cluster("district-a").freeze();
    const problem = await examine(changed("district-a", { dsn: tree.dsn("district-b") })).finally(() =>
      tree.cluster("district-a").thaw(),
    );
    expect(find(problem, "provider-out-of-reach")?.message).toMatch(/no answer within/);
  });
});

describe("tables and filters", () => {
  test("a filter that the server does not take", async () => {
    const problem = async (where: string): Promise<string | undefined> =>
      find(await examine(topology([rule("document", where)])), "filter", "district-a")?.message;
    expect(await problem("state = 'approved'")).toMatch(/column "state" does not exist/);
    expect(await problem("length(status)")).toMatch(/must be type boolean/);
    expect(await problem("random() < 1")).toMatch(/must be marked IMMUTABLE/);
    expect(await problem("status = 'approved' -- always")).toBeUndefined();
    expect(
      await query(tree.dsn("district-a"), "select relname from pg_class where relname like 'tributary%'"),
    ).toEqual([]);
  });

  test("what is written without our triggers: roles and databases in the role replica, and what others bring", async () => {
    await query(tree.dsn("nation"), "create publication outside for table document");
    for (const change of [
      "create role loader login",
      "alter role loader set session_replication_role = replica",
      "alter role postgres in database slm set session_replication_role = replica",
      `create subscription outside connection 'host=127.0.0.1 port=${tree.cluster("nation").port} dbname=slm user=postgres' publication outside with (copy_data = false)`,
    ])
      await query(tree.dsn("district-a"), change);
    try {
      const found = await examine();
      const off = found.filter(({ code }) => code === "triggers-off");
      expect(off.map(({ message, fix }) => [message, fix])).toEqual([
        [
          'role "loader" has session_replication_role = replica, needs origin: what such sessions write is not captured, and nobody is told.',
          'ALTER ROLE "loader" RESET session_replication_role;',
        ],
        [
          'role "postgres" in database "slm" has session_replication_role = replica, needs origin: what such sessions write is not captured, and nobody is told.',
          'ALTER ROLE "postgres" IN DATABASE "slm" RESET session_replication_role;',
        ],
      ]);
      expect(find(found, "fed-by-others")?.message).toMatch(/^subscription "outside".*("public.document")/u);
      const replicated = await examine(topology([{ ...rule("document"), capture: "replicated" }]));
      expect(find(replicated, "fed-by-others") ?? find(replicated, "triggers-off")).toBeUndefined();
      for (const { fix } of off) await query(tree.dsn("district-a"), fix);
      expect(find(await examine(), "triggers-off", "district-a")).toBeUndefined();
    } finally {
      for (const made of ["subscription outside", "role loader"])
        await query(tree.dsn("district-a"), `drop ${made}`);
      await query(tree.dsn("nation"), "drop publication outside");
    }
  });

  test("keys that two districts can give alike", async () => {
    await everywhere("create table numbered (id serial primary key)");
    const problem = find(await examine(topology([rule("numbered")])), "keys-may-clash");
    expect(problem?.message).toMatch(/key \(id integer\) and is written at 2 nodes/);
  });

  test("what is not a plain table", async () => {
    await everywhere(
      "create view looks as select 1 as id; create unlogged table fleeting (id uuid primary key); " +
        "create table parent (id uuid primary key); create table child () inherits (parent); " +
        "create table late (id uuid primary key deferrable)",
    );
    const problems = await examine(
      topology(["looks", "fleeting", "parent", "late"].map((name) => rule(name))),
    );
    expect(find(problems, "not-a-table")?.message).toMatch(/is a view/);
    expect(find(problems, "unlogged-table")?.fix).toBe('ALTER TABLE "public"."fleeting" SET LOGGED;');
    expect(find(problems, "inheritance")).toBeDefined();
    expect(find(problems, "deferrable-key")).toBeDefined();
  });

  test("parents that stay behind", async () => {
    await everywhere(
      "create table author (id uuid primary key); alter table document add author uuid references author",
    );
    expect(find(await examine(), "foreign-key-leaves-set")?.message).toMatch(
      /references "public.author", which does not travel/,
    );
    expect(
      find(await examine(topology([rule("document"), rule("author")])), "foreign-key-leaves-set"),
    ).toBeUndefined();
    expect(
      find(await examine(topology([rule("document"), rule("author", "true")])), "foreign-key-leaves-set"),
    ).toBeDefined();
  });

  test("what meets delivered rows above, and only above", async () => {
    await everywhere(`
      create function noop() returns trigger language plpgsql as 'begin return new; end';
      create trigger loud after insert on document for each row execute function noop();
      alter table document enable always trigger loud;
      create rule diverted as on insert to document do instead nothing;
      alter table document enable always rule diverted;
      alter table document add title text unique`);
    await query(
      tree.dsn("nation"),
      "alter table document add constraint known check (status in ('approved'))",
    );
    const problems = await examine();
    expect(find(problems, "trigger-fires-above")).toMatchObject({
      node: "nation",
      fix: 'ALTER TABLE "public"."document" ENABLE TRIGGER "loud";',
    });
    expect(find(problems, "rule-fires-above")).toMatchObject({ node: "nation", severity: "error" });
    expect(find(problems, "unique-above")?.message).toMatch(/document_title_key/);
    expect(find(problems, "check-above")?.fix).toBe(
      'ALTER TABLE "public"."document" DROP CONSTRAINT "known";',
    );
    for (const code of ["trigger-fires-above", "rule-fires-above", "unique-above", "check-above"])
      expect(
        problems.filter((problem) => problem.code === code).every((problem) => problem.node === "nation"),
      ).toBe(true);
  });

  test("labels of an enumeration, and zones that change what a timestamp means", async () => {
    await everywhere(
      "create type mood as enum ('sad'); alter table document add mood mood, add at timestamp",
    );
    await query(tree.dsn("district-a"), "alter type mood add value 'happy'");
    await query(tree.dsn("nation"), "alter database slm set timezone = 'Asia/Kabul'");
    await query(tree.dsn("district-a"), "alter database slm set timezone = 'Europe/Vienna'");
    const problems = await examine();
    expect(find(problems, "enum-label")).toMatchObject({
      node: "nation",
      fix: "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'happy';",
      fixIsSafeSql: true,
    });
    expect(find(problems, "time-zone")?.message).toMatch(/"Asia\/Kabul".*"Europe\/Vienna".*document.at/);
    for (const name of ["nation", "district-a"])
      await query(tree.dsn(name), "alter database slm reset timezone");
  });
});
