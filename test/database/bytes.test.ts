/** What an edit costs on the line, counted where it passes: between district and region, and between region and nation. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { type CountingProxy, countingProxy } from "../support/counting-proxy.ts";
import { applyOnce, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });
const lines = new Map<string, CountingProxy>();

/** 100 KB that no compression makes smaller than half. */
const BODY = "(select string_agg(md5(random()::text || g), '') from generate_series(1, 3200) g)";

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      "create table document (id int primary key, status text not null, title text, body text)",
    );
  const file = JSON.parse(
    tree.topologyFile({ knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } }),
  ) as { nodes: Record<string, { link?: unknown }> };
  for (const { name, upstream, cluster } of tree.nodes) {
    const node = file.nodes[name];
    if (upstream === undefined || node === undefined) continue;
    const line = await countingProxy(cluster.port);
    lines.set(name, line);
    node.link = { port: line.port };
  }
  const name = path.join(tree.directory, "topology.yaml");
  writeFileSync(name, JSON.stringify(file));
  await applyOnce((await loadTopology(name)).topology);
  await settled(tree);
});
afterAll(() => Promise.all([...lines.values()].map((line) => line.close())));

/** What each hop sent. */
interface Bytes {
  readonly first: number;
  readonly second: number;
}

/** Does something at the district and waits until it is at the nation; what each hop sent meanwhile. */
async function cost(statements: readonly string[], arrived: string): Promise<Bytes> {
  await settled(tree);
  const sent = (): number[] =>
    ["district-a", "east"].map((name) => lines.get(name)?.sentBytes() ?? Number.NaN);
  const before = sent();
  await using application = openApplication(tree.dsn("district-a"));
  for (const statement of statements) await application.query(statement);
  await eventually(
    async () => ((await query(tree.dsn("nation"), `select where ${arrived}`)).length > 0 ? true : undefined),
    { timeoutMs: 30_000, what: `${statements.at(-1)?.slice(0, 60)} is at the nation` },
  );
  const [first = 0, second = 0] = sent().map((bytes, index) => bytes - (before[index] ?? 0));
  return { first, second };
}

test("what the lines carry is counted: a document of 100 KB costs its body once on each", async () => {
  const { first, second } = await cost(
    [`insert into document values (1, 'approved', 'title', ${BODY})`],
    "exists (select from document where id = 1)",
  );
  for (const bytes of [first, second]) {
    expect(bytes).toBeGreaterThan(102_400);
    expect(bytes).toBeLessThan(105_000);
  }
});

test("a new title of that document costs hundreds of bytes", async () => {
  const edit = await cost(
    ["update document set title = 'another title' where id = 1"],
    "exists (select from document where title = 'another title')",
  );
  for (const bytes of Object.values(edit)) {
    expect(bytes).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(1000);
  }
});

/** pglogical sends begin and commit of every transaction, also of those that hold nothing to send. */
const EMPTY_TRANSACTION = 150;

/** What a line carries while nothing is sent: the longer the drafts take, the more signs of life. */
const SIGNS_OF_LIFE = 2000;

test("a draft costs an empty transaction however long it is, and nothing on the second line", async () => {
  const mark = (id: number, before: readonly string[]): Promise<Bytes> =>
    cost(
      [...before, `insert into document values (${id}, 'approved', 'mark')`],
      `exists (select from document where id = ${id})`,
    );
  const alone = await mark(2, []);
  const drafts = Array.from({ length: 50 }, (_, index) => [
    `insert into document values (${100 + index}, 'draft', 'SECRET', ${BODY})`,
    `update document set title = 'new', body = body || 'x' where id = ${100 + index}`,
  ]).flat();
  const among = await mark(3, drafts);
  expect(among.first - alone.first).toBeLessThan(drafts.length * EMPTY_TRANSACTION);
  // Far below a transaction for each draft.
  expect(among.second - alone.second).toBeLessThan(SIGNS_OF_LIFE);
});
