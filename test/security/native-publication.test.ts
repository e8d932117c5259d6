/** A district's superuser, on native replication: what it publishes besides outboxes gets nowhere above. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, provision, settled, topologyOf } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";
import { runPlanned, skipOnce } from "./run-planned.ts";

const where = "status = 'approved'";
const SETS = { knowledge: { tables: { "public.document": { where } } } };
const MORE_SETS = { ...SETS, others: { tables: { "public.note": {} } } };
const COMPARED = [{ table: "document", relation: "public.document", where, key: "id" }];
const NAME = "slm_from_district_a";

/** What an attacker would like to have written above. */
const FOREIGN = ["public.document", "tributary.capture", "tributary.member"];
const PUBLISH = `alter publication slm_knowledge add table ${FOREIGN.join(", ")}`;
const WITHDRAW = `alter publication slm_knowledge drop table ${FOREIGN.join(", ")}`;

describe.each([15, 18])("PostgreSQL %i", (major) => {
  const tree = useTestTree({
    districts: 2,
    regions: 1,
    engine: "native",
    majors: Object.fromEntries(["district-a", "district-b", "east", "nation"].map((name) => [name, major])),
  });
  const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
  let topology: Topology;
  let writes = 0;

  beforeAll(async () => {
    for (const { name } of tree.nodes)
      await at(
        name,
        "create table document (id text primary key, status text not null, title text); create table note (id int primary key)",
      );
    ({ topology } = await provision(tree, SETS));
  });

  beforeEach(async () => {
    // What a test that failed has left.
    await at(
      "district-a",
      `do $do$ declare stray text; begin for stray in select r.prrelid::regclass from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
         where p.pubname = 'slm_knowledge' and r.prrelid::regclass::text not like '%outbox%' loop
         execute 'alter publication slm_knowledge drop table ' || stray; end loop; end $do$`,
    );
  });

  /** As somebody does who changes `link:` in the topology file. */
  const moved = (base: Topology): Topology => ({
    ...base,
    nodes: base.nodes.map((node) => {
      const linkDsn = new URL(node.linkDsn);
      linkDsn.searchParams.set("connect_timeout", String((writes += 1) + 5));
      return node.name === "district-a" ? { ...node, linkDsn: linkDsn.href } : node;
    }),
  });

  const taken = async (): Promise<unknown> =>
    (
      await at(
        "east",
        `select n.nspname || '.' || c.relname as name from pg_subscription_rel r join pg_subscription s on s.oid = r.srsubid
         join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
       where s.subname = '${NAME}' order by 1`,
      )
    ).map(({ name }) => name);
  const LEAVES = ["", "$1", "$2"].map((leaf) => `tributary.outbox_knowledge${leaf}`);

  /** Rows that the district writes past capture, into what it publishes. */
  async function poison(): Promise<void> {
    writes += 1;
    await at(
      "district-a",
      `insert into document values ('draft ${writes}', 'draft', 'SECRET');
       insert into tributary.member values ('forged ${writes}', 'district-a') on conflict do nothing;
       insert into document values ('good ${writes}', 'approved', 'fine')`,
    );
  }

  async function nothingGained(): Promise<void> {
    await settled(tree);
    for (const name of ["east", "nation"]) {
      expect(await at(name, "select from document where status = 'draft'")).toEqual([]);
      expect(await at(name, "select from tributary.member where node like 'forged%'")).toEqual([]);
      expect(await at(name, "select from tributary.capture where relation like 'forged%'")).toEqual([]);
    }
    expect(await differences(tree, COMPARED)).toEqual([]);
    expect(await taken()).toEqual(LEAVES);
  }

  test("the worker is a session of a role that may insert into outboxes, and nothing else", async () => {
    for (const node of ["east", "nation"]) {
      const [role] = await at(
        node,
        `select r.rolname, r.rolsuper, r.rolbypassrls, r.rolconnlimit,
           (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships,
           has_database_privilege(r.oid, 'slm', 'create') as may_create,
           has_table_privilege(r.oid, 'public.document', 'select,insert,update,delete,truncate') as may_touch,
           has_table_privilege(r.oid, 'tributary.outbox_knowledge', 'insert') as may_insert,
           has_table_privilege(r.oid, 'tributary.outbox_knowledge', 'select,update,delete,truncate') as may_more
         from pg_stat_subscription s join pg_stat_activity a on a.pid = s.pid join pg_roles r on r.oid = a.usesysid limit 1`,
      );
      expect(role).toEqual({
        rolname: "tributary_slm_stream",
        rolsuper: false,
        rolbypassrls: false,
        rolconnlimit: 0,
        memberships: 0,
        may_create: false,
        may_touch: false,
        may_insert: true,
        may_more: false,
      });
    }
  });

  test("nobody gets in as that role, whatever pg_hba says", async () => {
    const dsn = new URL(tree.dsn("east"));
    dsn.username = "tributary_slm_stream";
    await expect(query(dsn.href, "select 1")).rejects.toThrow(/too many connections for role/);
  });

  test("a subscription that somebody gave to a superuser is given back", async () => {
    await at("east", `alter subscription ${NAME} owner to postgres`);
    const { plan: made } = await applyOnce(topology);
    expect(made.steps.map(({ id }) => id)).toEqual(["alter-subscription east district-a"]);
    expect(
      await at(
        "east",
        `select subowner::regrole::text as owner from pg_subscription where subname = '${NAME}'`,
      ),
    ).toEqual([{ owner: "tributary_slm_stream" }]);
    expect(plan(topology, await observe(topology)).steps).toEqual([]);
    await nothingGained();
  });

  test("more is published, and the link's address changes: plan and apply stop, the stream goes on", async () => {
    await at("district-a", PUBLISH);
    await poison();
    const changed = moved(topology);
    const { problems, steps } = plan(changed, await observe(changed));
    expect(steps).toEqual([]);
    expect(problems).toMatchObject(
      FOREIGN.map((table) => ({
        code: "set-carries-more",
        node: "district-a",
        severity: "error",
        message: expect.stringContaining(`"${table}"`),
      })),
    );
    await expect(applyOnce(changed)).rejects.toThrow(/holds table "public.document"/);
    await nothingGained();
    for (const { fix } of problems) await at("district-a", fix);
    await applyOnce(changed);
    await nothingGained();
    topology = changed;
  });

  test("published between the look and the step: the step fails, and nothing of it is kept", async () => {
    const wider = await topologyOf(tree, MORE_SETS);
    const state = await observe(wider);
    await at("district-a", PUBLISH);
    await poison();
    // A hostile server shows each asker what it likes: here, what it published a moment ago.
    await expect(runPlanned(wider, plan(wider, state))).rejects.toThrow(
      /subscription "slm_from_district_a" would take .*tributary\.member/,
    );
    await poison();
    await nothingGained();
    await at("district-a", WITHDRAW);
    await applyOnce(wider);
    await settled(tree);
    expect(plan(wider, await observe(wider)).steps).toEqual([]);
    expect(await taken()).toEqual([...LEAVES, ...LEAVES.map((leaf) => leaf.replace("knowledge", "others"))]);
    topology = await topologyOf(tree, SETS);
    await applyOnce(topology, { prune: true });
    await nothingGained();
  });

  test("a subscription that is made anew, too", async () => {
    await at("east", `select tributary.native_unsubscribe('${NAME}')`);
    const state = await observe(topology);
    await at("district-a", PUBLISH);
    await expect(runPlanned(topology, plan(topology, state))).rejects.toThrow(/would take/);
    expect(await taken()).toEqual([]);
    await poison();
    await at("district-a", WITHDRAW);
    await applyOnce(topology);
    await nothingGained();
  });

  test.each([
    `alter subscription ${NAME} refresh publication with (copy_data = false)`,
    `alter subscription ${NAME} refresh publication`,
    `alter subscription ${NAME} set publication slm_knowledge with (copy_data = false)`,
  ])("by hand at the subscriber: %s", async (command) => {
    await at("district-a", PUBLISH);
    await expect(at("east", command)).rejects.toThrow(/needs to take outboxes only/);
    await poison();
    await nothingGained();
    await at("district-a", WITHDRAW);
    await at("east", command);
    await nothingGained();
  });

  test("where it got in all the same: doctor, plan and apply say so until it is taken out", async () => {
    await at("district-a", PUBLISH);
    await at("east", "alter event trigger tributary_guard_subscriptions disable");
    await at("east", `alter subscription ${NAME} refresh publication with (copy_data = false)`);
    await at("district-a", WITHDRAW);
    await using sessions = new Sessions(topology.nodes);
    const state = await observe(topology, { sessions });
    const found = await diagnose(topology, state, sessions);
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["not-guarded", "subscription-takes-more"]),
    );
    const planned = plan(topology, state);
    expect(planned.steps.map(({ id }) => id)).toEqual(["install-schema east"]);
    expect(planned.problems).toMatchObject(
      FOREIGN.map((table) => ({
        code: "subscription-takes-more",
        node: "east",
        severity: "error",
        message: expect.stringContaining(`"${table}"`),
      })),
    );
    await expect(applyOnce(topology)).rejects.toThrow(/takes table "public.document"/);
    for (const { fix } of planned.problems) await at("east", fix);
    await applyOnce(topology);
    await poison();
    await nothingGained();
    expect(await at("east", "select tributary.native_is_guarded() as guarded")).toEqual([{ guarded: true }]);
  });

  test("a publication of all tables, or of a schema, is found and refused", async () => {
    await at(
      "district-a",
      "drop publication slm_knowledge; create publication slm_knowledge for all tables with (publish = 'insert')",
    );
    const { problems } = plan(topology, await observe(topology));
    expect(problems).toMatchObject([{ code: "set-carries-more", severity: "error" }]);
    await poison();
    await nothingGained();
    await at("district-a", "drop publication slm_knowledge");
    await applyOnce(topology);
    await poison();
    await nothingGained();
  });

  test.each([
    ["TRUNCATE", "truncate only tributary.outbox_knowledge"],
    ["DELETE", "delete from tributary.outbox_knowledge"],
    ["UPDATE", "update tributary.outbox_knowledge set relation = 'forged'"],
  ])("%s of an outbox, sent over the link, does nothing above", async (_, command) => {
    await at("district-a", "insert into tributary.messages_knowledge (kind, leaf) values ('beat', 0)");
    await settled(tree);
    const count = "select count(*)::int as n from tributary.outbox_knowledge where leaf = 0";
    const [before] = await at("east", count);
    await using hostile = openApplication(tree.dsn("district-a"));
    await hostile.query("alter publication slm_knowledge set (publish = 'insert,update,delete,truncate')");
    await hostile.query("alter table tributary.outbox_knowledge replica identity full");
    await hostile.query(command);
    await eventually(
      async () => {
        const [row] = await at(
          "east",
          `select apply_error_count > 0 as has_failed from pg_stat_subscription_stats where subname = '${NAME}'`,
        );
        return row?.["has_failed"] === true ? true : undefined;
      },
      { timeoutMs: 30_000, what: "the region has refused it" },
    );
    const [after] = await at("east", count);
    expect(Number(after?.["n"])).toBeGreaterThanOrEqual(Number(before?.["n"]));
    expect(await at("east", "select from tributary.outbox_knowledge where relation = 'forged'")).toEqual([]);
    // Its own link stands still, and no other.
    await at("district-b", `insert into document values ('b ${(writes += 1)}', 'approved', 'of b')`);
    await at(
      "district-a",
      "alter publication slm_knowledge set (publish = 'insert'); alter table tributary.outbox_knowledge replica identity default",
    );
    await skipOnce(topology, "district-a");
    await at("east", `select pg_stat_reset_subscription_stats(oid) from pg_subscription`);
    await applyOnce(topology);
    await nothingGained();
  });
});
