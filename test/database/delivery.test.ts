/** Delivery where the everyday ends: replays, rows that cannot be applied, errors that pass, and size. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { type ComparedTable, differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";

const DOCUMENT: ComparedTable = {
  table: "public.document",
  relation: "public.document",
  where: "status = 'approved'",
  key: "id",
};
const SETS = { knowledge: { tables: { "public.document": { where: "status = 'approved'" } } } };
const SCHEMA = `create table public.document (
  id bigint primary key, status text not null default 'draft', title text, body text, slug text unique)`;

const tree = useTestTree({ districts: 2, regions: 1 });

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, SCHEMA);
  await provision(tree, SETS);
});

beforeEach(async () => {
  for (const { dsn, tier } of tree.nodes) if (tier === "district") await query(dsn, "delete from document");
  await settled(tree);
  await expectEqual();
});

const at = (name: string, text: string): Promise<Row[]> => query(tree.dsn(name), text);
const parked = (name: string): Promise<Row[]> =>
  at(name, "select node, kind, key, columns, sqlstate, reason from tributary.parked order by id");

async function expectEqual(): Promise<void> {
  expect(await differences(tree, [DOCUMENT])).toEqual([]);
  for (const { name } of tree.nodes) expect(await parked(name)).toEqual([]);
}

test("a replayed stretch of the stream ends in the same state", async () => {
  const [{ n: from } = {}] = await at("district-a", "select last_value as n from tributary.message_number");
  for (const statement of [
    "insert into document select g, 'approved', 'first', 'b', 'slug ' || g from generate_series(1, 5) g",
    "update document set slug = 'moved' where id = 1",
    "insert into document values (6, 'approved', 'takes', null, 'slug 1')",
    "update document set status = 'draft' where id = 2",
    "delete from document where id = 3",
    "update document set id = 44, title = 'key' where id = 4",
    "update document set slug = null where id = 5; update document set slug = 'slug 5' where id = 6; update document set slug = 'slug 1' where id = 5",
  ])
    await at("district-a", statement);
  await settled(tree);
  await expectEqual();
  await at(
    "east",
    `begin; set local session_replication_role = replica;
     insert into tributary.messages_knowledge select * from tributary.messages_knowledge
     where node = 'district-a' and number > ${String(from)} and relation is not null order by number; commit`,
  );
  await settled(tree);
  await expectEqual();
});

describe("what cannot be applied is parked, and the rest arrives", () => {
  test("a violated check: later changes are kept, and delivered once the cause is gone", async () => {
    await at("east", "alter table document add constraint short check (length(title) < 10)");
    await at(
      "district-a",
      "insert into document select g, 'approved', case g when 2 then 'much too long' else 'short' end from generate_series(1, 3) g",
    );
    await at(
      "district-a",
      "update document set body = 'later' where id = 2; insert into document values (4, 'approved', 'on')",
    );
    await settled(tree);
    expect(await at("east", "select id from document order by id")).toEqual([
      { id: "1" },
      { id: "3" },
      { id: "4" },
    ]);
    expect(await parked("east")).toMatchObject([
      { node: "district-a", kind: "put", key: ["2"], sqlstate: "23514" },
    ]);
    expect(await at("nation", "select count(*)::int as n from document")).toEqual([{ n: 4 }]);
    await at("east", "alter table document drop constraint short");
    await settled(tree);
    await expectEqual();
    expect(await at("east", "select title, body from document where id = 2")).toEqual([
      { title: "much too long", body: "later" },
    ]);
  });

  test("a drop of a parked row clears it", async () => {
    await at("east", "alter table document add constraint short check (length(title) < 10)");
    await at(
      "district-a",
      "insert into document values (1, 'approved', 'much too long'); delete from document",
    );
    await settled(tree);
    await at("east", "alter table document drop constraint short");
    await expectEqual();
  });

  test("a patch that heals the row ends the waiting at once", async () => {
    await at("east", "alter table document add constraint short check (length(title) < 10)");
    await at("district-a", "insert into document values (1, 'approved', 'much too long')");
    await at("district-a", "update document set title = 'short' where id = 1");
    await settled(tree);
    await expectEqual();
    await at("east", "alter table document drop constraint short");
  });

  test("a column that is missing above", async () => {
    await at("district-a", "alter table document add column language text");
    await at("district-a", "insert into document (id, status, language) values (1, 'approved', 'nl')");
    await at("district-a", "update document set language = 'fr' where id = 1");
    await at("district-b", "insert into document values (2, 'approved', 'of b')");
    await settled(tree);
    for (const name of ["east", "nation"]) {
      expect(await at(name, "select id from document")).toEqual([{ id: "2" }]);
      expect(await parked(name)).toMatchObject([{ key: ["1"], sqlstate: "42703" }]);
    }
    for (const name of ["east", "nation"]) await at(name, "alter table document add column language text");
    await at("district-b", "alter table document add column language text");
    await settled(tree);
    await expectEqual();
  });

  test("two districts with one key, and a unique value of another's row", async () => {
    await at("district-a", "insert into document values (1, 'approved', 'of a', null, 'mine')");
    await settled(tree);
    await at(
      "district-b",
      "insert into document values (1, 'approved', 'of b', null, null), (2, 'approved', 'of b', null, 'mine')",
    );
    await at("district-b", "insert into document values (3, 'approved', 'of b')");
    await settled(tree);
    for (const name of ["east", "nation"]) {
      expect(await at(name, "select id, title from document order by id")).toEqual([
        { id: "1", title: "of a" },
        { id: "3", title: "of b" },
      ]);
      const [key, value] = await parked(name);
      expect(key?.["reason"]).toBe(
        'the row belongs to node "district-a", and node "district-b" uses the same key',
      );
      expect(value).toMatchObject({ node: "district-b", key: ["2"], sqlstate: "23505" });
    }
    // district-b can neither change nor drop the row that isn't its own
    await at(
      "district-b",
      "update document set title = 'stolen' where id = 1; delete from document where id = 1",
    );
    await settled(tree);
    expect(await at("nation", "select title from document where id = 1")).toEqual([{ title: "of a" }]);
    await at("district-a", "delete from document");
    await settled(tree);
    await expectEqual();
  });

  test("the region's own row with other values", async () => {
    await at("east", "insert into document values (1, 'draft', 'of east')");
    await at("district-a", "insert into document values (1, 'approved', 'of a'), (2, 'approved', 'of a')");
    await settled(tree);
    expect(await at("east", "select id, title from document order by id")).toEqual([
      { id: "1", title: "of east" },
      { id: "2", title: "of a" },
    ]);
    expect(await parked("east")).toMatchObject([
      {
        reason:
          'node "east" itself has a row with the key of this row of node "district-a", and other values',
      },
    ]);
    await at("east", "delete from document where id = 1");
    await settled(tree);
    await expectEqual();
  });

  test("a table that nothing delivers into", async () => {
    await at(
      "district-a",
      "insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) values ('put', 'public.unknown', '{id}', 2, array['{1,2}'])",
    );
    await at("district-a", "insert into document values (1, 'approved', 'on')");
    await settled(tree);
    for (const name of ["east", "nation"]) {
      expect(await parked(name)).toMatchObject([{ key: ["1"], sqlstate: "42P01" }, { key: ["2"] }]);
      await at(name, "delete from tributary.parked");
    }
    await expectEqual();
  });
});

test("a lock stops the stream and never parks", async () => {
  await at("district-a", "insert into document values (1, 'approved', 'a')");
  await settled(tree);
  await at("east", "alter system set lock_timeout = '200ms'; ");
  await at("east", "select pg_reload_conf()");
  {
    await using holder = openApplication(tree.dsn("east"));
    await holder.query("begin; lock table document in share mode");
    await at(
      "district-a",
      "update document set title = 'b' where id = 1; insert into document values (2, 'approved', 'c')",
    );
    await at("district-b", "insert into document values (3, 'approved', 'd')");
    await eventually(
      async () => {
        const waits = "select from pg_locks where not granted and relation = 'document'::regclass";
        return (await at("east", waits)).length > 0 ? true : undefined;
      },
      { timeoutMs: 20_000, what: "delivery waits for the lock" },
    );
    expect(await parked("east")).toEqual([]);
    await holder.query("commit");
  }
  await at("east", "alter system reset lock_timeout");
  await at("east", "select pg_reload_conf()");
  await settled(tree);
  await expectEqual();
});

describe("by hand at the region", () => {
  test.each([
    ["warn", true],
    ["off", true],
    ["refuse", false],
  ])("protect: %s", async (protect, isAllowed) => {
    await at("east", `select tributary.deliver_table('knowledge', 'document', null, '${protect}')`);
    await at("district-a", "insert into document values (1, 'approved', 'of a')");
    await settled(tree);
    const write = at("east", "update document set title = 'by hand' where id = 1");
    const outcome = await write.then(
      () => "allowed",
      (error: unknown) => String(error),
    );
    expect(outcome).toMatch(isAllowed ? /^allowed$/ : /belongs to node "district-a"/);
    // what is changed by hand is not the region's to send, and the next change at the owner wins
    await at("district-a", "update document set title = 'of a again' where id = 1");
    await settled(tree);
    await expectEqual();
  });
});

describe("messages are small", () => {
  test("100,000 rows are a few hundred messages, none much longer than 128 KiB", async () => {
    await at(
      "district-a",
      "insert into document (id, title, body) select g, 'title ' || g, repeat('x', 200) from generate_series(1, 100000) g",
    );
    const before = await messages();
    await at("district-a", "update document set status = 'approved'");
    const written = (await messages()).slice(before.length);
    expect(written.length).toBeGreaterThan(50);
    expect(written.length).toBeLessThan(500);
    expect(Math.max(...written)).toBeLessThan(192 * 1024);
    await settled(tree);
    expect(await at("nation", "select count(*)::int as n from document")).toEqual([{ n: 100_000 }]);
  });

  test("columns of nothing but nulls count", async () => {
    const columns = Array.from({ length: 200 }, (_, column) => `c${column} int`).join(", ");
    await at("district-a", `create table public.wide (id int primary key, ${columns})`);
    await at("district-a", "select tributary.capture_table('knowledge', 'wide', null, null, 'retract')");
    const before = await messages();
    await at("district-a", "insert into wide (id) select g from generate_series(1, 2000) g");
    const written = (await messages()).slice(before.length);
    expect(Math.max(...written)).toBeLessThan(192 * 1024);
    await at("district-a", "select tributary.uncapture_table('public.wide'); drop table wide");
    await settled(tree);
    for (const name of ["east", "nation"]) await at(name, "delete from tributary.parked");
  });

  test("a change of the title of a long document carries the title alone", async () => {
    await at(
      "district-a",
      "insert into document select 1, 'approved', 'a', string_agg(md5(g::text), '') from generate_series(1, 3200) g",
    );
    await at("district-a", "update document set title = 'b' where id = 1");
    expect((await messages()).at(-1)).toBeLessThan(1024);
    await settled(tree);
    await expectEqual();
  });
});

/** Lengths of the bodies that district-a has written so far. */
async function messages(): Promise<number[]> {
  const rows = await at(
    "district-a",
    "select octet_length(body::text) as n from tributary.messages_knowledge where node = 'district-a' order by number",
  );
  return rows.map(({ n }) => Number(n));
}

test("a write in replica role is not captured, and a later write of the row says what is missing", async () => {
  await at(
    "district-a",
    "begin; set local session_replication_role = replica; insert into document values (1, 'approved', 'unseen'); commit",
  );
  await at("district-a", "update document set title = 'seen' where id = 1");
  await settled(tree);
  for (const name of ["east", "nation"])
    expect(await parked(name)).toMatchObject([
      { kind: "patch", reason: "a change of this row arrived, but the row is not here" },
    ]);
  await at("district-a", "update document set status = 'draft'; update document set status = 'approved'");
  await settled(tree);
  await expectEqual();
});
