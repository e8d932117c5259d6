/**
 * A stream goes over from one engine to another at one position: nothing is lost, copied again, or applied twice. Killed at any
 * moment, the same step goes on: the new subscription is there, at its position, or it is not, and then the old one runs on.
 */
import { StepError } from "../domain/errors.ts";
import { subscriptionName } from "../domain/names.ts";
import type { StepOf } from "../domain/step.ts";
import { engines } from "../engine/index.ts";
import { dropSlot } from "../engine/schema-statements.ts";
import { observeSubscription } from "../engine/steps.ts";
import type { Session } from "../postgres/session.ts";
import type { DataTools } from "./data-tools.ts";
import { drainLink, pauseLink, resumeLink } from "./link.ts";
import { withLinkPassword } from "./link-password.ts";
import { runGently } from "./run-gently.ts";

type Change = StepOf<"change-engine">;

/** Returns where in the provider's WAL the new stream begins. */
export async function changeEngine(planned: Change, tools: DataTools): Promise<string | undefined> {
  const step = await withLinkPassword(planned, tools);
  const provider = await tools.sessions.get(step.provider.name);
  const subscriber = await tools.sessions.get(step.node);
  const { project, engine, from } = step;
  const name = subscriptionName(project, step.provider.name);
  const old = await observeSubscription(subscriber, from, name);
  const position = old === undefined ? undefined : await handOver(step, { provider, subscriber }, tools);
  if (old !== undefined) {
    // First the slot: as long as the subscription is there, the next run comes back here.
    await runGently(provider, dropSlot(old.slot), tools);
    await runGently(subscriber, engines[from].handover.leave(name), tools);
  }
  await resumeLink({ engine, project, provider: step.provider.name, subscriber }, tools);
  return position === undefined ? undefined : `goes on at ${asLsn(position)}`;
}

const asLsn = (bytes: number): string =>
  [Math.floor(bytes / 2 ** 32), bytes % 2 ** 32].map((half) => half.toString(16).toUpperCase()).join("/");

interface Ends {
  readonly provider: Session;
  readonly subscriber: Session;
}

/** The position; undefined when the new subscription has its own already. */
async function handOver(
  step: Change,
  { provider, subscriber }: Ends,
  tools: DataTools,
): Promise<number | undefined> {
  const { project, engine, from, sets } = step;
  const { handover } = engines[engine];
  const name = subscriptionName(project, step.provider.name);
  if ((await observeSubscription(subscriber, engine, name))?.isInitialized === true) return undefined;
  await runGently(subscriber, handover.prepare(step), tools);
  const prepared = await observeSubscription(subscriber, engine, name);
  // From here on the provider keeps what comes for the new stream. What the old one still brings lies before and behind.
  await runGently(provider, handover.createSlot(handover.slotName(name, prepared), step.failover), tools);
  const stream = { engine: from, project, provider: step.provider.name, subscriber };
  await drainLink(stream, sets[0] ?? "", provider, tools);
  await pauseLink(stream, tools);
  const position = (await observeSubscription(subscriber, from, name))?.receivedPosition;
  if (position === undefined)
    throw new StepError(
      `node "${step.node}" does not know up to where it has received from "${step.provider.name}"`,
      {
        code: "position-unknown",
        node: step.node,
        hint: "Run the same command again; tributary status shows how the link stands.",
      },
    );
  await runGently(subscriber, handover.takeOver(step, position), tools);
  return position;
}
