/**
 * Interrupted is normal: wherever the tool or a server is killed, one more apply finishes the work, rows are equal at all
 * tiers, and taking everything out leaves nothing behind.
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import type { StepEvent } from "../../src/apply/event.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { type TreeShape, useTestTree } from "../support/cluster.ts";
import { KillList, type KillPoint, type Strike, useTool } from "../support/kill.ts";
import { openApplication, query } from "../support/sql.ts";
import {
  faults,
  leftovers,
  type PlannedSteps,
  prepareDistricts,
  removal,
  schemaOf,
  work,
  writeTopology,
} from "../support/walk.ts";

/** Strikes at every kind of step. */
export function proveInterruptible(how: Pick<TreeShape, "engine" | "majors">): void {
  // A second district would have the same steps once more.
  const tree = useTestTree({ districts: 1, regions: 1, ...how });
  const tool = useTool();
  const untouched = new Map<string, string>();
  const kills: Promise<void>[] = [];
  let file = "";
  let turn = 0;

  /** What the tool may say to a server that was killed: lost connection, failed step, too long. */
  const MAY_SAY = [5, 7, 8];

  const applying = (): readonly string[] => ["apply", "--yes", "--json", "-f", file, "--timeout", "30"];

  beforeAll(async () => {
    await prepareDistricts(tree, 2000);
    for (const node of tree.nodes) untouched.set(node.name, await schemaOf(node));
    file = writeTopology(tree);
  });

  /** Servers that know nothing of Tributary, and no tables above the districts. */
  async function startAnew(): Promise<void> {
    await tool.succeed(removal(tree, file));
    const tables = "public.attachment, public.document, public.category";
    for (const { dsn } of tree.nodes.filter(({ tier }) => tier !== "district"))
      await query(dsn, `drop table if exists ${tables}`);
  }

  /** People go on working at the districts, whatever happens to the tool. */
  async function workOn(): Promise<void> {
    turn += 1;
    await work(tree.node("district-a"), turn);
  }

  /** Servers that were killed come back. */
  async function startServers(): Promise<void> {
    await Promise.all(kills.splice(0));
    await Promise.all(tree.nodes.map(({ cluster }) => cluster.start()));
  }

  /** Runs a command again and again, struck each time at the first point of the list that it comes to, until it finishes. */
  async function strikeAlong(words: readonly string[], list: KillList): Promise<void> {
    for (;;) {
      const struck = list.used.length;
      const { code, stderr } = await tool.run(words, { onEvent: list.forOneRun() });
      await startServers();
      const isStruck = list.used.length > struck;
      if (code !== 0 && !(isStruck && (code === null || MAY_SAY.includes(code))))
        throw new Error(
          `tributary ${words.join(" ")} after ${list.used.at(-1)}: exit code ${code}\n${stderr}`,
        );
      if (!isStruck) return;
      await workOn();
    }
  }

  /** What is left on the servers, and where the application's schema is not as it was. */
  async function traces(): Promise<readonly string[]> {
    const found = (await Promise.all(tree.nodes.map(leftovers))).flat();
    for (const node of tree.nodes.filter(({ tier }) => tier === "district"))
      if ((await schemaOf(node)) !== untouched.get(node.name)) found.push(`${node.name}: another schema`);
    return found;
  }

  const kindOf = (step: string): string => step.split(" ")[0] ?? "";
  const stepAt = (point: KillPoint): string => point.slice(point.indexOf(" ") + 1);

  /** The first step of each kind. */
  function firstOfKind(steps: readonly string[]): readonly string[] {
    return steps.filter(
      (step, index) => steps.findIndex((other) => kindOf(other) === kindOf(step)) === index,
    );
  }

  describe("the tool is killed", () => {
    // Steps of one kind are one piece of code, whatever node or table they are for.
    test("at every kind of step of an apply", async () => {
      await startAnew();
      const { steps } = await tool.json<PlannedSteps>(["plan", "-f", file]);
      const ids = steps.map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(30);
      const slow = ids.filter((id) =>
        ["create-subscription", "seed-table", "open-link"].includes(kindOf(id)),
      );
      const points: readonly KillPoint[] = [
        ...firstOfKind(ids).map((id): KillPoint => `started ${id}`),
        ...slow.map((id): KillPoint => `progress ${id}`),
        // Elsewhere a step that is done leaves what the start of the next one finds.
        ...firstOfKind(slow).map((id): KillPoint => `done ${id}`),
      ];
      const list = new KillList(points.map((at) => ({ at })));
      await strikeAlong(applying(), list);
      const struck = new Set(list.used.map((point) => kindOf(stepAt(point))));
      expect(ids.filter((id) => !struck.has(kindOf(id)))).toEqual([]);
      expect(await faults(tool, tree, file)).toEqual([]);
    });

    test("at every kind of step of a removal", async () => {
      const seen = new Set<string>();
      const strikeAtNew = (): ((event: StepEvent, process: ChildProcess) => void) => {
        let isSpent = false;
        return ({ status, step }, process) => {
          if (isSpent || status !== "started" || seen.has(kindOf(step))) return;
          isSpent = process.kill("SIGKILL");
          seen.add(kindOf(step));
        };
      };
      for (let before = -1; seen.size > before;) {
        before = seen.size;
        const { code } = await tool.run(removal(tree, file), { onEvent: strikeAtNew() });
        expect([null, 0]).toContain(code);
      }
      expect(seen.size).toBeGreaterThanOrEqual(7);
      expect(await traces()).toEqual([]);
    });

    test("while it waits for a lock", async () => {
      await startAnew();
      const tablesAreThere = new KillList([{ at: "started deliver-table nation public.category" }]);
      await tool.run(applying(), { onEvent: tablesAreThere.forOneRun() });
      const locks: readonly (readonly [node: string, table: string])[] = [
        ["nation", "public.document"],
        ["district-a", "public.document"],
        ["east", how.engine === "native" ? "pg_catalog.pg_subscription" : "pglogical.subscription"],
        ["nation", "public.category"],
      ];
      for (const [node, table] of locks) await killWhileWaiting(node, table);
      await tool.succeed(applying());
      expect(await faults(tool, tree, file)).toEqual([]);
    });

    /** Holds a lock that the tool comes to need, and kills the tool when it waits for it. */
    async function killWhileWaiting(node: string, table: string): Promise<void> {
      await using application = openApplication(tree.dsn(node));
      await application.query(`begin; lock table ${table} in share row exclusive mode`);
      let process: ChildProcess | undefined;
      const run = tool.run(applying(), { onStart: (started) => (process = started) });
      const waiting = `select 1 from pg_locks join pg_stat_activity using (pid)
      where relation = '${table}'::regclass and not granted and application_name = 'tributary'`;
      await eventually(async () => ((await query(tree.dsn(node), waiting)).length > 0 ? true : undefined), {
        timeoutMs: 60_000,
        what: `the tool waits for ${table} at ${node}`,
      });
      process?.kill("SIGKILL");
      expect((await run).code).toBe(null);
      await application.query("rollback");
    }
  });

  describe("a server is killed", () => {
    const strike = (at: KillPoint, node: string): Strike => ({
      at,
      how: () => void kills.push(tree.cluster(node).kill()),
    });

    test("the provider or the subscriber, at each kind of step", async () => {
      await startAnew();
      const list = new KillList([
        strike("started install-schema district-a", "district-a"),
        strike("started capture-table district-a public.document", "district-a"),
        strike("started create-subscription east district-a", "district-a"),
        strike("started create-subscription east district-a", "east"),
        strike("started seed-table east district-a public.document", "district-a"),
        strike("started seed-table east district-a public.document", "east"),
        strike("progress seed-table east district-a public.document", "district-a"),
        strike("started open-link east district-a", "district-a"),
        strike("started open-link east district-a", "east"),
        strike("progress open-link east district-a", "east"),
        strike("started create-subscription nation east", "east"),
        strike("started seed-table nation east public.document", "nation"),
        strike("progress seed-table nation east public.document", "east"),
        strike("started open-link nation east", "nation"),
      ]);
      await strikeAlong(applying(), list);
      expect(list.used.length).toBeGreaterThan(10);
      expect(await faults(tool, tree, file)).toEqual([]);
    });

    test("while nodes are taken out", async () => {
      await tool.succeed(applying());
      const list = new KillList([
        strike("started drop-subscription east district-a", "east"),
        strike("started drop-capture district-a public.document", "district-a"),
        strike("started drop-schema district-a", "district-a"),
      ]);
      await strikeAlong(removal(tree, file), list);
      // What a run comes to beside a server that is just dying, it does.
      expect(list.used.length).toBeGreaterThan(0);
      expect(await traces()).toEqual([]);
    });
  });

  describe("the operator interrupts", () => {
    test("what runs is finished, the journal tells, and the same command goes on", async () => {
      await startAnew();
      let isSent = false;
      const { code, stderr, events } = await tool.run(applying(), {
        onEvent: ({ step, status }, process) => {
          if (isSent || status !== "started" || !step.startsWith("install-schema")) return;
          isSent = process.kill("SIGINT");
        },
      });
      expect(code).toBe(130);
      expect(stderr).toContain("Run the same command again");
      expect(events.filter(({ status }) => status === "failed")).toEqual([]);
      const journal = readFileSync(`${file}.journal.jsonl`, "utf8").trimEnd().split("\n");
      expect(JSON.parse(journal.at(-1) ?? "")).toMatchObject({ summary: { failed: 0 }, interrupted: true });
      await tool.succeed(applying());
      await tool.succeed(removal(tree, file));
      expect(await traces()).toEqual([]);
    });
  });
}
