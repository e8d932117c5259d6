/** Pausing, resuming and draining the stream of a link. */
import { randomUUID } from "node:crypto";

import { z } from "zod";

import { StepError } from "../domain/errors.ts";
import { subscriptionName } from "../domain/names.ts";
import { engines } from "../engine/index.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import type { DataTools } from "./data-tools.ts";
import { until } from "../postgres/until.ts";

/** Puts a mark with a token into the stream of sets. */
export const writeFence = defineQuery("seed/fence.sql", z.object({}).loose());

const refusalsOf = defineQuery("skip/refusals.sql", z.object({ refusals: z.number() }));

/** Throws StepError when the stream stands still before commands that the guard refused: waiting would not help. */
export async function expectNoRefusals(provider: string, subscriber: Session): Promise<void> {
  const { refusals } = await subscriber.one(refusalsOf, provider);
  if (refusals === 0) return;
  throw new StepError(
    `node "${subscriber.node}" refuses commands that "${provider}" sent: the stream stands still before them`,
    {
      code: "commands-refused",
      node: subscriber.node,
      hint: `Run tributary skip ${provider}, which shows them and moves past them; then apply again.`,
    },
  );
}

const fencePassed = defineQuery("seed/fence-passed.sql", z.object({ passed: z.boolean() }));

// A worker that is starting holds the engine's own lock on its subscription, on a busy machine for seconds. Waiting
// for it is in nobody's way: no application needs that lock.

/** Stops the stream and waits until nothing of it is applied any more. Does nothing when it stands still already. */
export async function pauseLink(
  project: string,
  provider: string,
  subscriber: Session,
  tools: DataTools,
): Promise<void> {
  const engine = engines[tools.topology.engine];
  const name = subscriptionName(project, provider);
  await subscriber.run(engine.pause(name), { lockTimeoutMs: tools.timeoutMs });
  await until(
    async () => {
      const { subscriptions } = await engine.observe(subscriber);
      return subscriptions.find((subscription) => subscription.name === name)?.status === "disabled"
        ? true
        : undefined;
    },
    {
      timeoutMs: tools.timeoutMs,
      signal: tools.signal,
      describe: () => `subscription "${name}" of node "${subscriber.node}" to stop`,
    },
  );
}

/** Lets the stream run, at once. */
export async function resumeLink(
  project: string,
  provider: string,
  subscriber: Session,
  tools: DataTools,
): Promise<void> {
  const resume = engines[tools.topology.engine].resume(subscriptionName(project, provider));
  await subscriber.run(resume, { lockTimeoutMs: tools.timeoutMs });
}

/** Lets the stream run until all that is on its way by now has arrived. */
export async function drainLink(
  project: string,
  set: string,
  provider: Session,
  subscriber: Session,
  tools: DataTools,
): Promise<void> {
  const token = randomUUID();
  await provider.all(writeFence, [set], token);
  await resumeLink(project, provider.node, subscriber, tools);
  await until(
    async () => {
      if ((await subscriber.one(fencePassed, provider.node, token)).passed) return true;
      return expectNoRefusals(provider.node, subscriber);
    },
    {
      timeoutMs: tools.timeoutMs,
      signal: tools.signal,
      describe: () => `what "${provider.node}" sent before to arrive at node "${subscriber.node}"`,
    },
  );
}
