/**
 * Districts whose databases have other encodings than the region's. Native replication carries those that can be converted; the
 * others are refused before anything is made for them.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { TEST_DATABASE, type TestTree, useTestTree } from "../../support/cluster.ts";
import { differences } from "../../support/equal.ts";
import { type Ended, runHere } from "../../support/in-process.ts";
import { planNow, provision, settled, topologyOf } from "../../support/provision.ts";
import { query } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES } from "./edge-tree.ts";

let made = 0;

/** The database of a node anew, with another encoding. The one before stays: dropping it may wait for pglogical for minutes. */
async function encode(tree: TestTree, node: string, encoding: string): Promise<void> {
  const maintenance = tree.cluster(node).dsn("postgres");
  made += 1;
  await query(maintenance, `alter database ${TEST_DATABASE} rename to before_${made}`);
  await query(
    maintenance,
    `create database ${TEST_DATABASE} template template0 encoding '${encoding}' locale 'C'`,
  );
}

describe.each(ENGINES)("refused with %s", (engine) => {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const sets = { knowledge: { tables: { "public.item": {} } } };

  test.each<readonly [below: string, above: string, node: string, message: RegExp, fix: string]>([
    ["SQL_ASCII", "UTF8", "district-a", /SQL_ASCII, which says of no byte .* needs UTF8/u, "--encoding=UTF8"],
    ...(engine === "native" ? [] : ["LATIN1", "WIN1252", "EUC_JP"]).map(
      (below) => [below, "UTF8", "district-a", /pglogical does not convert/u, '"engine: native"'] as const,
    ),
    ["UTF8", "LATIN1", "east", /LATIN1, needs UTF8 above UTF8/u, "--encoding=UTF8"],
    ["WIN1252", "LATIN1", "east", /LATIN1, needs UTF8 above WIN1252/u, "--encoding=UTF8"],
    ["LATIN1", "SQL_ASCII", "east", /SQL_ASCII, needs UTF8 above LATIN1/u, "--encoding=UTF8"],
  ])("%s under %s", async (below, above, node, message, fix) => {
    await encode(tree, "district-a", below);
    if (above !== "UTF8") for (const name of ["district-b", "east"]) await encode(tree, name, above);
    for (const { dsn } of tree.nodes)
      await query(dsn, "create table if not exists item (id int primary key)");
    const { steps, problems } = await planNow(await topologyOf(tree, sets), {});
    expect(
      problems.filter(({ severity, message: text }) => severity === "error" && text.includes("district-a →")),
    ).toMatchObject([
      {
        code: "encoding",
        node,
        message: expect.stringMatching(message) as string,
        fix: expect.stringContaining(fix) as string,
      },
    ]);
    const planned = steps.map(({ id }) => id);
    expect(planned).toContain("create-subscription east district-b");
    expect(planned).not.toContain("create-subscription east district-a");
  });
});

describe("carried by native replication", () => {
  const tree = useTestTree({ districts: 4, regions: 1, engine: "native" });
  const DISTRICTS = [
    ["district-a", "LATIN1", "£"],
    ["district-b", "WIN1252", "€"],
    ["district-c", "EUC_JP", "日本語ｱ①"],
    ["district-d", "UTF8", "🙂"],
  ] as const;
  const RELATION = "public.dépôt";
  const table = {
    table: 'public."dépôt"',
    relation: RELATION,
    where: "state = 'validé'",
    key: '"clé"',
    // The others are written in another order where they have another encoding.
    columns: '"clé", state, title, label, list, price, id',
  };
  const sets = { knowledge: { tables: { [RELATION]: { where: table.where } } } };
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
  const expectEqual = async (): Promise<void> => {
    await settled(tree);
    for (const node of ["east", "nation"])
      expect(await at(node, "select relation, key, reason from tributary.parked")).toEqual([]);
    expect(await differences(tree, [table])).toEqual([]);
    expect(await unequal()).toEqual([]);
  };
  const unequal = async (): Promise<readonly unknown[]> =>
    (await verify(await topologyOf(tree, sets), {}, { deep: true })).links.flatMap((link) =>
      link.tables.filter(({ verdict }) => verdict !== "equal"),
    );
  const row = (node: string, own: string, more = own): string =>
    `('ü${own} ${node}', 'validé', 'é ${more}', 'é${own}', '{"ab": {"${own}": 1, "zz": 2}, "é": [{"ü": 1, "a": "${more}"}]}', '''é''''x'':1A,3 ab:2 ${own}:4', array['"${own}', 'b', null], 12.5)`;

  beforeAll(async () => {
    for (const [node, encoding] of DISTRICTS) if (encoding !== "UTF8") await encode(tree, node, encoding);
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `create table "dépôt" ("clé" text primary key, state text, title text, label varchar(20), extra jsonb, words tsvector, list text[], price numeric,
           id uuid not null default gen_random_uuid())`,
      );
    for (const [node, , own] of DISTRICTS)
      await at(
        node,
        `insert into "dépôt" values ${row(node, own)}, ('a ${node}', 'validé', 'ascii', 'x', '{}', '', '{}', 1), ('ö ${node}', 'brouillon', '${own}', '', null, null, null, 2)`,
      );
    await provision(tree, sets);
  });

  test("the first copy", async () => {
    await expectEqual();
    // what UTF8 has in full, and what is not converted, needs no trigger
    const looks = DISTRICTS.map(async ([node]) => {
      const [found] = await at(
        node,
        "select count(*)::int as triggers from pg_trigger where tgname = 'tributary_write'",
      );
      return found?.["triggers"];
    });
    expect(await Promise.all(looks)).toEqual([0, 3, 3, 0]);
  });

  test("what is written afterwards, with keys beyond ASCII", async () => {
    for (const [node, , own] of DISTRICTS) {
      await at(node, `insert into "dépôt" values ${row(node, `${own}2`)}, ${row(node, `${own}3`)}`);
      await at(node, `update "dépôt" set title = '${own}ç' where title = 'ascii'`);
      await at(node, `update "dépôt" set state = 'validé' where "clé" = 'ö ${node}'`);
      await at(node, `update "dépôt" set "clé" = 'å${own} ${node}' where "clé" = 'ü${own}2 ${node}'`);
      await at(node, `update "dépôt" set state = 'brouillon' where "clé" = 'ü${own} ${node}'`);
      await at(node, `delete from "dépôt" where "clé" = 'ü${own}3 ${node}'`);
    }
    await expectEqual();
    expect(await at("nation", 'select count(*)::int as rows from "dépôt"')).toEqual([{ rows: 12 }]);
  });

  const run = async (...words: string[]): Promise<Ended> => {
    await topologyOf(tree, sets);
    return await runHere([...words, "--topology", `${tree.directory}/topology.yaml`]);
  };

  test("trace and repair find rows by keys beyond ASCII", async () => {
    for (const [node, , own] of DISTRICTS) {
      const traced = await run("trace", 'public."dépôt"', `å${own} ${node}`);
      expect(traced).toMatchObject({ code: 0, said: expect.stringContaining("nation") as string });
      await at(
        "east",
        `begin; set local session_replication_role = replica; update "dépôt" set title = 'x' where "clé" = 'å${own} ${node}'; commit`,
      );
    }
    expect((await run("verify")).code).not.toBe(0);
    expect(await run("repair", "--yes")).toMatchObject({ code: 0 });
    await expectEqual();
  });

  const HOLE = String.raw`E'\x81'`;
  const parkedAt = async (node: string): Promise<unknown> =>
    await at(node, "select kind, key, sqlstate, reason from tributary.parked order by id");

  test("characters that UTF8 does not have are parked above, and nothing else is", async () => {
    await at(
      "district-b",
      `update "dépôt" set title = case "clé" when 'a district-b' then 'bad ' || ${HOLE} else 'good' end where state = 'validé'`,
    );
    await settled(tree);
    const parked = [
      {
        kind: "patch",
        key: ["a district-b"],
        sqlstate: "22P05",
        reason: `column title of table public.dépôt has characters at node "district-b" that the encoding above does not have`,
      },
    ];
    expect([await parkedAt("east"), await parkedAt("nation")]).toEqual([parked, parked]);
    expect(await unequal()).toMatchObject([
      { relation: RELATION, verdict: "different", parked: 1, missing: 0, different: 0 },
    ]);
    expect((await run("parked")).said).toContain('Correct the text at "district-b"');
    // what else is written of the row waits with it, and it arrives by itself
    await at("district-b", `update "dépôt" set label = 'later' where "clé" = 'a district-b'`);
    await settled(tree);
    expect(await parkedAt("nation")).toEqual(parked);
    await at("district-b", `update "dépôt" set title = 'ça va' where "clé" = 'a district-b'`);
    await expectEqual();
  });

  test("so are keys with them, until they are gone", async () => {
    await at(
      "district-b",
      `insert into "dépôt" select 'k' || ${HOLE}, 'validé', 'x' union all select 'k2', 'validé', '€'`,
    );
    await settled(tree);
    expect(await parkedAt("nation")).toMatchObject([
      { kind: "put", key: [expect.stringMatching(/^k\\x81 [0-9a-f]{32}$/u) as string] },
    ]);
    expect(await at("nation", `select title from "dépôt" where "clé" = 'k2'`)).toEqual([{ title: "€" }]);
    expect(await unequal()).toMatchObject([
      { relation: RELATION, verdict: "different", parked: 1, missing: 0 },
    ]);
    // it can't come another way either
    await run("verify");
    expect(await run("repair", "--yes")).toMatchObject({
      said: expect.stringContaining("1 STILL DIFFERENT") as string,
    });
    expect(await parkedAt("nation")).toHaveLength(1);
    await at("district-b", `delete from "dépôt" where "clé" like 'k%'`);
    await expectEqual();
  });

  test("a first copy names the rows that have them", async () => {
    for (const { dsn } of tree.nodes) await query(dsn, "create table note (id int primary key, body text)");
    await at("district-b", `insert into note values (1, '€'), (2, ${HOLE}), (3, 'x' || ${HOLE})`);
    const both = { knowledge: { tables: { ...sets.knowledge.tables, "public.note": {} } } };
    await expect(provision(tree, both)).rejects.toThrow(
      /"district-b": 2 rows of public.note have characters .* first keys: \{2\}, \{3\}/u,
    );
    await at("district-b", "update note set body = 'x' where id > 1");
    await provision(tree, both);
    await settled(tree);
    expect(await differences(tree, [table, { table: "note", relation: "public.note", key: "id" }])).toEqual(
      [],
    );
  });
});

describe("a region of the district's encoding", () => {
  const tree = useTestTree({ districts: 1, regions: 1, engine: "native" });
  const table = { table: "item", relation: "public.item", key: "id" };
  const sets = { knowledge: { tables: { "public.item": {} } } };

  test("takes what the nation above cannot have", async () => {
    for (const node of ["district-a", "east"]) await encode(tree, node, "WIN1252");
    for (const { dsn } of tree.nodes) await query(dsn, "create table item (id int primary key, body text)");
    await query(tree.dsn("district-a"), "insert into item values (1, 'é€')");
    await provision(tree, sets);
    await query(
      tree.dsn("district-a"),
      String.raw`insert into item select i, case i % 2 when 0 then E'\x81' else '€' end from generate_series(2, 5) i`,
    );
    await settled(tree);
    expect(await query(tree.dsn("east"), "select from tributary.parked")).toEqual([]);
    expect(await query(tree.dsn("east"), "select count(*)::int as rows from item")).toEqual([{ rows: 5 }]);
    expect(await query(tree.dsn("nation"), "select key from tributary.parked order by id")).toEqual([
      { key: ["2"] },
      { key: ["4"] },
    ]);
    await query(tree.dsn("district-a"), "update item set body = 'é' where id in (2, 4)");
    await settled(tree);
    expect(await differences(tree, [table])).toEqual([]);
    const { steps } = await planNow(await topologyOf(tree, sets), {});
    expect(steps).toEqual([]);
    const report = await verify(await topologyOf(tree, sets));
    expect(report.verdict).toBe("equal");
  });
});
