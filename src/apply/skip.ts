/** Moves a stream past a transaction that the guard refused. Killed at any moment, the same command goes on. */
import { z } from "zod";

import { PreconditionError } from "../domain/errors.ts";
import { subscriptionName } from "../domain/names.ts";
import type { SubscriptionState } from "../domain/state.ts";
import type { Link } from "../domain/topology.ts";
import { describeInPart } from "../engine/describe.ts";
import type { Engine } from "../engine/engine.ts";
import { engines } from "../engine/index.ts";
import { observeSlots } from "../engine/replication.ts";
import { observeSubscription } from "../engine/steps.ts";
import type { NextTransaction, Refusals, StandingStream } from "../engine/refusals.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";
import { claimNode, releaseNode } from "./claim.ts";
import type { DataTools } from "./data-tools.ts";
import { pauseLink, resumeLink } from "./link.ts";
import { recordOnNode } from "./record.ts";

const nothing = z.object({}).loose();
const doubtRows = defineQuery("skip/doubt-rows.sql", nothing);
const forgetRefusals = defineQuery("skip/forget-refusals.sql", nothing);

/** Says yes to the loss of a transaction; throws otherwise. */
export type Agree = (transaction: NextTransaction) => Promise<void>;

/**
 * Skips the transaction at which the link's stream stands, once `agree` has seen it. Undefined: the stream is past it
 * already. Throws PreconditionError when the guard has refused nothing on this link.
 */
export async function skipRefused(
  link: Link,
  tools: DataTools,
  agree: Agree,
): Promise<NextTransaction | undefined> {
  const subscriber = await tools.sessions.get(link.subscriber.name);
  await claimNode(subscriber, tools.signal);
  try {
    return await skipClaimed(link, subscriber, tools, agree);
  } finally {
    await releaseNode(subscriber);
  }
}

async function skipClaimed(
  link: Link,
  subscriber: Session,
  tools: DataTools,
  agree: Agree,
): Promise<NextTransaction | undefined> {
  const { project } = tools.topology;
  const found = await subscriptionOf(project, link, subscriber);
  const engine = engines[found.engine];
  const stopped = { engine: found.engine, project, provider: link.provider.name, subscriber };
  const provider = await tools.sessions.get(link.provider.name);
  const refusals = await expectRefusals(engine, link, found, subscriber);
  try {
    await pauseLink(stopped, tools);
    const stream = { provider, subscriber, slot: found.slot, sets: found.sets };
    await waitForSlot(stream, tools);
    const skipped = await moveOn(refusals, link, stream, agree);
    await resumeLink(stopped, tools);
    return skipped;
  } catch (error) {
    // As it was found. What cannot be told to the server now, the next apply finds.
    if (found.status !== "disabled") await resumeLink(stopped, tools).catch(() => undefined);
    throw error;
  }
}

async function moveOn(
  refusals: Refusals,
  link: Link,
  stream: StandingStream,
  agree: Agree,
): Promise<NextTransaction | undefined> {
  const { subscriber } = stream;
  const transaction = await refusals.next(stream);
  const isRefused = transaction !== undefined && transaction.commands.length > 0;
  if (isRefused) {
    await agree(transaction);
    // First the doubt: were it to fail after the stream has moved on, nobody would look for what is missing.
    if (transaction.messages.length > 0)
      await subscriber.all(doubtRows, link.provider.name, relationsOf(transaction));
    const step = `skip ${link.provider.name}`;
    await recordOnNode(subscriber, step, "started", JSON.stringify(transaction));
    await refusals.skip(stream, transaction);
    await recordOnNode(subscriber, step, "done", `up to ${transaction.end}`);
  }
  await subscriber.all(forgetRefusals, link.provider.name);
  return isRefused ? transaction : undefined;
}

/** Null, which is all tables, when rows were sent in a message that names none. */
function relationsOf({ messages }: NextTransaction): readonly string[] | null {
  if (messages.some(({ relation, rows }) => relation === null && rows > 0)) return null;
  return messages.flatMap(({ relation }) => relation ?? []);
}

async function subscriptionOf(project: string, link: Link, subscriber: Session): Promise<SubscriptionState> {
  const name = subscriptionName(project, link.provider.name);
  // Only pglogical carries commands.
  const found =
    (await observeSubscription(subscriber, "pglogical", name)) ??
    (await observeSubscription(subscriber, "native", name));
  if (found !== undefined) return found;
  throw new PreconditionError(
    `node "${link.subscriber.name}" has no subscription to "${link.provider.name}": there is no stream to move`,
    { code: "not-subscribed", node: link.subscriber.name, hint: "Run tributary apply." },
  );
}

/** How the engine moves past what the guard refused on this link. */
async function expectRefusals(
  engine: Engine,
  link: Link,
  found: SubscriptionState,
  subscriber: Session,
): Promise<Refusals> {
  const node = await describeInPart(subscriber);
  const known = node?.links.filter(({ provider }) => provider === link.provider.name) ?? [];
  if (engine.refusals !== undefined && known.some(({ refusals }) => refusals > 0)) return engine.refusals;
  throw new PreconditionError(
    `node "${link.subscriber.name}" has refused nothing that "${link.provider.name}" sent: the subscription is ${found.status}`,
    {
      code: "nothing-refused",
      node: link.subscriber.name,
      hint: "Look at tributary status for what else may be wrong with the link.",
    },
  );
}

/** The provider notices a little later that the subscriber has gone. */
async function waitForSlot(
  { provider, slot }: StandingStream,
  { timeoutMs, signal }: DataTools,
): Promise<void> {
  await until(
    async () => {
      const found = (await observeSlots(provider)).find(({ name }) => name === slot);
      if (found === undefined)
        throw new PreconditionError(
          `node "${provider.node}" has no slot "${slot}": there is no stream to move`,
          {
            code: "slot-missing",
            node: provider.node,
            hint: "Run tributary apply: it starts the link anew and copies what is missing.",
          },
        );
      return found.isActive ? undefined : true;
    },
    { timeoutMs, signal, describe: () => `slot "${slot}" of node "${provider.node}" to be free` },
  );
}
