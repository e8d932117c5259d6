/** Pausing, resuming and draining the stream of a link. */
import { z } from "zod";

import { StepError } from "../domain/errors.ts";
import { subscriptionName } from "../domain/names.ts";
import type { EngineKind } from "../domain/topology.ts";
import { engines } from "../engine/index.ts";
import { observeSubscription } from "../engine/steps.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import type { DataTools } from "./data-tools.ts";
import { until } from "../postgres/until.ts";
import { passFence } from "../verify/fence.ts";

/** How long a stream that is down may take to start by itself before it is told to: either engine may take three minutes. */
export const STALLED_MS = 5000;

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

// A worker that is starting holds the engine's own lock on its subscription, on a busy machine for seconds. Waiting
// for it is in nobody's way: no application needs that lock.

/** A link's stream, in the engine that carries it at present. */
export interface Stream {
  readonly engine: EngineKind;
  readonly project: string;
  readonly provider: string;
  readonly subscriber: Session;
}

/** Stops the stream and waits until nothing of it is applied any more. Does nothing when it stands still already. */
export async function pauseLink(
  { engine, project, provider, subscriber }: Stream,
  tools: DataTools,
): Promise<void> {
  const name = subscriptionName(project, provider);
  await subscriber.run(engines[engine].pause(name), { lockTimeoutMs: tools.timeoutMs });
  await until(
    async () =>
      (await observeSubscription(subscriber, engine, name))?.status === "disabled" ? true : undefined,
    {
      timeoutMs: tools.timeoutMs,
      signal: tools.signal,
      describe: () => `subscription "${name}" of node "${subscriber.node}" to stop`,
    },
  );
}

/** Lets the stream run, at once. */
export async function resumeLink(
  { engine, project, provider, subscriber }: Stream,
  tools: DataTools,
): Promise<void> {
  const resume = engines[engine].resume(subscriptionName(project, provider));
  await subscriber.run(resume, { lockTimeoutMs: tools.timeoutMs });
}

/** Lets the stream run until all that is on its way by now has arrived. A mark in one set is behind all of them. */
export async function drainLink(
  stream: Stream,
  set: string,
  provider: Session,
  tools: DataTools,
): Promise<void> {
  const { subscriber } = stream;
  await resumeLink(stream, tools);
  let lookedAt = performance.now();
  const meanwhile = async (): Promise<void> => {
    await expectNoRefusals(provider.node, subscriber);
    if (performance.now() - lookedAt < STALLED_MS) return;
    const { engine, project } = stream;
    const found = await observeSubscription(subscriber, engine, subscriptionName(project, stream.provider));
    if (found?.status === "down") await resumeLink(stream, tools);
    lookedAt = performance.now();
  };
  await passFence({ set, provider, subscriber }, { ...tools, meanwhile });
}
