/** Any role that may create in a schema of the DBA's search_path: functions and operators like PostgreSQL's own are never called. */
import { beforeAll, describe, expect, test } from "vitest";

import { formatDsn, parseDsn } from "../../src/domain/dsn.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { APPLICATION, as, Besieged, ENGINES } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { COMMANDS } from "../support/every-command.ts";
import { applyOnce, provision } from "../support/provision.ts";
import { castShadows, namesCalled } from "../support/shadows.ts";
import { query } from "../support/sql.ts";

const SETS = {
  knowledge: {
    tables: {
      "public.document": {
        where: "status = 'approved' and lower(title) <> 'secret' and coalesce(length(title), 0) < 100",
      },
      "public.pulse": {},
    },
  },
};

/** What every shadow calls: it is seen in the log, and tries to become superuser. It calls none itself. */
const SHADOW = `create function lair.shadow() returns void language plpgsql set search_path = pg_catalog as $shadow$ begin
  raise log 'seen shadow now user=% session=% super=%', current_user, session_user, (select rolsuper from pg_roles where rolname = current_user);
  begin create role evil_shadow superuser; raise log 'gained by shadow as %', current_user; exception when insufficient_privilege then null; end;
  end $shadow$`;

/** Statements of this test, which are not under attack. */
const pinned = (dsn: string): string => {
  const parts = parseDsn(dsn);
  return formatDsn({ ...parts, parameters: { ...parts.parameters, search_path: "pg_catalog" } });
};

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });
  const besieged = new Besieged(tree, pinned);
  let topology: Topology;
  const shadows = (): readonly unknown[] =>
    tree.nodes.flatMap(({ name }) => besieged.sightings(name, "shadow"));

  beforeAll(async () => {
    for (const { dsn } of tree.nodes) await query(dsn, `${APPLICATION}; ${SHADOW}`);
    ({ topology } = await provision(tree, SETS, {}, { monitor: { heartbeat: "1s" } }));
    await query(
      tree.dsn("district-a"),
      "insert into document values (1, 'approved', 'first'), (2, 'approved', 'Secret')",
    );
    await besieged.begin();
    await besieged.expectAlive();
    for (const { dsn } of tree.nodes) {
      await castShadows(pinned(dsn), "public", namesCalled());
      // As said by the DBA, for every session and every worker; and schema lair is anybody's.
      await query(pinned(dsn), "alter database slm set search_path = public, lair, pg_catalog");
    }
  });

  test("there are shadows enough, and whoever trusts the path meets one", async () => {
    const [row] = await query(
      pinned(tree.dsn("nation")),
      "select count(*)::int as n from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace",
    );
    expect(Number(row?.["n"])).toBeGreaterThan(500);
    await expect(as(tree, "nation", "clerk", "select lower('A'::text)")).rejects.toThrow(
      /a shadow of lower/u,
    );
    await expect(as(tree, "nation", "clerk", "select array_position(array['a'], 'a')")).rejects.toThrow(
      /a shadow/u,
    );
    await besieged.begin();
  });

  test.each(Object.keys(COMMANDS))("%s", async (name) => {
    await COMMANDS[name]?.(topology, {
      set: "knowledge",
      relation: "public.document",
      key: "1",
      node: "district-a",
    });
    expect(shadows()).toEqual([]);
  });

  test("a first copy, and everything made anew", async () => {
    await query(pinned(tree.dsn("nation")), "select tributary.doubt_rows('district-a', null)");
    await query(pinned(tree.dsn("district-a")), "alter table public.document disable trigger user");
    await applyOnce(topology);
    expect(shadows()).toEqual([]);
  });

  test("the application's writes, and the stream", async () => {
    await query(
      pinned(tree.dsn("district-a")),
      "set search_path = public, lair, pg_catalog; insert into public.document values (3, 'approved', 'third'), (4, 'draft', 'fourth'); alter table public.document add column later text",
    );
    await besieged.expectNothingGained();
    expect(shadows()).toEqual([]);
    expect(await query(pinned(tree.dsn("nation")), "select id from public.document order by id")).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
  });
});
