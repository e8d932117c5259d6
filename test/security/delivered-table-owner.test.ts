/**
 * The owner of a delivered table above, who is no superuser: whatever runs code of his when a row arrives runs it as the delivery
 * role, and leaves nothing for whoever uses the session next. On every way by which rows come: the stream, parked rows that
 * are tried again, first copies, repairs.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { subtreeOf, type Topology } from "../../src/domain/topology.ts";
import type { Difference } from "../../src/domain/verification.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { APPLICATION, as, Besieged, ENGINES, grab, SETS } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { COMMANDS, repair } from "../support/every-command.ts";
import { applyOnce, provision, settled } from "../support/provision.ts";
import { query, type Row } from "../support/sql.ts";
import { tableOf, verify } from "../support/verify.ts";

/** What an owner does to his table, once it is delivered into; `trap()` is a function of his that gives true. */
const TRAPS: Readonly<Record<string, (table: string) => string>> = {
  checked: (table) => `alter table ${table} add check (lair.trap_checked(id)) not valid`,
  preset: (table) => `alter table ${table} alter column spare set default lair.trap_preset(7)::text`,
  ranged: () =>
    "alter domain lair.ranged add constraint sound check (lair.trap_ranged(length(value))) not valid",
  indexed: (table) => `create index on ${table} ((lair.trap_indexed(id)))`,
  partly: (table) => `create index on ${table} (id) where lair.trap_partly(id)`,
  generated: (table) =>
    `alter table ${table} add column made boolean generated always as (lair.trap_generated(id)) stored`,
  always: (table) =>
    `create trigger always before insert or update on ${table} for each row execute function lair.fire_always(); alter table ${table} enable always trigger always`,
  replica: (table) =>
    `create trigger replica after insert or update on ${table} for each row execute function lair.fire_replica(); alter table ${table} enable replica trigger replica`,
  stated: (table) =>
    `create trigger stated after insert or update on ${table} for each statement execute function lair.fire_stated(); alter table ${table} enable always trigger stated`,
  deferred: (table) =>
    `create constraint trigger deferred after insert or update on ${table} deferrable initially deferred for each row execute function lair.fire_deferred(); alter table ${table} enable always trigger deferred;
     create function lair.defer() returns trigger language plpgsql as $$ begin set constraints all deferred; return new; end $$;
     create trigger before_it before insert or update on ${table} for each row execute function lair.defer(); alter table ${table} enable always trigger before_it`,
  mooded: () =>
    `create function lair.to_mood(text) returns lair.mood language plpgsql as $$ begin perform lair.trap_mooded(1); return 'calm'; end $$;
     create cast (text as lair.mood) with function lair.to_mood(text)`,
  excluded: (table) =>
    `alter table ${table} add exclude using btree ((lair.trap_excluded(id)::int + id) with =)`,
  late: (table) =>
    `alter table ${table} add constraint late exclude using btree ((lair.trap_late(id)::int + id) with =) deferrable initially deferred`,
  hidden: (table) =>
    `create policy hidden on ${table} using (lair.trap_hidden(id)); alter table ${table} enable row level security; alter table ${table} force row level security`,
  ruled: (table) =>
    `create rule ruled as on update to ${table} do also select lair.trap_ruled(new.id); alter table ${table} enable always rule ruled`,
  swapped: (table) =>
    `alter table ${table} rename to swapped_away; create view ${table} as select * from public.swapped_away;
     create trigger instead instead of insert or update or delete on ${table} for each row execute function lair.fire_swapped()`,
};
const NAMES = Object.keys(TRAPS);
/** These keep rows from being delivered, or need a table of another kind: they have one each. All others are on one. */
const APART = ["deferred", "ruled", "swapped"];
const tableNamed = (name: string): string => `public.t_${APART.includes(name) ? name : "all"}`;
const TABLES = [...new Set(NAMES.map(tableNamed))];
const SOUND = TABLES.filter((table) => !table.endsWith("swapped"));

/** What must run when a row comes: else the test tries nothing. The others need not run at all. */
const MUST_TABLES = ["public.t_all"];
const MUST_RUN = ["checked", "preset", "ranged", "indexed", "generated", "always", "replica", "stated"];

const INNOCENT = TABLES.map(
  (
    table,
  ) => `create table ${table} (id int primary key, title text, mood lair.mood, width lair.ranged, spare text);
    alter table ${table} owner to mallory`,
).join(";\n");

const hostile = (name: string): string => `${grab(name)}
  create or replace function lair.trap_${name}(int) returns boolean language plpgsql immutable as $$ begin perform lair.${name}(); return true; end $$;
  create or replace function lair.fire_${name}() returns trigger language plpgsql as $$ begin perform lair.${name}(); return new; end $$;
  ${(TRAPS[name] ?? String)(tableNamed(name))}`;

const COLUMNS = ["id", "title", "mood", "width"];

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine });
  const besieged = new Besieged(tree);
  const above = ["east", "nation"];
  let topology: Topology;
  const mallory = (node: string, text: string): Promise<Row[]> => as(tree, node, "mallory", text);

  /** Approves a row in each table. */
  const approve = async (id: number): Promise<void> => {
    for (const table of TABLES)
      await query(
        tree.dsn("district-a"),
        `insert into ${table} (id, title, mood, width) values (${id}, 'a', 'calm', 'w') on conflict (id) do update set title = excluded.title || '${id}'`,
      );
  };
  /** Everyone who ran a function of mallory's is the delivery role, and no superuser. */
  const expectLowered = (names: readonly string[] = NAMES): void => {
    const sightings = above.flatMap((node) =>
      names.flatMap((name) =>
        besieged
          .sightings(node, name)
          .map(({ user, isSuperuser, when }) => ({ node, name, when, user, isSuperuser })),
      ),
    );
    expect(
      sightings.filter(
        // ANALYZE reads the expressions of indexes as their owner.
        ({ user, isSuperuser }) => isSuperuser || (user !== "tributary_slm_delivery" && user !== "mallory"),
      ),
    ).toEqual([]);
  };
  /** Delivered, or parked with its reason. */
  const expectKnown = async (id: number): Promise<void> => {
    for (const node of above)
      for (const name of TABLES)
        expect({
          node,
          name,
          known: (
            await query(
              tree.dsn(node),
              `select 1 from ${name} where id = ${id} union all select 1 from tributary.parked where relation = '${name}' and key = '{${id}}'`,
            )
          ).length,
        }).toEqual({ node, name, known: 1 });
  };

  beforeAll(async () => {
    const tables = Object.fromEntries(TABLES.map((table) => [table, { columns: COLUMNS }]));
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `${APPLICATION}; create type lair.mood as enum ('calm', 'tense'); alter type lair.mood owner to mallory;
         create domain lair.ranged as text; alter domain lair.ranged owner to mallory; ${INNOCENT}`,
      );
    ({ topology } = await provision(tree, {
      knowledge: { tables: { ...SETS.knowledge.tables, ...tables } },
    }));
    await approve(1);
    await settled(tree);
    // Else no ordinary role can DROP anything where the extension is.
    if (engine === "pglogical")
      for (const { dsn } of tree.nodes) await query(dsn, "grant usage on schema pglogical to public");
    for (const node of above)
      for (const name of NAMES)
        await mallory(node, hostile(name)).catch((error: Error) => {
          // It would run at commit, as whoever commits: Tributary does not let it be made where that is a superuser.
          if (name !== "deferred" || !error.message.includes("deferrable"))
            throw new Error(`${name} at ${node}: ${error.message}`);
        });
    await besieged.begin();
  });

  test("rows that the stream brings", async () => {
    await approve(2);
    await besieged.expectAlive();
    await query(
      tree.dsn("district-a"),
      TABLES.map((table) => `update ${table} set title = 'b' where id = 2`).join(";"),
    );
    await query(tree.dsn("district-a"), TABLES.map((table) => `delete from ${table} where id = 1`).join(";"));
    await besieged.expectAlive();
    for (const node of above)
      expect(MUST_RUN.filter((name) => besieged.sightings(node, name).length === 0)).toEqual([]);
    expectLowered();
    await besieged.expectNothingGained();
    await expectKnown(2);
  });

  test("what the delivery role left in the session stays there: the next rows arrive as they are", async () => {
    // Many rows in one message, which is another way through delivery, and several transactions.
    for (const table of TABLES)
      await query(
        tree.dsn("district-a"),
        `insert into ${table} (id, title, mood, width) select g, 'many', 'tense', 'w' from generate_series(10, 20) g`,
      );
    await besieged.expectAlive();
    expectLowered();
    await besieged.expectNothingGained();
    await expectKnown(15);
  });

  test("parked rows, tried again by themselves and by the command", async () => {
    await besieged.begin();
    for (const node of above)
      await mallory(
        node,
        SOUND.map((table) => `alter table ${table} add constraint low check (id < 1000) not valid`).join(";"),
      );
    await approve(1001);
    await besieged.expectAlive();
    const parked = (node: string): Promise<Row[]> =>
      query(tree.dsn(node), "select relation from tributary.parked where key = '{1001}'");
    expect((await parked("east")).length).toBeGreaterThanOrEqual(SOUND.length - 1);
    await besieged.begin();
    await mallory("east", SOUND.map((table) => `alter table ${table} drop constraint low`).join(";"));
    await eventually(
      async () => {
        await besieged.expectAlive();
        return (await parked("east")).length <= 2 ? true : undefined;
      },
      { timeoutMs: 60_000, what: "east has tried its parked rows again" },
    );
    expectLowered();
    await mallory("nation", SOUND.map((table) => `alter table ${table} drop constraint low`).join(";"));
    await COMMANDS["parked --retry"]?.(topology, { set: "", relation: "", key: "", node: "" });
    expect(MUST_RUN.filter((name) => besieged.sightings("nation", name).length === 0)).toEqual([]);
    expectLowered();
    await besieged.expectNothingGained();
    await expectKnown(1001);
  });

  test("first copies", async () => {
    // No table can be compared with a view, nor copied into it; a cast that makes other values of them is found.
    for (const node of above)
      await mallory(
        node,
        "drop view public.t_swapped; alter table public.swapped_away rename to t_swapped; drop rule ruled on public.t_ruled; drop cast (text as lair.mood)",
      );
    for (const [node, provider] of [
      ["east", "district-a"],
      ["nation", "east"],
    ] as const) {
      await query(
        tree.dsn(node),
        `set session_replication_role = replica; ${MUST_TABLES.map((table) => `delete from ${table} where id = 2; delete from tributary."provenance_${table}" where id = 2`).join("; ")};
         select tributary.doubt_rows('${provider}', null)`,
      );
      // That was a superuser, by hand.
      await besieged.begin();
    }
    await applyOnce(topology);
    expect(
      above.filter((node) => MUST_RUN.every((name) => besieged.sightings(node, name).length === 0)),
    ).toEqual([]);
    expectLowered();
    await besieged.expectNothingGained();
  });

  test("repairs", async () => {
    await besieged.begin();
    await query(
      tree.dsn("east"),
      `set session_replication_role = replica; ${MUST_TABLES.map((table) => `delete from ${table} where id between 11 and 13`).join("; ")}`,
    );
    await besieged.begin();
    await using sessions = new Sessions(topology.nodes);
    for (const table of MUST_TABLES) {
      const report = await verify(topology, { nodes: ["district-a"], tables: [table] });
      const rows: readonly Difference[] = tableOf(report, "district-a", table).rows;
      expect(subtreeOf(topology, "district-a")).toEqual(["district-a"]);
      expect(rows.length).toBeGreaterThanOrEqual(3);
      await repair(topology, sessions, { node: "district-a", set: "knowledge", relation: table }, rows);
    }
    expectLowered();
    await besieged.expectNothingGained();
  });

  test("commands that read or compare run nothing of it", async () => {
    await besieged.begin();
    const row = { set: "knowledge", relation: tableNamed("hidden"), key: "2", node: "district-a" };
    for (const name of ["status", "plan", "doctor", "verify", "trace"])
      await COMMANDS[name]?.(topology, row).catch((error: Error) =>
        expect(error.message).toMatch(/swapped/u),
      );
    expectLowered();
    await besieged.expectNothingGained();
  });

  test("rows of nobody below were not written in anybody's name", async () => {
    await settled(tree);
    for (const node of above)
      for (const table of MUST_TABLES)
        expect(
          await query(
            tree.dsn(node),
            `select id from ${table} except select id from generate_series(1, 1001) g(id)`,
          ),
        ).toEqual([]);
  });
});
