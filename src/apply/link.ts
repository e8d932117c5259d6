/** Pausing and resuming the stream of a link. */
import { subscriptionName } from "../domain/names.ts";
import { engines } from "../engine/index.ts";
import type { Session } from "../postgres/session.ts";
import type { DataTools } from "./data-tools.ts";
import { until } from "./until.ts";

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
