/** Least rights for people: what docs/concepts/rights.md says each command needs is enough, less is not, and says so. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { EngineKind } from "../../src/domain/topology.ts";
import { useTestTree } from "../support/cluster.ts";
import { runHere } from "../support/in-process.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = {
  main: { tables: { "public.item": { where: "approved", columns: ["id", "title", "approved"] } } },
};
const ENGINES = ["pglogical", "native"] as const;

/** What stands in the table, in the order of the columns; and who has less. */
const USERS: Readonly<Record<string, { readonly has: string; readonly less: string }>> = {
  operator: { has: "alice", less: "carol" },
  "operator and REPLICATION": { has: "rita", less: "alice" },
  superuser: { has: "postgres", less: "rita" },
  "its own role": { has: "slm_monitor", less: "carol" },
};

interface Line {
  readonly command: string;
  readonly right: Readonly<Record<EngineKind, string>>;
  readonly without: string;
}

const document = readFileSync(new URL("../../docs/concepts/rights.md", import.meta.url), "utf8");
const LINES: readonly Line[] = document
  .slice(document.indexOf("| command |"), document.indexOf("`parked --discard`"))
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [command = "", pglogical = "", native = "", without = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { command: command.replaceAll("`", ""), right: { pglogical, native }, without };
  });

interface Case {
  /** Absent: the command goes on for ever, so its first question is asked instead. */
  readonly words?: readonly string[];
  /** What is said with the right. */
  readonly says: RegExp;
  /** Without the right. `status` and `trace` tell, and do not fail. */
  readonly code: number;
  /** What has to be the case first. */
  readonly given?: Readonly<Record<string, string | ((engine: EngineKind) => string)>>;
}

const CASES: Readonly<Record<string, Case>> = {
  status: { words: ["status"], says: /Project slm: healthy\./u, code: 0 },
  verify: { words: ["verify", "--deep"], says: /Project slm: equal\. 1 table/u, code: 4 },
  trace: {
    words: ["trace", "public.item", "1"],
    says: /It is everywhere it should be: at district-a and nation\./u,
    code: 0,
  },
  parked: { words: ["parked"], says: /[Nn]othing is parked|no rows are parked/u, code: 5 },
  plan: { words: ["plan"], says: /nothing to do: the servers match the topology/u, code: 0 },
  doctor: {
    words: ["doctor"],
    says: /user "alice" is not a superuser: filters and the way to the nodes below were not tried\./u,
    code: 5,
  },
  monitor: { says: /"project": ?"slm"/u, code: 1 },
  "apply, where nothing is to be done": {
    words: ["apply", "--yes"],
    says: /nothing to do: the servers match the topology/u,
    code: 5,
  },
  "apply --prune, of slots only": {
    words: ["apply", "--prune", "--yes"],
    says: /drop slot .*: done/u,
    code: 4,
    given: {
      "district-a": (engine) =>
        engine === "native"
          ? "select pg_create_logical_replication_slot('slm_from_gone', 'pgoutput')"
          : "select pg_create_logical_replication_slot('pgl_slm_slm_gone_slm_from_gone', 'pglogical_output')",
    },
  },
  apply: {
    words: ["apply", "--yes"],
    says: /capture public\.item .*: done/u,
    code: 4,
    given: { "district-a": "drop trigger tributary_capture_insert on public.item" },
  },
  "parked --retry": {
    words: ["parked", "--retry"],
    says: /public\.item/u,
    code: 4,
    given: {
      nation: "alter table public.item add constraint small check (id < 100)",
      "district-a": "insert into public.item values (666, 'large', true)",
    },
  },
  emit: {
    words: ["emit", "public.item", "1", "--node", "district-a", "--yes"],
    says: /1 row/u,
    code: 4,
  },
  repair: {
    words: ["repair", "--yes"],
    says: /equal|mended|sent/u,
    code: 4,
    given: {
      nation:
        "alter table public.item disable trigger user; delete from public.item where id = 1; alter table public.item enable trigger user",
    },
  },
  remove: {
    words: ["remove", "district-a", "--yes"],
    says: /drop subscription|Now delete "district-a"/u,
    code: 4,
  },
};

test("every line of the table is a case here", () => {
  expect(LINES.map(({ command }) => command)).toEqual(Object.keys(CASES));
  for (const { right } of LINES)
    for (const engine of ENGINES) expect(Object.keys(USERS)).toContain(right[engine]);
});

describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
  const as = (user: string, node: string): string => tree.dsn(node).replace("postgres@", `${user}@`);
  const fileFor = (user: string): string => path.join(tree.directory, `${user}.yaml`);

  beforeAll(async () => {
    for (const { name } of tree.nodes)
      await at(
        name,
        `create table item (id int primary key, title text, approved boolean not null, secret text);
         alter table item enable row level security; alter table item force row level security;
         create role carol login; create role alice login; create role rita login replication`,
      );
    await provision(tree, SETS, {}, { monitor: {} });
    for (const { name } of tree.nodes) await at(name, "grant tributary_slm_operator to alice, rita");
    await at("district-a", "insert into item values (1, 'one', true, 'hush'), (2, 'two', false, 'hush')");
    await settled(tree);
    const text = tree.topologyFile(SETS, { monitor: {} });
    for (const { has, less } of Object.values(USERS))
      for (const user of [has, less]) writeFileSync(fileFor(user), text.replaceAll("postgres@", `${user}@`));
  });

  test.each(LINES.filter(({ command }) => command !== "monitor"))(
    "$command",
    async ({ command, right, without }) => {
      const { words = [], says, code, given = {} } = CASES[command] as Case;
      const { has, less } = USERS[right[engine]] as { has: string; less: string };
      // What the command before has sent is there before anything is taken away.
      if (command === "repair") await settled(tree);
      for (const [node, sql] of Object.entries(given))
        await at(node, typeof sql === "string" ? sql : sql(engine));
      if (command !== "remove") await settled(tree);
      // It takes the report.
      if (command === "repair")
        for (const user of [less, has]) await runHere(["verify", "-f", fileFor(user)]);
      const refused = await runHere([...words, "-f", fileFor(less)]);
      expect(refused.said).toContain(without);
      expect(refused.code).toBe(code);
      // What was parked can be applied now.
      if (command === "parked --retry") await at("nation", "alter table public.item drop constraint small");
      const done = await runHere([...words, "-f", fileFor(has)]);
      expect(done.said).toMatch(says);
      expect(done.code).toBe(0);
    },
  );

  test.runIf(LINES.some(({ command }) => command === "monitor"))("monitor", async () => {
    const question = "select tributary.vitals(true)::text as said";
    await expect(query(as("carol", "nation"), question)).rejects.toThrow("permission denied");
    expect(JSON.stringify(await query(as("slm_monitor", "nation"), question))).toContain("slm");
  });
});

describe.each(ENGINES)("an operator, %s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });
  const ask = (node: string, text: string): ReturnType<typeof query> =>
    query(tree.dsn(node).replace("postgres@", "alice@"), text);

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `create table item (id int primary key, title text, approved boolean not null, secret text);
         create table payroll (id int primary key, wage int); insert into payroll values (1, 4711); create role alice login`,
      );
    await provision(tree, SETS, {}, { monitor: {} });
    for (const { dsn } of tree.nodes) await query(dsn, "grant tributary_slm_operator to alice");
    await query(tree.dsn("district-a"), "insert into item values (1, 'one', true, 'hush')");
    await settled(tree);
  });

  test.each(["district-a", "nation"])("can write no row at %s", async (node) => {
    const found = await ask(
      node,
      `select c.oid::regclass::text as relation from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('tributary', 'public', 'pglogical') and c.relkind in ('r', 'p')
         and (has_table_privilege(c.oid, 'insert, update, delete, truncate, references, trigger') or has_any_column_privilege(c.oid, 'insert, update'))`,
    );
    expect(found).toEqual([]);
  });

  test.each([
    [
      "a message",
      "insert into tributary.messages_main (kind, relation, columns, row_count, body) values ('put', 'public.item', '{id}', 1, '{\"{7}\"}')",
    ],
    ["a mark in a set that is not there", "select tributary.fence('{other}', gen_random_uuid())"],
    [
      "a table that does not travel",
      "select * from tributary.row_sums('public.payroll', '{wage}', false, 'all', '{}', 1, 0, null, null, null, null, false)",
    ],
    ["its values", "select * from tributary.values_of('public.payroll', '{wage}', '{1}')"],
    ["a column that does not travel", "select * from tributary.values_of('public.item', '{secret}', '{1}')"],
    [
      "a part that is none",
      "select * from tributary.row_sums('public.item', '{title}', false, 'own', '{}', 1, 0, null, 'payroll', 0, 9, false)",
    ],
    [
      "a condition of its own",
      "select tributary.judge_parts('public.item', '{1}', array['(select wage from public.payroll) = 4711'])",
    ],
    ["the table itself", "select * from public.item"],
    ["messages as the application", "select tributary.emit('main', 'public.item', '{1}')"],
    ["the role capture", "set role tributary_slm_capture"],
    ["the owner", "set role tributary_slm_owner"],
    ["connection strings of native subscriptions", "select subconninfo from pg_subscription"],
    [
      "connection strings of pglogical",
      engine === "native" ? "select * from pg_authid" : "select * from pglogical.node_interface",
    ],
    [
      "what pglogical says of them",
      engine === "native" ? "select * from pg_authid" : "select * from pglogical.show_subscription_status()",
    ],
    [
      "what pglogical sends",
      engine === "native"
        ? "drop publication slm_main"
        : "select pglogical.replicate_ddl_command('select 1')",
    ],
  ])("is refused %s", async (_, text) => {
    await expect(ask("district-a", text)).rejects.toThrow(
      /permission denied|does not travel|has no outbox|is no part of|must be owner/u,
    );
  });

  test("is shown no row of a table that does not travel", async () => {
    expect(
      await ask("district-a", "select row_values from tributary.trace('public.payroll', '{1}', null)"),
    ).toEqual([{ row_values: null }]);
  });
});
