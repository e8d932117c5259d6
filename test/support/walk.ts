/** The whole life of a tree of test servers: prepared, applied, equal, removed, and nothing left. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { runProgram } from "../../src/sandbox/command.ts";
import { serverUser } from "../../src/sandbox/os-user.ts";
import { testBinaries } from "./cluster-binaries.ts";
import type { TestNode, TestTree } from "./cluster.ts";
import { type ComparedTable, differences } from "./equal.ts";
import type { Tool } from "./kill.ts";
import { settled } from "./provision.ts";
import { query } from "./sql.ts";

/** What the districts of the walk have: keys, types and filters of an ordinary application. */
export const WALK_TABLES: readonly ComparedTable[] = [
  { table: "public.category", relation: "public.category", key: "id" },
  { table: "public.document", relation: "public.document", key: "id", where: "status = 'approved'" },
  {
    table: "public.attachment",
    relation: "public.attachment",
    key: "document_id, place",
    where: "approved",
    columns: "document_id, place, file_name, approved",
  },
];

/** The `sets` section for these tables. */
export const WALK_SETS = {
  knowledge: {
    tables: {
      "public.category": {},
      "public.document": { where: "status = 'approved'" },
      "public.attachment": { where: "approved", columns: ["document_id", "place", "file_name", "approved"] },
    },
  },
};

const APPLICATION = `
  create table public.category (id int primary key, name text not null);
  create table public.document (
    id bigint primary key, category_id int references public.category, title text not null, body text,
    status text not null default 'draft', changed_at timestamptz not null default clock_timestamp());
  create index document_by_status on public.document (status);
  create table public.attachment (
    document_id bigint references public.document on delete cascade, place int, file_name text not null,
    approved boolean not null default false, secret_note text, primary key (document_id, place));
  create view public.approved_document as select * from public.document where status = 'approved';`;

/** Fills a district: keys do not meet those of other districts. */
const fill = (base: number, rows: number): string => `
  insert into public.category select ${base} + i, 'category ' || i from generate_series(1, 20) i;
  insert into public.document (id, category_id, title, body, status)
    select ${base} + i, ${base} + 1 + i % 20, 'title ' || i, repeat(md5(i::text), 1 + (i % 40) * 3),
      case when i % 3 = 0 then 'draft' else 'approved' end from generate_series(1, ${rows}) i;
  insert into public.attachment select ${base} + i, p, i || '-' || p || '.pdf', i % 3 <> 0 and p = 1, 'secret'
    from generate_series(1, ${rows}, 2) i, generate_series(1, 2) p;
  analyze;`;

/** Each district gets its application, with rows from before Tributary came. */
export async function prepareDistricts(tree: TestTree, rows: number): Promise<void> {
  const districts = tree.nodes.filter(({ tier }) => tier === "district");
  await Promise.all(
    districts.map(({ dsn }, index) => query(dsn, `${APPLICATION}${fill((index + 1) * 1_000_000, rows)}`)),
  );
}

/** What people do at a district: each call another mix of approvals, withdrawals, corrections, deletions and drafts. */
export async function work(district: TestNode, turn: number): Promise<void> {
  await query(
    district.dsn,
    `update public.document set status = 'approved', title = title || '+' where status = 'draft' and id % 17 = ${turn % 17};
     update public.document set status = 'draft' where status = 'approved' and id % 23 = ${turn % 23};
     update public.document set body = body || '${turn}' where id % 29 = ${turn % 29};
     delete from public.document where id % 1009 = ${turn % 1009};
     insert into public.document (id, title, status) select max(id) + 1, 'new ${turn}', '${turn % 2 === 0 ? "approved" : "draft"}'
       from public.document;
     update public.attachment set approved = not approved where document_id % 31 = ${turn % 31};`,
  );
}

/** Writes the tree's topology file into its folder. */
export function writeTopology(tree: TestTree, sets: unknown = WALK_SETS): string {
  const file = path.join(tree.directory, "topology.yaml");
  writeFileSync(file, tree.topologyFile(sets));
  return file;
}

export interface PlannedSteps {
  readonly fingerprint: string;
  readonly steps: readonly { readonly id: string; readonly node: string; readonly kind: string }[];
}

/** All that is wrong after an apply: steps that a plan still has, and rows that differ. */
export async function faults(
  tool: Tool,
  tree: TestTree,
  file: string,
  tables: readonly ComparedTable[] = WALK_TABLES,
): Promise<readonly string[]> {
  const { steps } = await tool.json<PlannedSteps>(["plan", "-f", file]);
  if (steps.length > 0) return steps.map(({ id }) => `plan: ${id}`);
  await settled(tree);
  return differences(tree, tables);
}

/** Everything on a server that Tributary or its engine could have left. Cluster-wide things included. */
export async function leftovers(node: TestNode): Promise<readonly string[]> {
  const rows = await query(
    node.dsn,
    `select 'slot ' || slot_name as what from pg_replication_slots
     union all select 'origin ' || roname from pg_replication_origin
     union all select 'subscription ' || subname from pg_subscription
     union all select 'publication ' || pubname from pg_publication
     union all select 'event trigger ' || evtname from pg_event_trigger
     union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'
     union all select 'schema ' || nspname from pg_namespace where nspname ~ 'tributary|pglogical'
     union all select 'trigger ' || tgname from pg_trigger where tgname ~ 'tributary|pglogical'
     union all select 'relation ' || relname from pg_class where relname ~ 'tributary|pglogical'
     union all select 'function ' || proname from pg_proc where proname ~ 'tributary|pglogical'
     union all select 'role ' || rolname from pg_roles r where rolname !~ '^pg_' and rolname <> 'postgres'
       -- tables that were made here stay, and belong to somebody
       and not (rolname ~ '_tables$' and exists (select from pg_class where relowner = r.oid))
     union all select 'setting of ' || setdatabase || ' ' || setrole from pg_db_role_setting
     union all select 'security label ' || provider from pg_seclabels
     union all select 'session ' || application_name from pg_stat_activity
       where application_name ~ 'tributary|pglogical' and application_name !~ 'supervisor'
     union all select 'prepared transaction ' || gid from pg_prepared_xacts`,
  );
  return rows.map(({ what }) => `${node.name}: ${String(what)}`);
}

/** The application's schema, as pg_dump sees it. */
export async function schemaOf(node: TestNode): Promise<string> {
  const { directory } = await testBinaries();
  const dump = await runProgram(
    path.join(directory, "pg_dump"),
    ["--schema-only", "-d", node.dsn],
    serverUser(),
  );
  // Newer minors write a random key into each dump.
  return dump.replaceAll(/^\\(un)?restrict .*$/gmu, "");
}

/** The words that take every node out. */
export function removal(tree: TestTree, file: string): readonly string[] {
  return ["remove", ...tree.nodes.map(({ name }) => name), "--yes", "--json", "-f", file];
}
