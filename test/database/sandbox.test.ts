import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { runningServers } from "../../src/sandbox/folder.ts";
import { isAlive } from "../../src/sandbox/postmaster.ts";
import { useTestTree } from "../support/cluster.ts";
import { query } from "../support/sql.ts";

describe("a tree of local clusters", () => {
  const tree = useTestTree({ districts: 2, regions: 1 });

  test("has one cluster for each node, each with its own identity and ready for pglogical", async () => {
    expect(tree.nodes.map((node) => [node.name, node.tier, node.upstream])).toEqual([
      ["district-a", "district", "east"],
      ["district-b", "district", "east"],
      ["east", "region", "nation"],
      ["nation", "nation", undefined],
    ]);
    const identities = await Promise.all(
      tree.nodes.map(({ dsn }) =>
        query(dsn, "select system_identifier::text as id from pg_control_system()"),
      ),
    );
    expect(new Set(identities.map(([row]) => row?.["id"])).size).toBe(4);
    const sql = "create extension pglogical; select current_setting('wal_level') as level";
    expect(await query(tree.dsn("nation"), sql)).toEqual([{ level: "logical" }]);
  });

  test("a cluster that is killed comes back with what was committed, on the same port", async () => {
    const { cluster, dsn } = tree.node("east");
    await query(dsn, "create table kept (id integer); insert into kept values (1)");
    const port = cluster.port;
    await cluster.kill();
    expect(cluster.isRunning()).toBe(false);
    await cluster.start();
    expect(cluster.port).toBe(port);
    expect(await query(dsn, "select * from kept")).toEqual([{ id: 1 }]);
  });

  test("a frozen cluster answers again after the thaw, and can be stopped while frozen", async () => {
    const { cluster, dsn } = tree.node("district-b");
    cluster.freeze();
    const answer = query(dsn, "select 1 as one");
    cluster.thaw();
    expect(await answer).toEqual([{ one: 1 }]);
    cluster.freeze();
    await cluster.stop("immediate");
    expect(cluster.isRunning()).toBe(false);
    await cluster.start();
  });
});

describe("the owner of a folder of clusters is killed", () => {
  test("and the servers stop and the folder goes", async () => {
    const script = path.resolve(import.meta.dirname, "../support/abandoned-cluster.ts");
    const owner = spawn(process.execPath, ["--import", "tsx", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(owner.stdout, "data")) as [Buffer];
    const folder = line.toString().trim();
    const [server] = runningServers(folder);
    expect(server?.name).toBe("orphan");
    owner.kill("SIGKILL");
    await eventually(() => (existsSync(folder) ? undefined : true), {
      timeoutMs: 20_000,
      what: "the folder is gone",
    });
    expect(isAlive(server?.postmaster ?? 0)).toBe(false);
  });
});
