import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import {
  ConnectionError,
  DeadlineError,
  DriftError,
  Interrupted,
  StepError,
  UsageError,
} from "../domain/errors.ts";
import type { Plan, Step } from "../domain/step.ts";
import type { Progress } from "../engine/engine.ts";
import { StatementError } from "../postgres/errors.ts";
import type { Query } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { applyPlan } from "./apply.ts";
import type { StepEvent } from "./event.ts";
import { expectSameWorld } from "./fingerprint-gate.ts";
import { journalFile, openJournal } from "./journal.ts";
import type { ApplyTools, Steps } from "./tools.ts";

const step = (node: string, name: string, after: readonly string[] = []): Step => ({
  id: `drop-slot ${node} ${name}`,
  node,
  after,
  reason: "requested",
  kind: "drop-slot",
  slot: name,
});

const planOf = (...steps: readonly Step[]): Plan => ({
  project: "slm",
  fingerprint: "f",
  steps,
  problems: [],
});

interface World {
  /** Slots that are gone. */
  readonly gone: Set<string>;
  readonly asked: string[];
  readonly events: StepEvent[];
  readonly tools: ApplyTools;
}

/** An engine whose only steps drop slots, on servers that do what `run` says. */
function world(
  run: (slot: string) => Promise<void> = async () => undefined,
  options: Partial<ApplyTools> = {},
): World {
  const gone = new Set<string>();
  const asked: string[] = [];
  const events: StepEvent[] = [];
  const session = (node: string): Session =>
    ({
      node,
      all: async (query: Query<unknown>, ...values: unknown[]) => {
        asked.push(`${node} ${query.file} ${values.join(" ")}`.trim());
        return [];
      },
      one: async () => ({ claimed: true }),
      run: async (statements: readonly { text: string }[]) => {
        for (const { text } of statements) {
          asked.push(`${node} ${text}`);
          await run(text);
          gone.add(text);
        }
      },
    }) as unknown as Session;
  const steps = {
    statementsOf: (one: Step) => (one.kind === "drop-slot" ? [{ text: one.slot, transaction: "join" }] : []),
    progressOf: async (one: Step): Promise<Progress> =>
      one.kind === "drop-slot" && gone.has(one.slot)
        ? { done: true }
        : { done: false, detail: "still there" },
  } as unknown as Steps;
  const tools: ApplyTools = {
    topology: { project: "slm", tiers: [], sets: [], nodes: [] },
    steps,
    sessions: { get: async (node: string) => session(node) } as unknown as Sessions,
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    onEvent: (event) => void events.push(event),
    ...options,
  };
  return { gone, asked, events, tools };
}

const told = ({ events }: World): string[] =>
  events.map(({ step: id, status }) => `${status} ${id.split(" ").at(-1)}`);

test("a step is done, recorded on its node, and not done again", async () => {
  const it = world();
  expect(await applyPlan(planOf(step("a", "s1"), step("a", "s2")), it.tools)).toEqual({
    done: 2,
    skipped: 0,
    failed: 0,
  });
  expect(told(it)).toEqual(["started s1", "done s1", "started s2", "done s2"]);
  expect(it.asked).toContain("a apply/record.sql drop-slot a s1 done");
  expect(await applyPlan(planOf(step("a", "s1")), it.tools)).toEqual({ done: 0, skipped: 1, failed: 0 });
});

test("an empty plan asks nothing", async () => {
  const it = world();
  expect(await applyPlan(planOf(), it.tools)).toEqual({ done: 0, skipped: 0, failed: 0 });
  expect(it.asked).toEqual([]);
});

test("a failed step stops what needs it, the rest goes on, and the error names them", async () => {
  const it = world(async (slot) => {
    if (slot === "bad") throw new StatementError("no such slot", "42704", { node: "a", hint: "Look." });
  });
  const plan = planOf(step("a", "bad"), step("b", "needs", ["drop-slot a bad"]), step("b", "free"));
  const failure = applyPlan(plan, it.tools);
  await expect(failure).rejects.toThrow(StepError);
  await expect(failure).rejects.toMatchObject({
    message: 'step "drop-slot a bad" failed: no such slot; not run: 1 step that needs what failed',
    hint: "Look. Then run the same command again: it goes on where it stopped.",
    node: "a",
  });
  expect(told(it)).toEqual(expect.arrayContaining(["failed bad", "done free"]));
});

test("a lost connection leaves the step in doubt and stays a connection error", async () => {
  const it = world(async () => {
    throw new ConnectionError("the connection broke", { code: "connection-lost", node: "a" });
  });
  await expect(applyPlan(planOf(step("a", "s")), it.tools)).rejects.toThrow(ConnectionError);
  expect(told(it)).toEqual(["started s", "in-doubt s"]);
});

test("a lock that another transaction holds is asked for again", async () => {
  let refusals = 1;
  const it = world(async () => {
    if ((refusals -= 1) >= 0) throw new StatementError("lock timeout", "55P03", { node: "a" });
  });
  await applyPlan(planOf(step("a", "s")), it.tools);
  expect(told(it)).toEqual(["started s", "progress s", "done s"]);
});

test("a lock that is never free ends in a deadline that says so", async () => {
  const refuse = async (): Promise<void> => {
    throw new StatementError("lock timeout", "55P03", { node: "a" });
  };
  const it = world(refuse, { timeoutMs: 50 });
  const failure = applyPlan(planOf(step("a", "s")), it.tools);
  await expect(failure).rejects.toThrow(DeadlineError);
  await expect(failure).rejects.toThrow('a lock that another transaction holds on node "a" (asked ');
});

test("told to stop, the run ends with what is under way", async () => {
  const controller = new AbortController();
  const it = world(async () => controller.abort(), { signal: controller.signal });
  await expect(applyPlan(planOf(step("a", "s1"), step("a", "s2")), it.tools)).rejects.toThrow(Interrupted);
  expect(told(it)).toEqual(["started s1", "done s1"]);
});

test("the journal keeps beginnings and ends, only grows, and never tells a password", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tributary-journal-"));
  try {
    const file = journalFile(path.join(folder, "topology.yaml"));
    for (const _ of [1, 2])
      await applyPlan(planOf(step("a", "s")), world(undefined, { journal: openJournal(file) }).tools);
    openJournal(file).note({ detail: "postgresql://me:sesame@host/db password=sesame" });
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("sesame");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, 4)).toMatchObject([
      { project: "slm", fingerprint: "f", steps: 1 },
      { step: "drop-slot a s", node: "a", status: "started" },
      { status: "done" },
      { summary: { done: 1, skipped: 0, failed: 0 } },
    ]);
    expect(lines).toHaveLength(9);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(() => openJournal(path.join(folder, "missing", "x.jsonl"))).toThrow(UsageError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a saved plan is good for the world it was made from only", () => {
  const saved = planOf();
  expect(() => expectSameWorld(saved, saved)).not.toThrow();
  expect(() => expectSameWorld(saved, { ...saved, fingerprint: "g" })).toThrow(DriftError);
  expect(() => expectSameWorld(saved, { ...saved, project: "other" })).toThrow(DriftError);
});
