/** The approved-row contract (design, section 1), statement by statement, over one hop or two. */
import { beforeAll, describe, expect, test } from "vitest";

import { type TestNode, type TreeShape, useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";
import { verify } from "../support/verify.ts";
import { CONTRACT_SCHEMA, CONTRACT_TABLES, contractSets } from "./contract-tables.ts";

const long = (seed: string): string =>
  `(select string_agg(md5('${seed}' || g), '') from generate_series(1, 3000) g)`;

/** What an application does at district-a. The harness compares every table at every tier afterwards. */
const cases: Readonly<Record<string, string>> = {
  "insert approved and draft": "insert into document values (10, 'approved', 'a'), (11, 'draft', 'b')",
  "draft to approved, whole": `insert into document values (20, 'draft', 't', ${long("x")}, 5); update document set status = 'approved' where id = 20`,
  "approved to approved":
    "insert into document values (30, 'approved', 'a'); update document set title = 'b', author = 7 where id = 30",
  "approved to approved, long value unchanged": `insert into document values (31, 'approved', 'a', ${long("y")}); update document set title = 'short' where id = 31`,
  "approved to approved, long value changed": `insert into document values (32, 'approved', 'a', ${long("y")}); update document set body = ${long("z")} where id = 32`,
  "approved to draft":
    "insert into document values (40, 'approved', 'a'); update document set status = 'draft' where id = 40",
  "approved to draft to approved":
    "insert into document values (41, 'approved', 'a'); update document set status = 'draft', title = 'secret' where id = 41; update document set status = 'approved', title = 'open' where id = 41",
  "draft to draft":
    "insert into document values (50, 'draft', 'a'); update document set title = 'b' where id = 50",
  "delete approved, delete draft":
    "insert into document values (60, 'approved'), (61, 'draft'); delete from document where id in (60, 61)",
  "key of an approved row":
    "insert into document values (70, 'approved', 'moved'); update document set id = 71 where id = 70",
  "keys shifted within one statement":
    "insert into document (id, status, title) select g, 'approved', 'n' || g from generate_series(80, 89) g order by g desc; update document set id = id + 1000 where id between 80 and 89",
  "several statements on one row in one transaction": `begin;
    insert into document values (90, 'draft', 'a'); update document set status = 'approved' where id = 90;
    update document set title = 'b' where id = 90; update document set status = 'draft' where id = 90;
    update document set status = 'approved', title = 'c' where id = 90; commit`,
  "savepoints and rollbacks": `begin; insert into document values (91, 'approved', 'stays');
    savepoint s; update document set title = 'undone' where id = 91; insert into document values (92, 'approved', 'undone'); rollback to s;
    insert into document values (93, 'approved', 'stays too'); commit;
    begin; insert into document values (94, 'approved', 'never'); rollback`,
  "insert on conflict": `insert into document values (95, 'draft', 'a');
    insert into document values (95, 'approved', 'upserted'), (96, 'approved', 'inserted') on conflict (id) do update set status = excluded.status, title = excluded.title;
    insert into document values (96, 'approved', 'ignored') on conflict do nothing`,
  merge: `insert into document values (97, 'draft', 'a'), (98, 'approved', 'b');
    merge into document d using (values (97, 'x'), (98, 'y'), (99, 'z')) s (id, title) on d.id = s.id
      when matched and d.id = 98 then delete when matched then update set status = 'approved', title = s.title
      when not matched then insert (id, status, title) values (s.id, 'approved', s.title)`,
  "update from, delete using, data-modifying with": `insert into document values (101, 'draft', 'a'), (102, 'approved', 'b');
    update document d set status = 'approved', title = s.t from (values (101, 'joined')) s (id, t) where s.id = d.id;
    delete from document d using (values (102)) s (id) where s.id = d.id;
    with gone as (delete from document where id = 101 returning *) insert into document select id + 2, status, title from gone`,
  "unique value handed from row to row": `insert into document (id, status, slug) values (111, 'approved', 'one'), (112, 'approved', 'two');
    delete from document where id = 111; update document set slug = 'one' where id = 112;
    begin; update document set slug = 'three' where id = 112; insert into document (id, status, slug) values (113, 'approved', 'one'); commit;
    with gone as (delete from document where id = 113 returning *) insert into document (id, status, slug) select 114, status, slug from gone`,
  "null, empty and hostile values": String.raw`insert into document values (120, 'approved', null, ''), (121, 'approved', 'NULL', 'null'),
    (122, 'approved', E'a''b"c\\d{e,f}(g)\n\t\r', '{"a": "\\"}'), (123, 'approved', '   ', E'\u0001\u00e9\U0001F600'), (124, 'approved', '%s %1$s $1 \N', '\.')`,
  "quoted names and composite keys": `insert into "Odd ""Schema"""."Odd Table's" values ('k 1', 1, true, 'a'), ('k 1', 2, false, 'b'), ('', 3, true, null);
    update "Odd ""Schema"""."Odd Table's" set "select" = true, "a value" = 'it''s' where "second""key" = 2;
    update "Odd ""Schema"""."Odd Table's" set "a value" = 'new' where "second""key" = 1; delete from "Odd ""Schema"""."Odd Table's" where "second""key" = 3`,
  "filter on several columns with nulls, and a column list": `insert into review (id, reviewer, level, note, has, touched) values
      ('00000000-0000-0000-0000-000000000001', 1, 5, 'private', 'x', 1), ('00000000-0000-0000-0000-000000000002', null, 5, 'private', 'x', 1),
      ('00000000-0000-0000-0000-000000000003', 1, null, 'private', null, 1), ('00000000-0000-0000-0000-000000000004', 1, 2, 'private', 'x', 1);
    update review set level = 4 where id::text like '%4'; update review set reviewer = null where id::text like '%1';
    update review set note = 'still private' where id::text like '%3'; update review set has = 'no' where id::text like '%4'; update review set touched = 2 where id::text like '%3'`,
  "a whole table with references to itself": `insert into category (id, name) values (1, 'root'); insert into category (id, name, parent) values (2, 'leaf', 1), (3, 'leaf', 2);
    update category set name = 'renamed' where id = 3; insert into category (id, name) values (4, 'other'); delete from category where id = 1`,
  "partitions, also named directly, and rows that move between them": `insert into measure values ('2025-05-01', 1, true, 1.50), ('2026-05-01', 2, false, 2);
    insert into measure_2026 values ('2026-06-01', 3, true, 3); update measure_2026 set approved = true where id = 2;
    update measure set at = '2026-07-01' where id = 1; update measure_2026 set value = 9.990 where id = 3; delete from measure_2026 where id = 2`,
  cascades: `insert into parent select g, true from generate_series(1, 20) g; insert into child select g, (g - 1) % 20 + 1, g % 2 = 0 from generate_series(1, 60) g;
    delete from parent where id <= 5; update parent set id = id + 100 where id > 15`,
  "a trigger that changes the row again": `insert into audited values (1, true, 'a'), (2, false, 'b'); update audited set approved = true, revision = 0 where id = 2;
    update audited set note = 'c', revision = 0; update audited set approved = false, revision = 0 where id = 1`,
  copy: "create temp table c as select 131 as id, 'approved' as status, 'copied' as title; insert into document (id, status, title) select * from c",
  truncate: "insert into child select g, null, true from generate_series(1000, 1100) g; truncate child",
  "truncate of a partitioned table":
    "insert into measure values ('2025-09-01', 50, true, 1), ('2026-09-01', 51, true, 1); truncate measure",
  types: String.raw`insert into types values
    (1, true, -32768, 9223372036854775807, 'NaN', 'NaN', '-Infinity', 'ab', 'vc', 'text', '\x00ff5c', true, 'infinity', '-infinity', 'infinity', '24:00', '12:00+05:30',
      '1 year -2 mons 3 days -04:05:06.789', gen_random_uuid(), '{"b":  1, "a":2, "a":3}', '{"b": 1}', '[0:1]={1,NULL}', array['a', null, '', 'NULL', 'x"y\'],
      'happy "very"', 50, row('Main "St", 1', null), array[row('a', 1), null]::address[], '[1,5)', '{[1.0,2.0),[3,)}', '::1/64', B'10101', B'', 12.34, '<a b="c">d</a>', 'a:1A b:2', '(1.5,-0)', 'CaSe', 'a=>1, b=>NULL'),
    (2, true, 0, -9223372036854775808, '-123456789012345678901234567890.12345678901234567890', 1.17549435e-38, 0.1, '', '', '', '', false, '0044-03-15 BC', '2026-01-01 00:00:00.000001', '1900-01-01 00:00:00.123456+00', '00:00:00.000001', '00:00-15:59',
      '0', null, '[]', '1.10', '{}', '{{a,b},{c,d}}', 'so so', 0, null, '{}', 'empty', '{}', '10.0.0.1', B'00000', B'1', -0.01, '', '', '(0,0)', '', ''); insert into types (id) values (3); update types set f8 = 1e-300, n = 1.10, b = '\xdeadbeef', iv = '-1 mons', aa = null where id = 2; update types set n = 1.100 where id = 2; update types set approved = false where id = 3`,
  "filters of every form, each part of it moving a row out and in again": `
    insert into form select g, case g % 2 when 0 then 'approved' else 'published' end, 1 + g % 8, array['public', 'x'], '{"ok": true, "kind": "open"}', '[1,9]', '1.5', '2026-05-01'
      from generate_series(1, 24) g;
    update form set status = 'draft' where id in (1, 2); update form set status = null where id = 3; update form set level = 11 where id = 4;
    update form set level = null where id = 5; update form set tags = array['x'] where id = 6; update form set tags = null where id = 7;
    update form set meta = meta - 'ok' where id = 8; update form set meta = '{"ok": true, "kind": "shut"}' where id = 9; update form set span = '[6,9]' where id = 10;
    update form set total = '0.5' where id = 11; update form set at = '2025-12-31' where id = 12; update form set level = 9 where id = 13;
    update form set status = 'approved', level = 3 where id in (1, 3, 4); update form set tags = '{open}' where id in (6, 7); update form set meta = '{"ok": true, "kind": "open"}' where id = 8;
    update form set total = '0.51', at = '2026-01-01' where id in (11, 12); delete from form where id in (20, 21); update form set level = 9 where id = 20`,
  "an inherited table": `insert into legacy values (1, true, 'parent'), (2, false, 'parent'); insert into legacy_old (id, approved, note, archived) values (11, true, 'child', '2001-01-01'), (12, false, 'child', null);
    update legacy set approved = true where id in (2, 12); update legacy set note = 'both' ; update legacy_old set approved = false where id = 11; delete from legacy where id = 2`,
};

/** Last: every case is followed by a comparison of all rows. */
const bulk = (rows: number): readonly [title: string, statements: string] => [
  `${rows.toLocaleString("en")} rows in one statement, then edited, then withdrawn in part`,
  `insert into document (id, status, title) select g, 'draft', 'bulk ' || g from generate_series(100001, ${100_000 + rows}) g;
   update document set status = 'approved' where id > 100000;
   update document set title = title || '!' where id > ${100_000 + 0.5 * rows};
   update document set status = 'draft' where id > ${100_000 + 0.9 * rows};
   delete from document where id > ${100_000 + 0.8 * rows}`,
];

/** Rows that were kept above differ on purpose. */
const COMPARED = CONTRACT_TABLES.filter(({ rule }) => rule["on_leave"] !== "keep");

interface ContractOptions extends Pick<TreeShape, "engine" | "majors" | "source" | "regions"> {
  /** Of the largest statement. */
  readonly bulkRows?: number;
}

/** Runs the suite on a tree of two districts, one region and one nation, or without the region. */
export function proveContract({ bulkRows = 100_000, ...how }: ContractOptions): void {
  const shape = { districts: 2, regions: 1, ...how };
  const tree = useTestTree(shape);
  let topology: Topology;
  const regions = shape.regions === 0 ? [] : ["east"];
  /** The tiers above the districts, the region first. */
  const uppers = (): readonly TestNode[] => tree.nodes.filter(({ tier }) => tier !== "district");

  beforeAll(async () => {
    for (const node of tree.nodes) await query(node.dsn, CONTRACT_SCHEMA);
    await query(
      tree.dsn("district-a"),
      "insert into public.document values (1, 'approved', 'before'), (2, 'draft', 'before')",
    );
    for (const region of regions)
      await query(
        tree.dsn(region),
        "insert into public.document values (900, 'approved', 'of east'), (901, 'draft', 'of east')",
      );
    ({ topology } = await provision(tree, contractSets()));
  });

  const expectEqual = async (): Promise<void> => {
    await settled(tree);
    expect(await differences(tree, COMPARED)).toEqual([]);
  };

  describe("what a district approves is above, and nothing else", () => {
    test("rows from before replication are there", async () => {
      expect(await differences(tree, CONTRACT_TABLES)).toEqual([]);
      expect(await query(tree.dsn("nation"), "select id, title from document order by id")).toEqual([
        { id: "1", title: "before" },
        ...regions.map((region) => ({ id: "900", title: `of ${region}` })),
      ]);
    });

    test.each([...Object.entries(cases), bulk(bulkRows)])("%s", async (_, statements) => {
      await using application = openApplication(tree.dsn("district-a"));
      await application.query(statements);
      await expectEqual();
      expect(await parked()).toEqual([]);
    });

    test("on_leave: keep keeps the row as last approved", async () => {
      await query(
        tree.dsn("district-a"),
        "insert into kept values (1, true, 'a'), (2, true, 'b'), (3, true, 'c'); update kept set approved = false, note = 'secret' where id = 1; update kept set approved = false where id = 2; delete from kept where id = 3",
      );
      await query(tree.dsn("district-a"), "update kept set approved = true, note = 'again' where id = 2");
      await settled(tree);
      for (const { dsn } of uppers())
        expect(await query(dsn, "select id, approved, note from kept order by id")).toEqual([
          { id: 1, approved: true, note: "a" },
          { id: 2, approved: true, note: "again" },
        ]);
    });

    test("concurrent writers on the same rows", async () => {
      await query(
        tree.dsn("district-a"),
        "insert into document (id, status, title) select g, 'draft', '' from generate_series(500, 519) g",
      );
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          await using application = openApplication(tree.dsn("district-a"));
          for (let round = 0; round < 40; round++) {
            const id = 500 + ((writer * 7 + round * 3) % 20);
            const status = (writer + round) % 3 === 0 ? "draft" : "approved";
            await application.query(
              `update document set status = '${status}', title = title || '${writer}' where id = ${id}`,
            );
          }
        }),
      );
      await expectEqual();
    });

    test.each(regions)("own rows of region %s travel, its drafts don't", async (region) => {
      await query(
        tree.dsn(region),
        "update document set status = 'approved' where id = 901; insert into document values (902, 'draft', 'of east')",
      );
      await expectEqual();
      expect(
        await query(tree.dsn("nation"), "select count(*)::int as n from document where id = 902"),
      ).toEqual([{ n: 0 }]);
    });

    test("nobody above can change what a district owns", async () => {
      for (const { dsn } of uppers()) {
        for (const change of ["update document set title = 'by hand'", "delete from document"])
          await expect(query(dsn, `${change} where id = 1`)).rejects.toThrow(/belongs to node "district-a"/);
        await expect(query(dsn, "truncate document")).rejects.toThrow(/belongs to node/);
      }
      await expectEqual();
    });

    test("nothing that was never approved is in any outbox or table above", async () => {
      await query(
        tree.dsn("district-a"),
        "insert into document values (600, 'draft', 'NEVER-APPROVED'); update document set body = 'NEVER-APPROVED' where id = 600; update review set note = 'NEVER-APPROVED'; delete from document where id = 600",
      );
      await settled(tree);
      for (const node of tree.nodes) {
        expect(
          await query(
            node.dsn,
            "select count(*)::int as n from tributary.messages_knowledge o where o::text like '%NEVER-APPROVED%'",
          ),
        ).toEqual([{ n: 0 }]);
        if (node.tier !== "district")
          expect(
            await query(
              node.dsn,
              "select count(*)::int as n from document d where d::text like '%NEVER-APPROVED%'",
            ),
          ).toEqual([{ n: 0 }]);
      }
    });

    test("messages of concurrent transactions, out of order of their numbers, are no fault", async () => {
      await using early = openApplication(tree.dsn("district-a"));
      await early.query("begin; insert into document values (610, 'approved', 'drawn first')");
      await query(tree.dsn("district-a"), "insert into document values (611, 'approved', 'committed first')");
      await settled(tree);
      await early.query("commit");
      await expectEqual();
      expect(await parked()).toEqual([]);
    });

    // Of every type, key and filter that the contract has, between majors and collations as far as this tree has them.
    test("verification calls it equal, table by table", async () => {
      const report = await verify(topology);
      const unequal = report.links.flatMap(({ tables }) =>
        tables.filter(({ verdict }) => verdict !== "equal"),
      );
      expect(unequal).toEqual([]);
      expect(report.strays).toEqual([]);
    });

    test("the application's schema may change", async () => {
      // The tiers above first: what a district sends must find its column.
      for (const { dsn } of [...tree.nodes].reverse())
        await query(dsn, "alter table document add column language text default 'en', drop column author");
      await query(
        tree.dsn("district-a"),
        "insert into document (id, status, language) values (620, 'approved', 'nl'); update document set language = 'fr' where id = 1",
      );
      await query(
        tree.dsn("district-a"),
        "create table measure_2027 partition of measure for values from ('2027-01-01') to ('2028-01-01')",
      );
      for (const { dsn } of uppers())
        await query(
          dsn,
          "create table measure_2027 partition of measure for values from ('2027-01-01') to ('2028-01-01')",
        );
      await query(tree.dsn("district-a"), "insert into measure_2027 values ('2027-05-01', 70, true, 1)");
      await expectEqual();
      await expect(query(tree.dsn("district-a"), "alter table document drop column status")).rejects.toThrow(
        /filter of table "public.document"/,
      );
    });
  });

  async function parked(): Promise<unknown[]> {
    const found = await Promise.all(
      tree.nodes.map((node) => query(node.dsn, "select relation, node, key, reason from tributary.parked")),
    );
    return found.flat();
  }
}
