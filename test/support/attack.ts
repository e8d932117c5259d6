/** Attacks: who makes them, what they would gain if they could, and how to see that they gained nothing. */
import { deepEqual } from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";

import { withRole } from "../../src/domain/dsn.ts";
import { literal } from "../../src/postgres/quote.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import type { TestTree } from "./cluster.ts";
import { above, type ComparedTable, differences } from "./equal.ts";
import { settled } from "./provision.ts";
import { openApplication, query, type Row } from "./sql.ts";

/** The engines that every attack is made on. */
export const ENGINES = ["pglogical", "native"] as const;

/** What is attacked is `document`; `pulse` tells whether a stream lives. */
export const SETS = {
  knowledge: { tables: { "public.document": { where: "status = 'approved'" }, "public.pulse": {} } },
};
export const DOCUMENT: ComparedTable = {
  table: "public.document",
  relation: "public.document",
  where: "status = 'approved'",
  columns: "id, status, title",
  key: "id",
};

/**
 * An application with a clerk who writes, and mallory, an ordinary role who owns tables; nobody but a superuser may touch the
 * vault. As on servers that were upgraded from before 15, anybody may create in public.
 */
export const APPLICATION = `
  create role clerk login; create role mallory login;
  create table vault (secret text); insert into vault values ('untouched'); revoke all on vault from public;
  create table document (id int primary key, status text not null default 'draft', title text);
  create table pulse (id text primary key, beats int);
  grant select, insert, update, delete on document, pulse to clerk;
  grant create on schema public to public;
  create schema lair authorization mallory; grant usage, create on schema lair to public;
  revoke temporary on database slm from public; grant temporary on database slm to public`;

/** Connects as a role that needs no password on a server for tests. */
export const as = (tree: TestTree, node: string, role: string, text: string): Promise<Row[]> =>
  query(withRole(tree.dsn(node), role, undefined), text);

/** What of it each server refused, statement by statement: the others go on. Null: it was run. */
export async function attempt(
  tree: TestTree,
  node: string,
  role: string,
  statements: readonly string[],
): Promise<(string | null)[]> {
  await using session = openApplication(withRole(tree.dsn(node), role, undefined));
  const answers: (string | null)[] = [];
  for (const statement of statements)
    answers.push(
      await session.query(statement).then(
        () => null,
        (error: Error) => error.message,
      ),
    );
  return answers;
}

/** What only a superuser may do, or what would let somebody speak for another node. */
const POWERS = (name: string): readonly string[] => [
  `create role "evil_${name}" superuser`,
  "alter role mallory superuser",
  "alter role clerk createrole replication bypassrls",
  "grant pg_execute_server_program, pg_read_server_files, pg_write_server_files to mallory",
  "grant tributary_slm_owner to mallory",
  "grant tributary_slm_delivery to mallory",
  "grant tributary_slm_capture to mallory",
  "update public.vault set secret = 'taken'",
  "insert into public.vault values ('taken')",
  "select lo_import('/etc/hostname')",
  "copy (select 'loot') to '/tmp/tributary-loot'",
  "copy public.vault from program 'touch /tmp/tributary-loot'",
  "select pg_read_file('/etc/hostname')",
  "update tributary.node set name = 'district-b'",
  "insert into tributary.member values ('district-b', 'district-a') on conflict (node) do update set provider = 'district-a'",
  "delete from tributary.member",
];

const arrayOf = (texts: readonly string[]): string => `array[${texts.map(literal).join(", ")}]::text[]`;

/** plpgsql that tries each; the server's log has what was not refused. It is taken back, so that the next attack meets a whole tree. */
const tries = (name: string, statements: readonly string[]): string => `
  foreach step in array ${arrayOf(statements)} loop
    begin execute step; raise log 'gained by ${name} as %: %', current_user, step; raise exception 'enough'; exception when others then null; end;
  end loop;`;

/** Ways back to a superuser that the session may have been before it lowered itself. */
const CLIMBS = [
  "reset role",
  "set role none",
  "set role postgres",
  "set role tributary_slm_owner",
  "reset session authorization",
  "set session authorization default",
  "set session authorization postgres",
] as const;

/** What waits for the commit, when whoever lowered himself may have risen again. */
const AT_COMMIT = (name: string): readonly string[] => [
  "create temporary table if not exists lair_bomb (i int)",
  `create constraint trigger lair_bomb after insert on pg_temp.lair_bomb deferrable initially deferred for each row execute function lair.at_commit_trigger_${name}()`,
  // An apply worker is in the role "replica".
  "alter table pg_temp.lair_bomb enable always trigger lair_bomb",
  "set constraints all deferred",
  "insert into pg_temp.lair_bomb values (1)",
  `declare "lair_${name}" cursor with hold for select lair.at_commit_${name}()`,
];

/** What stays behind in the session for whoever uses it next. */
const POISON = [
  "set search_path = lair, pg_catalog, pg_temp",
  "select pg_catalog.set_config('tributary.heard', pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::bigint || '|''district-b'' 1|', false)",
  "set tributary.following = 'on'",
  "set tributary.nested = 'on'",
  "set quote_all_identifiers = on",
] as const;

/**
 * Functions of mallory's, lair.NAME() among them: seen in the server's log as they run, with the rights that they have then;
 * they try to become superuser at once, through RESET ROLE, and at commit. They end as if nothing had been.
 */
export function grab(name: string): string {
  const seen = (when: string): string =>
    `raise log 'seen ${name} % user=% session=% super=%', '${when}', current_user, session_user, (select rolsuper from pg_catalog.pg_roles where rolname = current_user);`;
  const body = (when: string, statements: readonly string[], ...further: string[]): string => `
    declare step text;
    begin
      ${seen(when)} ${statements.length === 0 ? "" : tries(name, statements)} ${further.join(" ")}`;
  const climbs = CLIMBS.map(
    (climb) =>
      `begin execute ${literal(climb)}; ${tries(name, POWERS(name))} exception when others then null; end;`,
  );
  const commit = (when: string): string => body(when, POWERS(name), ...climbs);
  const quiet = (statements: readonly string[]): string =>
    statements
      .map((statement) => `begin execute ${literal(statement)}; exception when others then null; end;`)
      .join("\n");
  return `
    create or replace function lair.at_commit_${name}() returns int language plpgsql as $grab$ ${commit("at commit")} return 1; end $grab$;
    create or replace function lair.at_commit_trigger_${name}() returns trigger language plpgsql as $grab$ ${commit("at commit")} return null; end $grab$;
    create or replace function lair.${name}() returns void language plpgsql as $grab$
      ${body("now", POWERS(name), ...climbs)}
      if current_setting('transaction_read_only') = 'off' then ${quiet(AT_COMMIT(name))} end if;
      ${quiet(POISON)}
    end $grab$;`;
}

/** How often it was seen, and as whom. */
export interface Sighting {
  readonly user: string;
  readonly session: string;
  readonly isSuperuser: boolean;
  readonly when: string;
}

/** A tree, and what its servers had before the attacks. */
export class Besieged {
  readonly #tree: TestTree;
  readonly #before = new Map<string, unknown>();
  readonly #logStart = new Map<string, number>();
  #beats = 0;

  readonly #reach: (dsn: string) => string;

  /** reach: how this looks at a node where its own statements would be attacked. */
  constructor(tree: TestTree, reach: (dsn: string) => string = (dsn) => dsn) {
    this.#tree = tree;
    this.#reach = reach;
  }

  /** Notes who has which power now. */
  async begin(): Promise<void> {
    for (const { name } of this.#tree.nodes) {
      this.#before.set(name, await this.#powers(name));
      this.#logStart.set(name, statSync(this.#tree.cluster(name).logFile).size);
    }
  }

  /** What a server's log has had since `begin`. */
  log(node: string): string {
    return readFileSync(this.#tree.cluster(node).logFile)
      .subarray(this.#logStart.get(node) ?? 0)
      .toString("utf8");
  }

  /** As whom a function of `grab` was run. */
  sightings(node: string, name: string): readonly Sighting[] {
    const line = new RegExp(
      `LOG: {2}seen ${name} (now|at commit) user=(\\S+) session=(\\S+) super=(\\S+)`,
      "gu",
    );
    const found = [...this.log(node).matchAll(line)].map(([, when = "", user = "", session = "", on]) => ({
      when,
      user,
      session,
      isSuperuser: on === "t",
    }));
    return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
  }

  /** Nobody may do more than before, nothing was written that only a superuser could write, and each stream goes on. */
  async expectNothingGained(districts?: readonly string[]): Promise<void> {
    for (const { name } of this.#tree.nodes) {
      deepEqual({ name, powers: await this.#powers(name) }, { name, powers: this.#before.get(name) });
      deepEqual(
        { name, gained: [...new Set(this.log(name).match(/gained by .*$/gmu) ?? [])] },
        { name, gained: [] },
      );
    }
    await this.expectAlive(districts);
  }

  /** What is approved now arrives at every tier. */
  async expectAlive(districts?: readonly string[]): Promise<void> {
    this.#beats += 1;
    const senders = this.#tree.nodes.filter(
      ({ name, tier }) => tier === "district" && districts?.includes(name) !== false,
    );
    for (const { name } of senders)
      await query(
        this.#reach(this.#tree.dsn(name)),
        `insert into public.pulse values ('${name}', ${this.#beats}) on conflict (id) do update set beats = excluded.beats`,
      );
    for (const sender of senders)
      for (const upper of above(this.#tree, sender))
        await eventually(
          async () => {
            const found = `select from public.pulse where (id, beats) = ('${sender.name}', ${this.#beats})`;
            return (await query(this.#reach(upper.dsn), found)).length > 0 ? true : undefined;
          },
          { timeoutMs: 30_000, what: `beat ${this.#beats} of "${sender.name}" is at "${upper.name}"` },
        );
  }

  /** What each district approved is above, and nothing else; what was parked a moment ago is tried again by itself. */
  async expectEqual(tables: readonly ComparedTable[] = [DOCUMENT]): Promise<void> {
    let found: readonly string[] = [];
    await eventually(
      async () => {
        await settled(this.#tree);
        found = await differences(this.#tree, tables);
        return found.length === 0 ? true : undefined;
      },
      { timeoutMs: 30_000, what: "every tier is equal" },
    ).catch((error: unknown) => {
      deepEqual(found, []);
      throw error;
    });
  }

  /** Who may what, and what only a superuser can have made. */
  async #powers(node: string): Promise<unknown> {
    const [row] = await query(this.#reach(this.#tree.dsn(node)), POWERS_SQL);
    return row?.["powers"];
  }
}

const POWERS_SQL = `
  select pg_catalog.jsonb_build_object(
    'roles', (select jsonb_agg(jsonb_build_array(rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls) order by rolname)
      from pg_roles),
    'members', (select jsonb_agg(jsonb_build_array(m.roleid::regrole, m.member::regrole, m.admin_option) order by 1, 2) from (select * from pg_auth_members order by roleid::regrole::text, member::regrole::text) m),
    'largeObjects', (select count(*) from pg_largeobject_metadata where lomowner::regrole::text like 'tributary\\_%' or (select rolsuper from pg_roles r where r.oid = lomowner)),
    'vault', (select jsonb_agg(secret order by secret) from public.vault),
    'loot', (select f.size from pg_stat_file('/tmp/tributary-loot', true) f),
    'settings', pg_read_file('postgresql.auto.conf'),
    'node', (select jsonb_agg(to_jsonb(n)) from tributary.node n),
    'member', (select jsonb_agg(to_jsonb(m) order by m.node) from tributary.member m),
    'others', (select jsonb_agg(c.oid::regclass order by c.oid::regclass::text) from pg_class c
      where c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace, 'tributary'::regnamespace)
        and c.relnamespace::regnamespace::text !~ '^(pg_temp|pg_toast_temp|pglogical)'
        and (c.relowner::regrole::text like 'tributary\\_%' or (select rolsuper from pg_roles r where r.oid = c.relowner))),
    'definers', (select jsonb_agg(p.oid::regprocedure order by p.oid::regprocedure::text) from pg_proc p
      where p.pronamespace not in ('tributary'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace) and p.prosecdef
        and (p.proowner::regrole::text like 'tributary\\_%' or (select rolsuper from pg_roles r where r.oid = p.proowner)))) as powers`;
