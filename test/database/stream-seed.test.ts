/** The first copy through the stream: beside running writes, over what is there already, and interrupted. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";
import { SCHEMA, sets, TABLES } from "./first-copy-tables.ts";

// The engine does not matter to it, and this one starts a paused stream at once.
const tree = useTestTree({ districts: 2, regions: 1, engine: "native" });
let topology: Topology;
const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
const seed = { way: "stream" } as const;

const stream = async (signal = new AbortController().signal): Promise<string[]> => {
  const { events } = await applyOnce(topology, {}, 60_000, { seed, signal });
  return events.flatMap(({ step, status, detail }) =>
    status === "done" && step.startsWith("seed-table east") && detail !== undefined ? [detail] : [],
  );
};
const expectEqual = async (): Promise<void> => {
  await settled(tree);
  expect(await differences(tree, TABLES)).toEqual([]);
};

beforeAll(async () => {
  for (const node of tree.nodes) await at(node.name, SCHEMA);
  for (const [number, name] of ["district-a", "district-b"].entries())
    await at(
      name,
      `insert into document (id, status, title, body) select ${number * 100_000} + g, case when g % 3 = 0 then 'draft' else 'approved' end,
         'title ' || g, repeat(md5(g::text), 20) from generate_series(1, 1500) g;
       insert into kept select ${number * 100_000} + g, g % 2 = 0, 'kept' from generate_series(1, 50) g;
       insert into word select '${name} "' || g, g % 7, g % 2 = 0, 'it''s {' || g || '}' from generate_series(1, 500) g;
       insert into scan (approved, pages) select g % 2 = 0, decode(repeat('00ff', 50), 'hex') from generate_series(1, 200) g;
       insert into measure select '2025-06-01'::date + g, ${number}, true, g / 7.0 from generate_series(1, 300) g`,
    );
  const file = path.join(tree.directory, "topology.yaml");
  writeFileSync(file, tree.topologyFile(sets()));
  topology = (await loadTopology(file)).topology;
});

test("beside running writes, stopped in the middle, and gone on with", async () => {
  const writing = new AbortController();
  const writer = (async () => {
    await using application = openApplication(tree.dsn("district-a"));
    for (let turn = 0; !writing.signal.aborted; turn += 1) {
      const id = (turn * 37) % 300;
      await application.query(`update document set title = 'turn ${turn}' where id = ${id}`);
      await application.query(
        `update document set status = case status when 'draft' then 'approved' else 'draft' end where id = ${id + 1}`,
      );
      await application.query(`delete from document where id = ${id + 2}`);
      await application.query(
        `insert into document values (${id + 2}, 'approved', 'again', 'turn ${turn}') on conflict do nothing`,
      );
    }
  })();
  try {
    const stopping = new AbortController();
    const first = applyOnce(topology, {}, 60_000, {
      seed: { way: "stream", bytesPerSecond: 2_000_000 },
      signal: stopping.signal,
    });
    const hasBegun = async (): Promise<boolean> => {
      const found = await at("east", "select to_regclass('tributary.seed_chunk') is not null as made").catch(
        () => [],
      );
      if (found[0]?.["made"] !== true) return false;
      return (
        (await at("east", "select from tributary.seed_chunk where relation = 'public.document'")).length > 1
      );
    };
    await eventually(async () => ((await hasBegun()) ? true : undefined), {
      timeoutMs: 60_000,
      // It is over within half a second.
      intervalMs: 10,
      what: "the first copy is under way",
    });
    stopping.abort();
    await first.catch(() => undefined);
    await stream();
  } finally {
    writing.abort();
    await writer;
  }
  await expectEqual();
}, 120_000);

test("what is there and equal is adopted; what is missing, other or too much above is mended, at every tier", async () => {
  for (const node of ["east", "nation"])
    await at(
      node,
      `begin; set local session_replication_role = replica;
       delete from document where id between 100001 and 100050; delete from tributary."provenance_public.document" where id between 100001 and 100020;
       update document set title = 'not so' where id between 100100 and 100110;
       insert into document values (100003, 'approved', 'a draft', 'below'), (199999, 'approved', 'gone', 'below');
       insert into tributary."provenance_public.document" values (100003, 'district-b'), (199999, 'district-b');
       insert into word values ('ghost "', 1, true, 'ghost'); insert into tributary."provenance_public.word" values ('ghost "', 1, 'district-b');
       commit`,
    );
  await at("east", "delete from tributary.seed where provider = 'district-b'");
  const told = await stream();
  expect(told.find((detail) => detail.startsWith("public.document"))).toMatch(
    /0 copied, \d+ adopted, 0 merged, \d+ sent/u,
  );
  expect(told.find((detail) => detail.startsWith("public.scan"))).toContain("100 adopted");
  await expectEqual();
});

test("ghosts at the nation go through the region's stream", async () => {
  await at(
    "nation",
    `begin; set local session_replication_role = replica;
     insert into document values (199998, 'approved', 'gone', 'below'); insert into tributary."provenance_public.document" values (199998, 'district-b');
     update document set title = 'not so' where id = 100200; commit`,
  );
  await at("nation", "delete from tributary.seed where provider = 'east'");
  await stream();
  await expectEqual();
});
