/** Something that is no table takes a table's name: told at once at whichever tier, never called healthy or equal, and no write fails. */
import { describe, expect, test } from "vitest";

import { reportStatus, type StatusReport } from "../../../src/cli/status-report.ts";
import { diagnose } from "../../../src/observe/doctor/diagnose.ts";
import { observe } from "../../../src/observe/observe.ts";
import { Sessions } from "../../../src/postgres/sessions.ts";
import { planNow, settled } from "../../support/provision.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

const COLUMNS = "id int primary key, status text not null default 'approved', title text";
const SCHEMA = `create table public.document (${COLUMNS}); create table public.other (${COLUMNS}); create extension file_fdw; create server files foreign data wrapper file_fdw`;
const where = "status = 'approved'";
const DOCUMENT = { table: "public.document", relation: "public.document", where, key: "id" };
const OTHER = { table: "public.other", relation: "public.other", where, key: "id" };

const AWAY = "alter table document rename to document_old";
const FILLED = `${AWAY}; create table document_new (like document_old including all); insert into document_new select * from document_old`;
/** The swap, what else it leaves behind, and whether the application can write under the name. */
const SWAPS: readonly (readonly [string, string, string, boolean])[] = [
  ["a view of another table", `${FILLED}; create view document as select * from document_new`, "view", true],
  ["a view of the table itself", `${AWAY}; create view document as select * from document_old`, "view", true],
  [
    "a materialized view",
    `${AWAY}; create materialized view document as select * from document_old`,
    "materialized view",
    false,
  ],
  [
    "a foreign table",
    `${AWAY}; create foreign table document (id int) server files options (filename '/dev/null')`,
    "foreign table",
    false,
  ],
];

describe.each(ENGINES)("%s", (engine) => {
  const edge = useEdgeTree(engine, SCHEMA, [DOCUMENT, OTHER]);
  const { at, write } = edge;
  let rows = 0;

  async function look(): Promise<{ status: StatusReport; findings: readonly string[] }> {
    const topology = await edge.topology();
    await using sessions = new Sessions(topology.nodes);
    const state = await observe(topology, { sessions });
    const findings = await diagnose(topology, state, sessions);
    return {
      status: reportStatus(topology, state, { arrivals: new Map() }),
      findings: findings.map(({ node, message }) => `${node}: ${message}`),
    };
  }

  const below = SWAPS.map((swap) => ["district-a", ...swap] as const);
  const above = ["east", "nation"].flatMap((node) =>
    SWAPS.filter(([what]) => /another|foreign/u.test(what)).map((swap) => [node, ...swap] as const),
  );

  test.each([...below, ...above])("at %s: %s", async (node, _, swap, kind, isWritable) => {
    const id = (rows += 10);
    await write("district-a", `insert into document values (${id}, 'approved', 'before')`);
    await settled(edge.tree);
    await write(node, swap);
    // The application goes on, with the table that it had as well.
    if (isWritable) {
      const own = node === "district-a" ? id + 1 : id + 5;
      await write(
        node,
        `insert into document values (${own}, 'approved', 'in the view'); update document set title = 'x' where id = ${own}; delete from document where id = ${own}`,
      );
    }
    await write(
      node,
      "alter table document_old add column late text; alter table document_old drop column late",
    );
    await write("district-a", `insert into other values (${id}, 'approved', 'goes on')`);
    await settled(edge.tree);
    expect(await at("nation", `select title from other where id = ${id}`)).toEqual([{ title: "goes on" }]);
    const { status, findings } = await look();
    expect(status.healthy).toBe(false);
    const clause = `"public.document" is a ${kind} now, and the table that had the name is called "public.document_old"`;
    expect(JSON.stringify(status.nodes.find(({ name }) => name === node))).toContain(
      JSON.stringify(clause).slice(1, -1),
    );
    const touched = status.subscriptions.filter(({ provider, subscriber }) =>
      [provider, subscriber].includes(node),
    );
    expect(touched.length).toBeGreaterThan(0);
    for (const link of touched) expect(JSON.stringify(link)).toContain(`is a ${kind} now`);
    expect(findings.join("\n")).toContain(`${node}: ${clause}`);
    const { steps, problems } = await planNow(await edge.topology(), {});
    expect(steps).toEqual([]);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: "not-a-table", node, message: expect.stringContaining(clause) }),
    );
    await expect(verify(await edge.topology())).rejects.toThrow(`is a ${kind} now`);
    await write(
      node,
      `drop ${kind} document; drop table if exists document_new; alter table document_old rename to document`,
    );
    await edge.apply();
    await edge.expectEqual();
    expect((await look()).status.healthy).toBe(true);
  });

  test("before the first apply: the plan says so, and makes nothing", async () => {
    await write("nation", "create view elsewhere as select 1 as id");
    const topology = await edge.topology();
    const renamed = {
      ...topology,
      sets: topology.sets.map((set) => ({
        ...set,
        tables: set.tables.map((rule) => ({ ...rule, table: "elsewhere" })).slice(0, 1),
      })),
    };
    const { problems, steps } = await planNow(renamed, {});
    expect(problems.map(({ code, node, message }) => `${code} ${node} ${message}`).join("\n")).toContain(
      'not-a-table nation "public.elsewhere" is a view; needs to be a table.',
    );
    expect(steps.filter(({ kind }) => kind === "create-table")).toEqual([]);
  });
});
