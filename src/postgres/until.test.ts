import { expect, test } from "vitest";

import { DeadlineError, Interrupted } from "../domain/errors.ts";
import { until } from "./until.ts";

const waiting = {
  timeoutMs: 60,
  intervalMs: 1,
  signal: new AbortController().signal,
  describe: () => "tea (cold)",
};

test("gives the first value that is there, false and null included", async () => {
  let asked = 0;
  const check = async (): Promise<boolean | undefined> => ((asked += 1) < 4 ? undefined : false);
  expect(await until(check, waiting)).toBe(false);
  expect(asked).toBe(4);
});

test("past the deadline says for what, with what was seen last", async () => {
  const failure = until(async () => undefined, waiting);
  await expect(failure).rejects.toThrow(DeadlineError);
  await expect(failure).rejects.toThrow("waited 0.1 s for tea (cold)");
});

test("asks once more at the deadline, however long the pauses have become", async () => {
  const begin = performance.now();
  const check = async (): Promise<true | undefined> => (performance.now() - begin > 50 ? true : undefined);
  expect(await until(check, { ...waiting, intervalMs: 45, maxIntervalMs: 10_000 })).toBe(true);
});

test("an aborted signal ends the pause, at once", async () => {
  const controller = new AbortController();
  const failure = until(
    async () => {
      controller.abort();
      return undefined;
    },
    { ...waiting, timeoutMs: 60_000, intervalMs: 60_000, signal: controller.signal },
  );
  await expect(failure).rejects.toThrow(Interrupted);
});
