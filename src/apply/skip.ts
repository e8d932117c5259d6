/** Moves a stream past a transaction at which it stands still. Killed at any moment, the same command goes on. */
import { z } from "zod";

import { PreconditionError } from "../domain/errors.ts";
import { subscriptionName } from "../domain/names.ts";
import { isDisabled, type SubscriptionState } from "../domain/state.ts";
import type { EngineKind, Link } from "../domain/topology.ts";
import { describeInPart } from "../engine/describe.ts";
import { engines } from "../engine/index.ts";
import { expectReach } from "../engine/provider-probe.ts";
import { observeSlots } from "../engine/replication.ts";
import { observeSubscription } from "../engine/steps.ts";
import type { NextTransaction, StandingStream } from "../engine/refusals.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";
import { claimNode, releaseNode } from "./claim.ts";
import type { DataTools } from "./data-tools.ts";
import { type Stream, pauseLink, resumeLink } from "./link.ts";
import { recordOnNode } from "./record.ts";
import { tryOnceMore } from "./try-stream.ts";

const nothing = z.object({}).loose();
const doubtRows = defineQuery("skip/doubt-rows.sql", nothing);
const forgetRefusals = defineQuery("skip/forget-refusals.sql", nothing);

/** Says yes to the loss of a transaction; throws otherwise. */
export type Agree = (transaction: NextTransaction) => Promise<void>;

/**
 * Skips the transaction at which the link's stream stands, once `agree` has seen it. Undefined: the stream is past what the
 * guard refused already. Throws PreconditionError when nothing stops the stream.
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
  const running = { engine: found.engine, project, provider: link.provider.name, subscriber };
  const provider = await tools.sessions.get(link.provider.name);
  const hasRefused = await hasRefusals(link, subscriber);
  const stream = { provider, subscriber, subscription: found.name, slot: found.slot, sets: found.sets };
  const halt = async (): Promise<void> => {
    await pauseLink(running, tools);
    await waitForSlot(stream, tools);
  };
  try {
    await halt();
    const obstacle = await obstacleOf({ link, stream, running, halt }, tools);
    if (obstacle === undefined && !hasRefused) throw nothingStops(link, found);
    if (obstacle !== undefined) await moveOn(running.engine, link, stream, obstacle, agree);
    await subscriber.all(forgetRefusals, link.provider.name);
    await resumeLink(running, tools);
    return obstacle;
  } catch (error) {
    // As it was found. What cannot be told to the server now, the next apply finds.
    if (!isDisabled(found.status)) await resumeLink(running, tools).catch(() => undefined);
    throw error;
  }
}

interface Halted {
  readonly link: Link;
  readonly stream: StandingStream;
  readonly running: Stream;
  /** Stops the stream once more. */
  readonly halt: () => Promise<void>;
}

/**
 * The transaction that stops the stream. One with commands does: the guard refuses it. Any other is tried once more first:
 * a stream that is only slow, or only cut off, must not lose anything.
 */
async function obstacleOf(
  { link, stream, running, halt }: Halted,
  tools: DataTools,
): Promise<NextTransaction | undefined> {
  const { refusals } = engines[running.engine];
  const next = await refusals.next(stream, await refusals.position(stream));
  if (next === undefined || next.commands.length > 0) return next;
  await expectReach(
    stream.subscriber,
    tools.topology.project,
    link.provider,
    "Nothing was skipped: the stream goes on once it can",
  );
  if ((await tryOnceMore(next, stream, running, tools)) === "passed") return undefined;
  await halt();
  const again = await refusals.next(stream, await refusals.position(stream));
  return again?.end === next.end ? next : undefined;
}

async function moveOn(
  engine: EngineKind,
  link: Link,
  stream: StandingStream,
  transaction: NextTransaction,
  agree: Agree,
): Promise<void> {
  const { subscriber } = stream;
  await agree(transaction);
  // First the doubt: were it to fail after the stream has moved on, nobody would look for what is missing.
  if (transaction.messages.length > 0)
    await subscriber.all(doubtRows, link.provider.name, relationsOf(transaction));
  const step = `skip ${link.provider.name}`;
  await recordOnNode(subscriber, step, "started", JSON.stringify(transaction));
  await engines[engine].refusals.skip(stream, transaction);
  await recordOnNode(subscriber, step, "done", `up to ${transaction.end}`);
}

/** Null, which is all tables, when rows were sent in a message that names none. */
function relationsOf({ messages }: NextTransaction): readonly string[] | null {
  if (messages.some(({ relation, rows }) => relation === null && rows > 0)) return null;
  return messages.flatMap(({ relation }) => relation ?? []);
}

async function subscriptionOf(project: string, link: Link, subscriber: Session): Promise<SubscriptionState> {
  const name = subscriptionName(project, link.provider.name);
  const { engine } = link.provider;
  const other = engine === "native" ? "pglogical" : "native";
  const found =
    (await observeSubscription(subscriber, engine, name)) ??
    (await observeSubscription(subscriber, other, name));
  if (found !== undefined) return found;
  throw new PreconditionError(
    `node "${link.subscriber.name}" has no subscription to "${link.provider.name}": there is no stream to move`,
    { code: "not-subscribed", node: link.subscriber.name, hint: "Run tributary apply." },
  );
}

/** The guard has stopped the stream since it last moved on. */
async function hasRefusals(link: Link, subscriber: Session): Promise<boolean> {
  const node = await describeInPart(subscriber);
  return (
    node?.links.some(({ provider, refusals }) => provider === link.provider.name && refusals > 0) ?? false
  );
}

function nothingStops({ provider, subscriber }: Link, found: SubscriptionState): PreconditionError {
  return new PreconditionError(
    `node "${subscriber.name}" has refused nothing that "${provider.name}" sent, and no transaction stops the stream: the subscription is ${found.status}`,
    {
      code: "nothing-refused",
      node: subscriber.name,
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
