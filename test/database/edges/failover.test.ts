/** A standby takes over that lacks what its primary had last: nothing is lost above, and nothing is taken away there. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { eventually } from "../../../src/sandbox/eventually.ts";
import { differences } from "../../support/equal.ts";
import { applyOnce, planNow, settled } from "../../support/provision.ts";
import { ENGINES, useEdgeTree } from "./edge-tree.ts";

const ITEM = { table: "public.item", relation: "public.item", where: "approved", key: "id" };

describe.each(ENGINES)("%s", (engine) => {
  const edge = useEdgeTree(
    engine,
    "create table public.item (id int primary key, approved boolean not null default true)",
    [ITEM],
  );
  const { write, at, tree } = edge;
  const count = async (node: string): Promise<number> =>
    Number((await at(node, "select count(*) as n from item"))[0]?.["n"]);

  beforeAll(async () => {
    await write("district-a", "insert into item select g from generate_series(1, 20) g");
    await write("district-b", "insert into item select g from generate_series(101, 110) g");
    await settled(tree);
  });

  /** What a standby is that was cut off: the server's files of now, brought up by a recovery that ends in a timeline of its own. */
  async function failOver(node: string, lost: () => Promise<void>): Promise<void> {
    const data = path.join(tree.cluster(node).directory, "data");
    const standby = `${data}.standby`;
    await tree.cluster(node).stop();
    execFileSync("cp", ["-a", data, standby]);
    await tree.cluster(node).start();
    await edge.apply();
    await lost();
    await tree.cluster(node).stop();
    rmSync(data, { recursive: true });
    execFileSync("mv", [standby, data]);
    execFileSync("cp", [
      "--attributes-only",
      "--preserve=ownership",
      path.join(data, "PG_VERSION"),
      path.join(data, "standby.signal"),
    ]);
    writeFileSync(path.join(data, "standby.signal"), "");
    await tree.cluster(node).start();
    await at(node, "select pg_promote()");
    await eventually(
      async () =>
        (await at(node, "select pg_is_in_recovery() as is_standby"))[0]?.["is_standby"] === false
          ? true
          : undefined,
      { timeoutMs: 60_000, what: "the standby is promoted" },
    );
  }

  /** Looks twice a second. */
  async function fewest(node: string, work: () => Promise<void>): Promise<number> {
    let least = await count(node);
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        least = Math.min(least, await count(node));
        await new Promise((done) => {
          setTimeout(done, 500);
        });
      }
    })();
    await work().finally(() => {
      isOver = true;
    });
    await looking;
    return Math.min(least, await count(node));
  }

  test("a region fails over, and lacks the last rows of a district", async () => {
    await failOver("east", async () => {
      await write("district-a", "insert into item select g from generate_series(21, 27) g");
      await settled(tree);
    });
    expect(await count("nation")).toBe(37);
    const { problems } = await planNow(await edge.topology(), {});
    expect(problems.map(({ code, message }) => `${code} ${message}`).join("\n")).toMatch(
      /node "east" runs on another server, or on another timeline of it.*The link district-a → east starts anew/,
    );
    // While a district is down, the nation keeps what it has of it, and what comes from others goes on.
    await tree.cluster("district-a").stop();
    const held = await fewest("nation", async () => {
      await expect(applyOnce(await edge.topology(), { nodes: ["nation"] })).rejects.toThrow(
        /in the name of "district-a" that "east" does not have.*not proven/,
      );
    });
    expect(held).toBe(37);
    await tree.cluster("district-a").start();
    const least = await fewest("nation", async () => {
      await edge.apply();
    });
    expect(least).toBe(37);
    await edge.expectEqual();
    expect([await count("east"), await count("nation")]).toEqual([37, 37]);
  });

  test("a nation fails over", async () => {
    await failOver("nation", async () => {
      await write(
        "district-b",
        "insert into item select g from generate_series(111, 117) g; delete from item where id = 101",
      );
      await settled(tree);
    });
    expect((await planNow(await edge.topology(), {})).problems.map(({ code }) => code)).toContain(
      "gap-in-stream",
    );
    await edge.apply();
    await edge.expectEqual();
    expect([await count("east"), await count("nation")]).toEqual([43, 43]);
  });

  test("a district fails over: its rows are what it has now", async () => {
    await failOver("district-b", async () => {
      await write("district-b", "insert into item select g from generate_series(118, 122) g");
      await settled(tree);
    });
    expect((await planNow(await edge.topology(), {})).problems.map(({ code }) => code)).toContain(
      "gap-in-stream",
    );
    await edge.apply();
    await edge.expectEqual();
    expect(await differences(tree, [ITEM])).toEqual([]);
    expect([await count("east"), await count("nation")]).toEqual([43, 43]);
  });
});
