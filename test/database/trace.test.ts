/** Where a row is, and why it is not further: told of every place where it can stop. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { pathVerdict } from "../../src/cli/render/trace-verdict.ts";
import { isWell, renderTrace } from "../../src/cli/render/trace.ts";
import { standingsOf } from "../../src/cli/standings.ts";
import type { EngineKind, Topology } from "../../src/domain/topology.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import type { Trace } from "../../src/trace/report.ts";
import { trace } from "../../src/trace/trace.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query, type Row } from "../support/sql.ts";

const SETS = {
  knowledge: {
    tables: {
      "public.item": { where: "status = 'approved' and size between 1 and 9" },
      "public.kept": { where: "approved", on_leave: "keep" },
      "public.pair": {},
    },
  },
};

const ENGINES: readonly { readonly engine: EngineKind; readonly times: "on" | "off" }[] = [
  { engine: "pglogical", times: "on" },
  { engine: "native", times: "off" },
];

describe.each(ENGINES)("over $engine, with track_commit_timestamp $times", ({ engine, times }) => {
  const tree = useTestTree({
    districts: 2,
    regions: 1,
    engine,
    settings: { track_commit_timestamp: times },
  });
  let topology: Topology;
  const at = (node: string, text: string): Promise<Row[]> => query(tree.dsn(node), text);
  /** As if nobody had been looking. */
  const behindItsBack = (node: string, text: string): Promise<Row[]> =>
    at(node, `begin; set local session_replication_role = replica; ${text}; commit`);
  /** Runs it as one transaction; gives its number. */
  const transaction = async (node: string, text: string): Promise<string> => {
    await using application = openApplication(tree.dsn(node));
    await application.query(`begin; ${text}`);
    const [row] = await application.query("select pg_current_xact_id()::text as xid");
    await application.query("commit");
    return String(row?.["xid"]);
  };

  const follow = async (
    relation: string,
    key: string | readonly string[],
    how: { readonly at?: string; readonly pause?: () => Promise<void>; readonly topology?: Topology } = {},
  ): Promise<Trace> => {
    const seen = how.topology ?? topology;
    await using sessions = new Sessions(seen.nodes);
    const standings = (nodes: readonly string[]): ReturnType<typeof standingsOf> =>
      standingsOf(seen, { nodes, sessions });
    const tools = { sessions, standings, pause: how.pause ?? (async () => undefined) };
    return await trace(seen, tools, { relation, key: typeof key === "string" ? [key] : key }, how.at);
  };
  const sentences = (found: Trace): readonly string[] =>
    found.paths.map((path) => pathVerdict(found, path).sentence);
  const findings = (found: Trace): readonly unknown[] =>
    found.paths.map(({ hops }) =>
      hops.map(({ finding, cause }) => (cause === undefined ? finding : [finding, cause])),
    );

  beforeAll(async () => {
    for (const node of tree.nodes)
      await at(
        node.name,
        `create table item (id int primary key, status text, size int, title text);
         create table kept (id int primary key, approved bool, title text);
         create table pair (one text, "the other" timestamptz, note text, primary key (one, "the other"))`,
      );
    topology = (await provision(tree, SETS)).topology;
  });
  beforeEach(async () => {
    await settled(tree);
    for (const { name } of tree.nodes) {
      await behindItsBack(
        name,
        "delete from item; delete from kept; delete from pair; delete from tributary.parked",
      );
      if (name === "east" || name === "nation")
        for (const table of ["item", "kept", "pair"])
          await at(name, `delete from tributary."provenance_public.${table}"`);
    }
  });

  const approve = (node: string, id: number): Promise<string> =>
    transaction(node, `insert into item values (${id}, 'approved', 3, 'one')`);

  test("a row that is everywhere, with who wrote it", async () => {
    const xid = await approve("district-a", 1);
    await settled(tree);
    const found = await follow("public.item", "1");
    expect(findings(found)).toEqual([["equal", "equal"]]);
    expect(isWell(found)).toBe(true);
    const [place] = found.paths[0]?.places ?? [];
    expect(place).toMatchObject({ node: "district-a", isApproved: true, written: { xid } });
    expect(place?.written?.at === undefined).toBe(times === "off");
    expect(place?.messages[0]).toMatchObject({ kind: "put", xid });
    expect(sentences(found)).toEqual(["It is everywhere it should be: at district-a, east and nation."]);
    expect((await follow("public.item", "1", { at: "nation" })).paths[0]?.owner).toBe("district-a");
  });

  test("a key that is nowhere, and one that is none", async () => {
    const found = await follow("public.item", "404");
    expect(found).toMatchObject({ paths: [], silent: [] });
    expect(isWell(found)).toBe(true);
    expect(renderTrace(found)).toContain("No node that could be asked has it, or remembers it.");
    expect(sentences(await follow("public.item", "404", { at: "district-b" }))).toEqual(["It is nowhere."]);
    await expect(follow("public.item", "four")).rejects.toThrow('["four"] is no key of table "public.item"');
  });

  test("a draft, and what it fails", async () => {
    await at("district-a", "insert into item values (11, 'approved', null, 'one'), (12, 'draft', 10, 'two')");
    const found = await follow("public.item", "11");
    expect(found.paths[0]?.places[0]?.parts).toEqual([
      { condition: "status = 'approved'::text", answer: "true" },
      { condition: "size >= 1", answer: "null" },
      { condition: "size <= 9", answer: "null" },
    ]);
    expect(findings(found)).toEqual([["nothing", "nothing"]]);
    expect(sentences(found)).toEqual(["It is not approved, and is at district-a only, as it should be."]);
    const answers = (await follow("public.item", "12")).paths[0]?.places[0]?.parts.map(
      ({ answer }) => answer,
    );
    expect(answers).toEqual(["false", "true", "false"]);
  });

  test("withdrawn, and deleted: by which transaction", async () => {
    for (const id of [1, 2]) await approve("district-a", id);
    await settled(tree);
    const withdrawal = await transaction("district-a", "update item set status = 'draft' where id = 1");
    const deletion = await transaction("district-a", "delete from item where id = 2");
    await settled(tree);
    const [withdrawn] = sentences(await follow("public.item", "1"));
    expect(withdrawn).toMatch(
      new RegExp(`^It was withdrawn by transaction ${withdrawal} at .* at district-a only`, "u"),
    );
    const edit = await transaction("district-a", "update item set title = 'two' where id = 1");
    const edited = await follow("public.item", "1");
    expect(edited.paths[0]?.places[0]?.written?.xid).toBe(edit);
    expect(sentences(edited)[0]).toContain(
      `What had been sent of it was withdrawn by transaction ${withdrawal} at `,
    );
    const [deleted] = sentences(await follow("public.item", "2"));
    expect(deleted).toMatch(new RegExp(`^It is nowhere: it was deleted by transaction ${deletion} at `, "u"));
    await at("district-a", "truncate tributary.messages_knowledge");
    const found = await follow("public.item", "1", { at: "district-a" });
    expect(renderTrace(found)).toContain("its messages: none is kept");
  });

  test("what left the filter stays, where on_leave says so", async () => {
    await at("district-a", "insert into kept values (1, true, 'one')");
    await settled(tree);
    await at("district-a", "update kept set approved = false, title = 'two'");
    await settled(tree);
    const found = await follow("public.kept", "1");
    expect(findings(found)).toEqual([["kept", "kept"]]);
    expect(isWell(found)).toBe(true);
    expect(sentences(found)[0]).toContain("on_leave is keep");
  });

  test("a row of a table without filter, by a key of two columns", async () => {
    await at("district-b", "insert into pair values ('it''s [1]', '2026-11-21 12:00+00', 'one')");
    await settled(tree);
    const found = await follow("public.pair", ["it's [1]", "2026-11-21 13:00+01"]);
    expect(findings(found)).toEqual([["equal", "equal"]]);
    expect(found.paths[0]?.places[0]?.messages).toHaveLength(1);
    const short = await follow("public.pair", ["it's [1]"]);
    expect(short.silent).toHaveLength(4);
  });

  test("a parked row: it goes on to the tiers above", async () => {
    await at("east", "alter table item add constraint short check (length(title) < 6)");
    await at("district-a", "insert into item values (1, 'approved', 3, 'much too long')");
    await settled(tree);
    const found = await follow("public.item", "1");
    expect(findings(found)).toEqual([[["missing", "parked"], "equal"]]);
    expect(isWell(found)).toBe(false);
    expect(sentences(found)[0]).toMatch(/^It is not at east: east has parked it since .*short/u);
    await at("east", "alter table item drop constraint short");
  });

  test("a key that two nodes use", async () => {
    await approve("district-a", 1);
    await settled(tree);
    await approve("district-b", 1);
    await settled(tree);
    const found = await follow("public.item", "1");
    expect(found.paths.map(({ owner }) => owner)).toEqual(["district-a", "district-b"]);
    expect(findings(found)).toEqual([
      ["equal", "equal"],
      [
        ["missing", "parked"],
        ["missing", "parked"],
      ],
    ]);
    const only = await follow("public.item", "1", { at: "district-b" });
    expect(only.paths.map(({ owner }) => owner)).toEqual(["district-b"]);
    expect(renderTrace(only)).toContain("MISSING: a row of district-a has the key");
    await behindItsBack("east", "delete from tributary.parked");
    expect(sentences(await follow("public.item", "1", { at: "district-b" }))).toEqual([
      "It is not at east: the key is taken there by a row of district-a.",
    ]);
  });

  test("a row that a region wrote itself, and one of the root", async () => {
    await approve("east", 1);
    await at("nation", "insert into item values (50, 'draft', 3, 'one')");
    await settled(tree);
    const found = await follow("public.item", "1");
    expect(found.paths[0]).toMatchObject({ owner: "east", isWell: true });
    expect(found.paths[0]?.places.map(({ node }) => node)).toEqual(["east", "nation"]);
    expect(sentences(await follow("public.item", "50"))).toEqual([
      "It was written at nation, the root: it is where it should be.",
    ]);
  });

  test("what somebody changed, deleted or left behind above", async () => {
    for (const id of [1, 2]) await approve("district-a", id);
    await settled(tree);
    await behindItsBack(
      "nation",
      `update item set title = 'not so', size = 4 where id = 1; delete from item where id = 2;
       insert into item values (3, 'approved', 3, 'left'); insert into tributary."provenance_public.item" values (3, 'gone'), (4, 'district-a');
       insert into item values (4, 'approved', 3, 'too much')`,
    );
    const changed = await follow("public.item", "1");
    expect(findings(changed)).toEqual([["equal", ["different", "unexplained"]]]);
    expect(changed.paths[0]?.hops[1]?.columns).toEqual([
      { name: "size", below: "3", above: "4" },
      { name: "title", below: "one", above: "not so" },
    ]);
    expect(renderTrace(changed)).toContain("tributary emit public.item 1 --node district-a");
    expect(findings(await follow("public.item", "2"))).toEqual([["equal", ["missing", "unexplained"]]]);
    const left = await follow("public.item", "3");
    expect(isWell(left)).toBe(false);
    expect(sentences(left)[0]).toContain('It belongs to "gone", which is not in the topology');
    const extra = await follow("public.item", "4");
    expect(findings(extra)).toEqual([["nothing", ["extra", expect.any(String)]]]);
  });

  const halt = (isHalted: boolean): Promise<Row[]> => {
    const verb = isHalted ? "disable" : "enable";
    return at(
      "nation",
      engine === "native"
        ? `alter subscription slm_from_east ${verb}`
        : `select pglogical.alter_subscription_${verb}('slm_from_east', true)`,
    );
  };

  test("behind a subscriber that stands still", async () => {
    await approve("district-a", 1);
    await settled(tree);
    await halt(true);
    await approve("district-a", 2);
    await at("district-a", "delete from item where id = 1");
    const arrived = async (): Promise<true | undefined> =>
      JSON.stringify(await at("east", "select id from item")) === '[{"id":2}]' ? true : undefined;
    await eventually(arrived, { timeoutMs: 60_000, what: "both changes are at east" });
    const found = await follow("public.item", "2");
    expect(findings(found)).toEqual([["equal", ["missing", "link"]]]);
    expect(found.paths[0]?.hops[1]).toMatchObject({ passage: "after", standing: { state: "disabled" } });
    expect(found.paths[0]?.hops[1]?.waitingBytes).toBeGreaterThan(0);
    expect(sentences(found)).toEqual(["It is not at nation: the subscription is disabled."]);
    expect(renderTrace(found)).toContain("committed AFTER what has arrived here");
    expect(sentences(await follow("public.item", "1"))).toEqual([
      "It is still at nation: the subscription is disabled.",
    ]);
    await halt(false);
    await settled(tree);
    expect(isWell(await follow("public.item", "2"))).toBe(true);
  });

  test("on its way: at what pace, and when it will be there", async () => {
    await approve("district-a", 1);
    await settled(tree);
    const confirmed = async (): Promise<number> => {
      const [slot] = await at(
        "district-a",
        "select (confirmed_flush_lsn - '0/0')::float8 as position from pg_replication_slots",
      );
      return Number(slot?.["position"]);
    };
    await using holder = openApplication(tree.dsn("east"));
    const hold = (): Promise<Row[]> => holder.query("begin; select from item where id = 1 for update");
    await hold();
    await at("district-a", "update item set title = 'two'");
    const standing = await follow("public.item", "1");
    expect(findings(standing)).toEqual([
      [
        ["different", "way"],
        ["different", "below"],
      ],
    ]);
    expect(sentences(standing)[0]).toContain("at present nothing moves");
    const found = await follow("public.item", "1", {
      pause: async () => {
        const before = await confirmed();
        await holder.query("commit");
        const hasMoved = async (): Promise<true | undefined> =>
          (await confirmed()) > before ? true : undefined;
        await eventually(hasMoved, { timeoutMs: 60_000, what: "the first change is confirmed" });
        await hold();
        await at("district-a", "update item set title = 'three'");
      },
    });
    const hop = found.paths[0]?.hops[0];
    expect(hop).toMatchObject({ finding: "different", cause: "way", standing: { state: "replicating" } });
    expect(hop?.bytesPerSecond).toBeGreaterThan(0);
    expect(hop?.seconds).toBeGreaterThan(0);
    expect(sentences(found)[0]).toMatch(/other values: it is on its way, and there in about \d+ s/u);
    await holder.query("rollback");
    await settled(tree);
    expect(isWell(await follow("public.item", "1"))).toBe(true);
  });

  test("nodes that are down are part of the answer", async () => {
    await approve("district-a", 1);
    await settled(tree);
    const without = (name: string): Topology => ({
      ...topology,
      nodes: topology.nodes.map((node) =>
        node.name === name ? { ...node, dsn: "postgresql://postgres@127.0.0.1:1/slm" } : node,
      ),
    });
    const noOwner = await follow("public.item", "1", { topology: without("district-a") });
    expect(findings(noOwner)).toEqual([["unknown", "equal"]]);
    expect(isWell(noOwner)).toBe(false);
    expect(sentences(noOwner)[0]).toMatch(
      /^It is at east and nation. Of "district-a" nothing is known: not reachable: /u,
    );
    const noRegion = await follow("public.item", "1", { topology: without("east") });
    expect(findings(noRegion)).toEqual([["unknown", "equal"]]);
    const nobody = await follow("public.item", "404", { topology: without("district-b") });
    expect(isWell(nobody)).toBe(false);
    expect(renderTrace(nobody)).toContain("Of these nodes nothing is known:\n  district-b: not reachable: ");
  });
});
