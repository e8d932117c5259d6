import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { runningServers } from "../../src/sandbox/folder.ts";
import { isAlive } from "../../src/sandbox/postmaster.ts";

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly tool: ChildProcess;
  readonly finished: Promise<Finished>;
}

const ROOT = path.resolve(import.meta.dirname, "../..");

let parent: string;
let place: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), "tributary-test-poc-"));
  // The servers may run as another user, who has to get through.
  chmodSync(parent, 0o755);
  place = path.join(parent, "tree");
});
afterEach(async () => {
  await tributary("poc", "down").finished;
  rmSync(parent, { recursive: true, force: true });
});

function tributary(...words: readonly string[]): Started {
  const where = words[0] === "poc" ? ["--directory", place] : [];
  const binaries = process.env["TEST_PG_BIN"];
  const postgres = binaries === undefined || words[1] === "down" ? [] : ["--postgres", binaries];
  const programArguments = [
    "--import",
    "tsx",
    "src/cli/main.ts",
    ...words,
    ...where,
    ...(where.length > 0 ? postgres : []),
  ];
  const tool = spawn(process.execPath, programArguments, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  tool.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  tool.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const finished = once(tool, "close").then(([code]): Finished => ({
    code: code as number | null,
    ...output,
  }));
  return { tool, finished };
}

test("the demo ends with every tier equal, and leaves no server and no folder", async () => {
  const { code, stdout, stderr } = await tributary("poc", "demo", "--json").finished;
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
  expect(result.stages.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(60);
  expect(existsSync(place)).toBe(false);
});

test("a tree that is kept answers, keeps a second one away, and goes without a trace", async () => {
  const kept = await tributary("poc", "up").finished;
  expect(kept).toMatchObject({ code: 0 });
  expect(kept.stderr).toContain("psql 'postgresql://postgres@127.0.0.1:");
  expect(runningServers(place)).toHaveLength(7);

  const status = await tributary("status", "--json", "-f", path.join(place, "topology.yaml")).finished;
  expect(JSON.parse(status.stdout)).toMatchObject({ project: "slm", healthy: true });

  const second = await tributary("poc", "demo").finished;
  expect(second.code).toBe(4);
  expect(second.stderr).toContain("poc down");

  const down = await tributary("poc", "down").finished;
  expect(down.code).toBe(0);
  expect(existsSync(place)).toBe(false);
});

test.for(["SIGINT", "SIGKILL"] as const)("%s in the middle leaves no server running", async (signal) => {
  const { tool, finished } = tributary("poc", "demo");
  await eventually(() => (runningServers(place).length > 3 ? true : undefined), {
    timeoutMs: 60_000,
    what: "some servers run",
  });
  const servers = runningServers(place);
  tool.kill(signal);
  const { code } = await finished;
  expect(code).toBe(signal === "SIGINT" ? 130 : null);
  await eventually(() => (existsSync(place) ? undefined : true), {
    timeoutMs: 30_000,
    what: "the folder is gone",
  });
  expect(servers.filter(({ postmaster }) => isAlive(postmaster))).toEqual([]);
});

test("a folder that is somebody else's is left alone", async () => {
  place = parent;
  const { code, stderr } = await tributary("poc", "demo").finished;
  expect(code).toBe(2);
  expect(stderr).toContain("--directory");
  expect(existsSync(parent)).toBe(true);
});
