import { setImmediate } from "node:timers/promises";

import fc from "fast-check";
import { expect, test } from "vitest";

import type { Step } from "../domain/step.ts";
import { runSchedule } from "./schedule.ts";

const drop = (id: string, node: string, after: readonly string[] = []): Step => ({
  id,
  node,
  after,
  reason: "requested",
  kind: "drop-schema",
  project: "slm",
});

/** Plans as the planner makes them: every step stands behind those that it needs. */
const plans = fc
  .array(
    fc.record({ node: fc.constantFrom("a", "b", "c", "d"), needs: fc.array(fc.nat(), { maxLength: 3 }) }),
  )
  .map((drafts) =>
    drafts.map(({ node, needs }, index) =>
      drop(`${index}`, node, index === 0 ? [] : needs.map((need) => `${need % index}`)),
    ),
  );

test("every step runs once: behind its needs, in order on its node, within the bound; what needs a failed one does not", async () => {
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(30)),
      async (steps, parallel, bad) => {
        const fails = new Set(bad.map(String));
        const ended = new Map<string, boolean>();
        const busy = new Set<string>();
        const lastOn = new Map<string, number>();
        const run = async (step: Step): Promise<boolean> => {
          expect(busy.has(step.node)).toBe(false);
          busy.add(step.node);
          expect(busy.size).toBeLessThanOrEqual(parallel);
          for (const need of step.after) expect(ended.get(need)).toBe(true);
          expect(Number(step.id)).toBeGreaterThan(lastOn.get(step.node) ?? -1);
          lastOn.set(step.node, Number(step.id));
          await setImmediate();
          busy.delete(step.node);
          ended.set(step.id, !fails.has(step.id));
          return !fails.has(step.id);
        };
        const signal = new AbortController().signal;
        const notRun = await runSchedule({ steps, parallel, signal, run });
        expect(ended.size + notRun.length).toBe(steps.length);
        const lost = new Set(notRun.map((step) => step.id));
        for (const step of notRun)
          expect(step.after.some((need) => lost.has(need) || ended.get(need) === false)).toBe(true);
      },
    ),
  );
});

test("nodes do not wait for each other", async () => {
  const begun: string[] = [];
  let free = (): void => undefined;
  const gate = new Promise<void>((resolve) => (free = resolve));
  const steps = [drop("slow", "a"), drop("after slow", "a"), drop("one", "b"), drop("two", "b")];
  await runSchedule({
    steps,
    parallel: 2,
    signal: new AbortController().signal,
    run: async (step) => {
      begun.push(step.id);
      if (step.id === "slow") await gate;
      if (step.id === "two") free();
      return true;
    },
  });
  expect(begun).toEqual(["slow", "one", "two", "after slow"]);
});

test("once told to stop, what runs is finished and nothing else begins", async () => {
  const controller = new AbortController();
  const finished: string[] = [];
  const notRun = await runSchedule({
    steps: [drop("one", "a"), drop("two", "a"), drop("three", "b")],
    parallel: 1,
    signal: controller.signal,
    run: async (step) => {
      controller.abort();
      await setImmediate();
      finished.push(step.id);
      return true;
    },
  });
  expect(finished).toEqual(["one"]);
  expect(notRun.map((step) => step.id)).toEqual(["two", "three"]);
});
