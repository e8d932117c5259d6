import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { runningServers } from "../../src/sandbox/folder.ts";
import { isAlive } from "../../src/sandbox/postmaster.ts";
import { usePoc } from "../support/poc.ts";

const poc = usePoc();

interface Audit {
  site: string;
  table: string;
  district: string;
  counts: Record<"lost" | "stale" | "outdated" | "leaked", number>;
}

/** What is wrong, a line for each table of a district at a site. */
function faults(audits: readonly Audit[]): readonly string[] {
  return audits
    .filter(({ counts }) => Object.values(counts).some((count) => count > 0))
    .map(({ site, table, district, counts: { lost, stale, outdated, leaked } }) =>
      [site, table, district, lost, stale, outdated, leaked].join(" "),
    );
}

test("row filters lose what becomes approved, keep what is withdrawn or deleted, leak drafts, and report nothing", async () => {
  const { code, stdout, stderr } = await poc.tributary("poc", "demo", "--naive", "--json").finished;
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const { afterScenes, afterResync, reports, skipped } = JSON.parse(stdout) as {
    afterScenes: Audit[];
    afterResync: Audit[];
    reports: { status: string }[];
    skipped: number;
  };
  const above = (site: string, expected: readonly string[]): readonly string[] =>
    expected.map((line) => `${site} ${line}`);
  const east = ["document district-a 600 0 0 0", "document district-b 500 0 0 0"];
  const eastAttachments = ["attachment district-a 400 0 0 0", "attachment district-b 334 0 0 0"];
  const west = ["document district-c 500 60 0 0", "document district-d 0 40 0 0"];
  const westAttachments = ["attachment district-c 334 40 0 0", "attachment district-d 0 28 0 0"];
  const nation = [...east, ...west, ...eastAttachments, ...westAttachments];
  expect(faults(afterScenes)).toEqual([
    ...above("east", [...east, ...eastAttachments]),
    ...above("west", [...west, ...westAttachments]),
    ...above("nation", nation),
  ]);
  expect(faults(afterResync)).toEqual([
    ...above("east", [...east, "attachment district-a 0 0 0 40", "attachment district-b 734 0 0 0"]),
    ...above("west", [...west, ...westAttachments]),
    ...above(
      "nation",
      nation.filter((line) => !line.startsWith("attachment district-a")),
    ),
  ]);
  expect(reports).toHaveLength(7 * 6);
  // On a busy machine a worker may just be starting when it is looked at.
  const silent = reports.filter(({ status }) => status === "replicating");
  expect(silent.length).toBeGreaterThanOrEqual(7 * 6 - 2);
  expect(skipped).toBeGreaterThan(0);
  expect(existsSync(poc.place)).toBe(false);
});

test("SIGINT while it is set up leaves no server running", async () => {
  const { tool, finished } = poc.tributary("poc", "demo", "--naive");
  const setUp = new Promise<void>((resolve) => {
    tool.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("set up by hand")) resolve();
    });
  });
  await Promise.race([setUp, finished]);
  const servers = runningServers(poc.place);
  expect(servers).toHaveLength(7);
  tool.kill("SIGINT");
  expect((await finished).code).toBe(130);
  await eventually(() => (existsSync(poc.place) ? undefined : true), {
    timeoutMs: 30_000,
    what: "the folder is gone",
  });
  expect(servers.filter(({ postmaster }) => isAlive(postmaster))).toEqual([]);
});

test("--naive is for the demo", async () => {
  expect(await poc.tributary("poc", "up", "--naive").finished).toMatchObject({ code: 2 });
});
