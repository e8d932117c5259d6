/** The first copy on real servers: beside running writes, over what is there already, with clashes, and interrupted. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";
import { SCHEMA, sets, TABLES } from "./first-copy-tables.ts";

const tree = useTestTree({ districts: 2, regions: 1 });
let topology: Topology;

const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
const parked = async (): Promise<Row[]> =>
  (
    await Promise.all(
      tree.nodes.map(({ name }) =>
        at(
          name,
          `select '${name}' as at, relation, node, key, sqlstate, reason from tributary.parked order by id`,
        ),
      ),
    )
  ).flat();

/** What the tool does again when a link is not live: the subscriber forgets that it had the rows. */
async function copyAgain(relations = "%"): Promise<string[]> {
  await at(
    "east",
    `delete from tributary.seed where provider = 'district-a' and relation like '${relations}'`,
  );
  const { events } = await applyOnce(topology);
  await settled(tree);
  return events.flatMap(({ step, status, detail }) =>
    status === "done" && step.includes("seed") && detail !== undefined ? [detail] : [],
  );
}

async function expectEqual(tables = TABLES): Promise<void> {
  await settled(tree);
  expect(await differences(tree, tables)).toEqual([]);
}

const ROWS = 30_000;

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, SCHEMA);
  // Text above sorts otherwise than at the districts.
  for (const name of ["east", "nation"])
    await at(
      name,
      'drop table word; create table public.word (word text collate "und-x-icu", part int, approved boolean not null, meaning text, primary key (word, part))',
    );
  await at(
    "district-a",
    `insert into document select g, case when g % 3 = 0 then 'draft' else 'approved' end, 'title ' || g, repeat('x', 400), 'slug ' || g from generate_series(1, ${ROWS}) g;
     insert into word select chr(97 + g % 26) || case when g % 2 = 0 then upper(md5(g::text)) else md5(g::text) end, g, g % 5 > 0, 'é' from generate_series(1, 3000) g;
     insert into scan (approved, pages, secret) select g < 5, decode(repeat(md5(g::text), 163840), 'hex'), 'secret' from generate_series(1, 6) g;
     insert into measure select date '2025-06-01' + g, g, g % 4 > 0, g / 7.0 from generate_series(1, 400) g;
     insert into kept select g, true, 'first' from generate_series(1, 10) g`,
  );
  // The region has its own rows, in between, one of them equal to a district's and one that isn't.
  await at(
    "east",
    `insert into document values (-5, 'draft', 'of east'), (0, 'approved', 'of east'), (3, 'draft', 'of east');
     insert into document select 1, 'approved', 'title 1', repeat('x', 400), 'slug 1';
     insert into document values (2, 'draft', 'of east, with the key of a district')`,
  );
});

test("under concurrent writes, into a region with rows of its own", async () => {
  const [{ xmin: before } = {}] = await at("east", "select xmin from document where id = 1");
  let isCopying = true;
  const writers = Promise.all([write(1, () => isCopying), write(2, () => isCopying)]);
  try {
    ({ topology } = await provision(tree, sets()));
  } finally {
    isCopying = false;
  }
  const rounds = await writers;
  expect(Math.min(...rounds)).toBeGreaterThan(5);
  await settled(tree);
  // The one clash is parked at the region, with both sides named by it; everything else is there.
  expect(await parked()).toMatchObject([
    {
      at: "east",
      relation: "public.document",
      node: "district-a",
      key: ["2"],
      sqlstate: "23505",
      reason: 'node "east" itself has a row with the key of this row of node "district-a", and other values',
    },
  ]);
  const [atEast, atNation, ...others] = await differences(tree, TABLES);
  expect(atEast).toMatch(/^east lacks 1 rows \(\(2,.* of public.document of district-a$/);
  expect(atNation).toMatch(/^nation lacks 1 rows \(\(2,/);
  expect(others).toEqual([]);
  expect(await at("east", "select id, title from document where id in (-5, 0, 2, 3) order by id")).toEqual([
    { id: "-5", title: "of east" },
    { id: "0", title: "of east" },
    { id: "2", title: "of east, with the key of a district" },
    { id: "3", title: "of east" },
  ]);
  expect(await at("nation", "select id from document where id <= 3 and id <> 1 order by id")).toEqual([
    { id: "0" },
  ]);
  const [{ xmin: after } = {}] = await at("east", "select xmin from document where id = 1");
  expect(after).toBe(before);
  expect(
    await at("east", 'select tributary_owner from tributary."provenance_public.document" where id = 1'),
  ).toEqual([{ tributary_owner: "district-a" }]);
  await at("east", "delete from document where id = 2");
  await expectEqual();
  expect(await parked()).toEqual([]);
});

/** Approves, withdraws, deletes, re-keys, and hands unique values from row to row, upwards and downwards and in rings. */
async function write(writer: number, goOn: () => boolean): Promise<number> {
  await using application = openApplication(tree.dsn("district-a"));
  let round = 0;
  for (; goOn(); round++) {
    // every writer has its own rows, all over the table
    const row = (n: number): number => 10 + ((((round * 7 + n * 2) * 997) % (ROWS / 2 - 20)) * 2 + writer);
    const [one, two] = [row(0), row(3000)];
    await application.query(
      `select pg_sleep(0.1);
       update document set status = 'approved', title = 'round ${round}' where id = ${row(1)};
       update document set status = 'draft' where id = ${row(2)};
       delete from document where id = ${row(4)};
       update document set id = ${1_000_000 + round * 2 + writer} where id = ${row(5)};
       insert into document values (${2_000_000 + round * 2 + writer}, 'approved', 'new', null, 'new ${writer} ${round}');
       update document set slug = null where id = ${two};
       update document set slug = 'slug ' || ${two} where id = ${one} and not exists (select from document where slug = 'slug ' || ${two});
       update document set slug = 'slug ' || ${one} where id = ${two} and not exists (select from document where slug = 'slug ' || ${one})`,
    );
  }
  return round;
}

describe("over what is there already", () => {
  test("equal rows are adopted, and not written", async () => {
    const fingerprint = "select sum(hashtext(xmin::text || ctid::text))::text as f from document";
    const before = await at("east", fingerprint);
    const details = await copyAgain();
    expect(details.find((detail) => detail.startsWith("public.document"))).toMatch(
      /\(0 copied, \d+ adopted, 0 merged\)/,
    );
    expect(await at("east", fingerprint)).toEqual(before);
    await expectEqual();
  });

  test("what changed while the link was down: stale rows are merged, gone ones removed or kept, at all tiers", async () => {
    await at(
      "district-a",
      `begin; set local session_replication_role = replica;
       update document set title = 'while down' where id % 1000 = 1;
       update document set status = 'draft' where id % 1000 = 2 and status = 'approved';
       delete from document where id % 1000 = 4;
       insert into document select g, 'approved', 'while down' from generate_series(3000001, 3000010) g;
       update document set slug = 'ring ' || id where id in (7, 50002); update document set slug = 'ring 7' where id = 7;
       delete from kept where id = 1; update kept set note = 'while down' where id = 2; insert into kept values (11, true, 'while down');
       commit`,
    );
    await copyAgain();
    await expectEqual();
    expect(await parked()).toEqual([]);
    for (const name of ["east", "nation"])
      expect(await at(name, "select id, note from kept where id in (1, 2, 11) order by id")).toEqual([
        { id: 1, note: "first" },
        { id: 2, note: "while down" },
        { id: 11, note: "while down" },
      ]);
  });

  test("unique values that went round in a ring", async () => {
    await at(
      "district-a",
      `begin; set local session_replication_role = replica;
       update document set status = 'approved', slug = 'ring ' || id where id in (7, 8, 59999, 59998);
       commit`,
    );
    await copyAgain();
    await expectEqual();
    await at(
      "district-a",
      `begin; set local session_replication_role = replica;
       update document set slug = null where id in (7, 8, 59999, 59998);
       update document set slug = 'ring ' || case id when 7 then 8 when 8 then 59999 when 59999 then 59998 else 7 end where id in (7, 8, 59999, 59998);
       commit`,
    );
    await copyAgain();
    await expectEqual();
    expect(await parked()).toEqual([]);
  });
});

describe("what cannot be written", () => {
  test("another district's keys and a violated check are parked, and apply says so", async () => {
    await at("district-b", "insert into document values (4000001, 'approved', 'of b')");
    await settled(tree);
    await at("east", "alter table document add constraint short check (length(title) < 50)");
    await at(
      "district-a",
      `begin; set local session_replication_role = replica;
       insert into document values (4000000, 'approved', 'fine'), (4000001, 'approved', 'of a'), (4000002, 'approved', repeat('long', 20)); commit`,
    );
    await at(
      "east",
      "delete from tributary.seed where provider = 'district-a' and relation = 'public.document'",
    );
    const { events } = await applyOnce(topology);
    expect(events.filter(({ status }) => status === "failed")).toEqual([]);
    expect(
      events.find(({ step, status }) => step.includes("open-link") && status === "done")?.detail,
    ).toMatch(/public.document: .* 2 parked/);
    await settled(tree);
    const found = (await parked()).filter(({ at: name }) => name === "east");
    expect(found.map(({ key, reason }) => [key, reason])).toEqual([
      [["4000001"], 'the row belongs to node "district-b", and node "district-a" uses the same key'],
      [["4000002"], expect.stringMatching(/check constraint "short"/)],
    ]);
    expect(
      await at("nation", "select id, title from document where id in (4000000, 4000001) order by id"),
    ).toEqual([
      { id: "4000000", title: "fine" },
      { id: "4000001", title: "of b" },
    ]);
    await at("east", "alter table document drop constraint short");
    await at("district-b", "delete from document where id = 4000001");
    await expectEqual();
    expect(await parked()).toEqual([]);
  });

  test("a trigger above that alters a value: the step fails, and nothing of the range is kept", async () => {
    await at(
      "east",
      `create function public.lie() returns trigger language plpgsql as $$ begin new.note := 'a lie'; return new; end $$;
      create trigger lie before insert on kept for each row execute function lie(); alter table kept enable always trigger lie`,
    );
    await at(
      "district-a",
      "begin; set local session_replication_role = replica; insert into kept values (50, true, 'truth'); commit",
    );
    await at("east", "delete from tributary.seed where provider = 'district-a' and relation = 'public.kept'");
    const { events } = await applyOnce(topology).catch((error: unknown) => {
      return { events: [{ status: "failed", step: "", detail: String(error) }] as const };
    });
    expect(events.find(({ status }) => status === "failed")?.detail).toMatch(
      /after the copy of public.kept from "district-a" the rows/,
    );
    expect(await at("east", "select note from kept where id = 50")).toEqual([]);
    await at("east", "drop trigger lie on kept");
    await applyOnce(topology);
    await expectEqual();
    expect(await at("nation", "select note from kept where id = 50")).toEqual([{ note: "truth" }]);
  });
});

test("a filter that is widened and narrowed again, at all tiers", async () => {
  const wide = "status in ('approved', 'reviewed')";
  await at("district-a", "update document set status = 'reviewed' where status = 'draft' and id % 100 = 0");
  const [document, ...others] = TABLES;
  if (document === undefined) throw new Error("no tables");
  ({ topology } = await provision(tree, sets(wide)));
  await expectEqual([{ ...document, where: wide }, ...others]);
  ({ topology } = await provision(tree, sets()));
  await expectEqual();
  expect(await at("nation", "select count(*)::int as n from document where status = 'reviewed'")).toEqual([
    { n: 0 },
  ]);
});

describe("interrupted in the middle", () => {
  const chunks = (): Promise<Row[]> =>
    at("east", "select relation, lower, upper, done_at::text from tributary.seed_chunk order by done_at");

  /** Begins a copy of everything, which a row in the way holds up after its first ranges. */
  async function beginCopy(holder: ReturnType<typeof openApplication>): Promise<{ first: Promise<unknown> }> {
    await at(
      "east",
      `begin; set local session_replication_role = replica; delete from document where id in (select id from tributary."provenance_public.document"); truncate tributary."provenance_public.document"; commit;
       delete from tributary.seed where provider = 'district-a' and relation = 'public.document'`,
    );
    await holder.query(
      `begin; set local session_replication_role = replica; insert into document (id, title) values (${ROWS - 2}, 'in the way')`,
    );
    const first = applyOnce(topology).catch((error: unknown) => error);
    await eventually(async () => ((await chunks()).length > 0 ? true : undefined), {
      timeoutMs: 20_000,
      what: "the first ranges are copied",
    });
    return { first };
  }

  test("by a transaction that holds a row for longer than one wait: the range goes again", async () => {
    await using holder = openApplication(tree.dsn("east"));
    const { first } = await beginCopy(holder);
    const attempts = new Set<string>();
    await eventually(
      async () => {
        const waiting = await at(
          "east",
          "select xact_start::text as began from pg_stat_activity where application_name = 'tributary' and wait_event_type = 'Lock'",
        );
        for (const { began } of waiting) attempts.add(String(began));
        return attempts.size > 1 ? true : undefined;
      },
      { timeoutMs: 60_000, what: "the range goes again" },
    );
    await holder.close();
    expect(await first).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          detail: expect.stringMatching(/another transaction at node "east" holds/),
        }),
      ]),
    });
    await expectEqual();
    expect(await parked()).toEqual([]);
  });

  test.each([
    ["the tool's sessions at the provider", () => endSessions("district-a")],
    ["the tool's sessions at the subscriber", () => endSessions("east")],
    ["the provider", () => crash("district-a")],
    ["the subscriber", () => crash("east")],
  ])("%s: finished ranges are not copied again", async (_, strike) => {
    await using holder = openApplication(tree.dsn("east"));
    const { first } = await beginCopy(holder);
    await strike();
    await holder.close().catch(() => undefined);
    await first;
    const finished = await chunks();
    expect(finished.length).toBeGreaterThan(0);
    await at(
      "east",
      "create table public.seen as select * from tributary.seed_chunk with no data; create function public.see() returns trigger language plpgsql as $$ begin insert into public.seen select old.*; return old; end $$; create trigger see before delete on tributary.seed_chunk for each row execute function public.see()",
    );
    await eventually(
      async () => ((await applyOnce(topology).catch(() => undefined)) === undefined ? undefined : true),
      {
        timeoutMs: 30_000,
        what: "apply goes on",
      },
    );
    const copied = await at(
      "east",
      "select relation, lower, upper, done_at::text from public.seen order by done_at",
    );
    await at("east", "drop trigger see on tributary.seed_chunk; drop function see; drop table seen");
    expect(copied.slice(0, finished.length)).toEqual(finished);
    await expectEqual();
    expect(await parked()).toEqual([]);
  });
});

async function endSessions(name: string): Promise<void> {
  await at(
    name,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'",
  );
}

async function crash(name: string): Promise<void> {
  await tree.cluster(name).kill();
  await tree.cluster(name).start();
}
