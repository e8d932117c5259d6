/** Shared rows over two regions, as a tree lives: the rule is turned on and off, districts join and leave, rows are traced. */
import { beforeAll, describe, expect, test } from "vitest";

import { standingsOf } from "../../../src/cli/standings.ts";
import { Sessions } from "../../../src/postgres/sessions.ts";
import { eventually } from "../../../src/sandbox/eventually.ts";
import { straysOf } from "../../../src/verify/strays.ts";
import { isWell } from "../../../src/cli/render/trace.ts";
import { trace } from "../../../src/trace/trace.ts";
import { useTestTree } from "../../support/cluster.ts";
import { differences } from "../../support/equal.ts";
import { applyOnce, planNow, provision, settled, topologyOf } from "../../support/provision.ts";
import { openApplication, query } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";
import { ENGINES } from "./edge-tree.ts";

const COUNTRY = { table: "public.country", relation: "public.country", key: "code", shared: true };

// district-a and district-c are below east, district-b is below west
describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 3, regions: 2, engine });
  const setsOf = (shared: boolean): unknown => ({
    knowledge: { tables: { "public.country": shared ? { shared } : {} } },
  });
  const shared = setsOf(true);
  const districts = ["district-a", "district-b", "district-c"];
  const at = (node: string, text: string): ReturnType<typeof query> => query(tree.dsn(node), text);
  const write = async (nodes: readonly string[], text: string): Promise<void> => {
    for (const node of nodes) {
      await using application = openApplication(tree.dsn(node));
      await application.query(text);
    }
  };
  const uppers = ["east", "west", "nation"];
  const parked = async (): Promise<readonly string[]> => {
    await settled(tree);
    const found = await Promise.all(
      uppers.map((node) => at(node, "select node, key[1] as key from tributary.parked")),
    );
    return found.flatMap((rows, index) =>
      rows.map((row) => `${uppers[index] ?? ""}: ${String(row["key"])} of ${String(row["node"])}`),
    );
  };
  const named = async (code: string): Promise<unknown> => {
    const found = await Promise.all(
      uppers.map((node) => at(node, `select name from country where code = '${code}'`)),
    );
    return found.map(([row]) => row?.["name"]);
  };
  const ownersAt = async (node: string, code: string): Promise<unknown> =>
    (
      await at(
        node,
        `select tributary_owner from tributary."provenance_public.country" where code = '${code}' order by 1`,
      )
    ).map((row) => row["tributary_owner"]);
  const expectEqual = async (): Promise<void> => {
    expect(await parked()).toEqual([]);
    expect(await differences(tree, [COUNTRY])).toEqual([]);
    expect(await verify(await topologyOf(tree, shared))).toMatchObject({ verdict: "equal", strays: [] });
  };

  beforeAll(async () => {
    for (const { name } of tree.nodes)
      await at(name, "create table country (code text primary key, name text)");
    await write(
      districts,
      "insert into country values ('fr', 'France'), ('de', 'Germany'), ('it', 'Italy'), ('es', 'Spain'), ('pt', 'Portugal')",
    );
    await write(["district-c"], "update country set name = 'España' where code = 'es'");
    await provision(tree, setsOf(false));
  });

  test("without the rule, the rows of all but the first are parked; with it, they go in", async () => {
    expect(await parked()).toHaveLength(5 + 5);
    await write(["district-b"], "insert into country values ('at', 'Austria')");
    const { plan } = await provision(tree, shared);
    expect(plan.steps.filter(({ kind }) => kind === "deliver-table")).toHaveLength(3);
    expect(await parked()).toEqual(["east: es of district-c"]);
    await write(["district-c"], "update country set name = 'Spain' where code = 'es'");
    await expectEqual();
    expect(await ownersAt("nation", "es")).toEqual(districts);
    expect(await ownersAt("east", "es")).toEqual(["district-a", "district-c"]);
    expect(await ownersAt("west", "es")).toEqual(["district-b"]);
    expect((await planNow(await topologyOf(tree, shared), {})).steps).toEqual([]);
  });

  test("each tier changes the row when all below it have changed it", async () => {
    const rename = "update country set name = 'Deutschland' where code = 'de'";
    await write(["district-b"], rename);
    await settled(tree);
    expect(await named("de")).toEqual(["Germany", "Deutschland", "Germany"]);
    await write(["district-c"], rename);
    expect(await parked()).toEqual([
      "east: de of district-c",
      "nation: de of district-b",
      "nation: de of district-c",
    ]);
    await write(["district-a"], rename);
    await expectEqual();
    expect(await named("de")).toEqual(["Deutschland", "Deutschland", "Deutschland"]);
  });

  test("two owners that change it to something else wait for each other, until one of them drops it", async () => {
    await write(["district-a", "district-c"], "update country set name = 'Italia' where code = 'it'");
    await write(["district-b"], "update country set name = 'Italien' where code = 'it'");
    await settled(tree);
    expect(await named("it")).toEqual(["Italia", "Italien", "Italy"]);
    await write(["district-b"], "delete from country where code = 'it'");
    await expectEqual();
    expect(await named("it")).toEqual(["Italia", undefined, "Italia"]);
  });

  test("a row is traced for each of its owners", async () => {
    const topology = await topologyOf(tree, shared);
    await using sessions = new Sessions(topology.nodes);
    const follow = (key: string): ReturnType<typeof trace> =>
      trace(
        topology,
        {
          sessions,
          standings: (nodes) => standingsOf(topology, { nodes, sessions }),
          pause: async () => undefined,
        },
        { relation: "public.country", key: [key] },
      );
    const found = await follow("fr");
    expect(found.paths.map(({ owner, hops }) => [owner, ...hops.map(({ finding }) => finding)])).toEqual(
      districts.map((owner) => [owner, "equal", "equal"]),
    );
    expect(isWell(found)).toBe(true);
    await write(["district-a"], "update country set name = 'FR' where code = 'fr'");
    await settled(tree);
    const waiting = await follow("fr");
    expect(
      waiting.paths.map(({ owner, hops }) => [owner, ...hops.map(({ finding, cause }) => cause ?? finding)]),
    ).toEqual([
      ["district-a", "parked", "parked"],
      ["district-b", "equal", "equal"],
      ["district-c", "equal", "equal"],
    ]);
    await write(["district-a"], "update country set name = 'France' where code = 'fr'");
    await expectEqual();
  });

  test("the rule is not turned off while rows have several owners", async () => {
    const topology = await topologyOf(tree, setsOf(false));
    const { steps, problems } = await planNow(topology, {});
    expect(problems).toMatchObject([
      {
        code: "rows-still-shared",
        node: "nation",
        message: expect.stringContaining("has 5 rows that several nodes own") as string,
      },
      { code: "rows-still-shared", node: "east", message: expect.stringContaining("has 5 rows") as string },
    ]);
    expect(steps.map(({ id }) => id)).toEqual([
      "deliver-table west public.country",
      "seed-table west district-b public.country",
      "open-link west district-b",
    ]);
    await expect(
      at("nation", "select tributary.deliver_table('knowledge', 'country', null, 'refuse')"),
    ).rejects.toThrow(/has 5 rows here that several nodes own/u);
  });

  test("a district that has left has no say, and its rows stay", async () => {
    const whole = await topologyOf(tree, shared);
    await applyOnce(whole, { remove: ["district-c"] });
    const rest = { ...whole, nodes: whole.nodes.filter(({ name }) => name !== "district-c") };
    await applyOnce(rest);
    const rename =
      "update country set name = 'Republik' where code = 'at'; update country set name = 'Portugal!' where code = 'pt'";
    await write(["district-a", "district-b"], rename);
    await eventually(
      async () => (JSON.stringify(await named("pt")).match(/Portugal!/gu)?.length === 3 ? true : undefined),
      { timeoutMs: 20_000, what: "the row has changed everywhere" },
    );
    expect(await ownersAt("nation", "pt")).toEqual(districts);
    await using sessions = new Sessions(rest.nodes);
    expect(await straysOf(rest, await sessions.get("nation"), undefined)).toMatchObject([
      { node: "nation", owner: "district-c", rows: 5 },
    ]);
  });

  test("and comes back: what it has of its own is there at once, what differs waits", async () => {
    await write(["district-c"], "insert into country values ('at', 'Republik')");
    await provision(tree, shared);
    expect(await parked()).toEqual(["east: pt of district-c", "nation: pt of district-c"]);
    await write(["district-c"], "update country set name = 'Portugal!' where code = 'pt'");
    await expectEqual();
    expect(await ownersAt("nation", "at")).toEqual(["district-b", "district-c"]);
  });

  test("the rule is turned off once each row has one owner", async () => {
    await write(["district-b", "district-c"], "delete from country");
    await expectEqual();
    await provision(tree, setsOf(false));
    await write(["district-a"], "update country set name = lower(name)");
    await settled(tree);
    expect(await named("fr")).toEqual(["france", undefined, "france"]);
    await write(["district-b"], "insert into country values ('fr', 'france')");
    expect(await parked()).toEqual(["nation: fr of district-b"]);
  });
});
