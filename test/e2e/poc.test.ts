import { existsSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { runningServers } from "../../src/sandbox/folder.ts";
import { npmPrograms } from "../../src/sandbox/npm-postgres.ts";
import { isAlive } from "../../src/sandbox/postmaster.ts";
import { usePoc } from "../support/poc.ts";

const poc = usePoc();
const NPM = npmPrograms() ?? "npm ci has installed none";

/** Everything at every tier, and nothing left behind. Returns what the tool said to people. */
async function demoEndsEqual(...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await poc.tributary("poc", "demo", "--json", ...options).finished;
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const result = JSON.parse(stdout) as {
    equal: boolean;
    stages: { title: string; seconds: number }[];
    comparison: { table: string; district: string; tiers: { node: string; rows: number }[] }[];
  };
  expect(result.equal).toBe(true);
  expect(result.comparison).toHaveLength(12);
  for (const { tiers } of result.comparison) {
    expect(tiers.map(({ node }) => node).at(-1)).toBe("nation");
    expect(tiers[0]?.rows).toBeGreaterThan(0);
    expect(new Set(tiers.map(({ rows }) => rows)).size).toBe(1);
  }
  expect(existsSync(poc.place)).toBe(false);
  return stderr;
}

test("the demo ends with every tier equal, and leaves no server and no folder", async () => {
  expect(await demoEndsEqual()).toMatch(/PostgreSQL \d+\.\d+ with pglogical, /);
});

test("so it does on the npm package's PostgreSQL, with native replication", async () => {
  const said = await demoEndsEqual("--postgres", NPM);
  expect(said).toContain("without pglogical, so with native replication, as --postgres says");
});

test("a tree that is kept answers, keeps a second one away, and goes without a trace", async () => {
  const kept = await poc.tributary("poc", "up", "--postgres", NPM).finished;
  expect(kept).toMatchObject({ code: 0 });
  expect(kept.stderr).toContain("psql 'postgresql://postgres@127.0.0.1:");
  expect(runningServers(poc.place)).toHaveLength(7);

  const status = await poc.tributary("status", "--json", "-f", path.join(poc.place, "topology.yaml"))
    .finished;
  expect(JSON.parse(status.stdout)).toMatchObject({ project: "slm", healthy: true });

  const second = await poc.tributary("poc", "demo").finished;
  expect(second.code).toBe(4);
  expect(second.stderr).toContain("poc down");

  const down = await poc.tributary("poc", "down").finished;
  expect(down.code).toBe(0);
  expect(existsSync(poc.place)).toBe(false);
});

test.for(["SIGINT", "SIGKILL"] as const)("%s in the middle leaves no server running", async (signal) => {
  const { tool, finished } = poc.tributary("poc", "demo");
  await eventually(() => (runningServers(poc.place).length > 3 ? true : undefined), {
    timeoutMs: 60_000,
    what: "some servers run",
  });
  const servers = runningServers(poc.place);
  tool.kill(signal);
  const { code } = await finished;
  expect(code).toBe(signal === "SIGINT" ? 130 : null);
  await eventually(() => (existsSync(poc.place) ? undefined : true), {
    timeoutMs: 30_000,
    what: "the folder is gone",
  });
  expect(servers.filter(({ postmaster }) => isAlive(postmaster))).toEqual([]);
});

test("what pglogical does wrong cannot be shown without pglogical", async () => {
  const words = ["poc", "demo", "--naive", "--postgres", NPM];
  const { code, stderr } = await poc.tributary(...words).finished;
  expect(code).toBe(4);
  expect(stderr).toContain("poc demo --naive needs pglogical, and PostgreSQL 18");
  expect(existsSync(poc.place)).toBe(false);
});

test("a folder that is somebody else's is left alone", async () => {
  poc.place = poc.parent;
  const { code, stderr } = await poc.tributary("poc", "demo").finished;
  expect(code).toBe(2);
  expect(stderr).toContain("--directory");
  expect(existsSync(poc.parent)).toBe(true);
});
