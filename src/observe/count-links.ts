/** Do both ends of each link have the same messages? Whoever moved a slot, an origin or a server back, it shows here. */
import { z } from "zod";

import { subscriptionName } from "../domain/names.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import { ConnectionError, DeadlineError } from "../domain/errors.ts";
import type { Miscount, NodeState, ReachableNode, SubscriptionState } from "../domain/state.ts";
import { subtreeOf, type Topology } from "../domain/topology.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { until } from "../postgres/until.ts";

const counts = z.array(
  z.object({ link: z.string(), node: z.string(), epoch: z.number(), messages: z.number() }),
);
type Counts = z.infer<typeof counts>;

const countMessages = defineQuery("count/messages.sql", z.object({ counts, position: z.number() }));
const confirmed = defineQuery("count/confirmed.sql", z.object({ position: z.number() }));

/** How long a busy stream may take to pass the point up to which was counted; else it is counted another time. */
const LEVEL_MS = 2000;

/** A link whose messages can be counted, and from when on. */
interface Span {
  readonly link: string;
  readonly since: string;
  readonly nodes: readonly string[];
  readonly slot: string;
  /** What was received before the provider is asked. */
  readonly receivedPosition: number;
  /** Else it cannot be expected to be level. */
  readonly isFlowing: boolean;
}

/** What the provider says, and up to where in its WAL. */
interface Sent {
  readonly counts: Counts;
  readonly position: number;
}

/** Adds to each subscriber's state what its links lack or have too much of. Nodes that go away meanwhile are left out. */
export async function countLinks(
  topology: Topology,
  states: readonly NodeState[],
  sessions: Sessions,
  signal: AbortSignal,
): Promise<readonly NodeState[]> {
  return await Promise.all(
    states.map(async (state) => {
      if (!state.reachable) return state;
      const spans = spansOf(topology, states, state);
      if (spans.length === 0) return state;
      return { ...state, miscounts: await countBelow(state.name, spans, sessions, signal) };
    }),
  );
}

/** The streams of a subscriber that are known to both ends. */
function spansOf(
  topology: Topology,
  states: readonly NodeState[],
  subscriber: ReachableNode,
): readonly Span[] {
  return topology.nodes
    .filter(({ upstream }) => upstream === subscriber.name)
    .flatMap((node) => {
      const provider = states.find(({ name }) => name === node.name);
      return provider?.reachable === true ? (spanOf(topology, provider, subscriber) ?? []) : [];
    });
}

function spanOf(topology: Topology, provider: ReachableNode, subscriber: ReachableNode): Span | undefined {
  const [below, above] = [provider.tributary, subscriber.tributary];
  const stream = onlyStream(topology, provider, subscriber);
  if (below?.version !== SCHEMA_VERSION || above?.version !== SCHEMA_VERSION || stream === undefined)
    return undefined;
  const known = above.links.filter((link) => link.provider === provider.name);
  const moments = known.flatMap(({ phase, liveSince = "" }) => (phase === "live" ? [liveSince] : []));
  const isLive = known.length > 0 && moments.length === known.length && !moments.includes("");
  return {
    link: provider.name,
    since: [...moments, below.talliedSince ?? ""].toSorted(byMoment).at(-1) ?? "",
    nodes: subtreeOf(topology, provider.name),
    slot: stream.slot,
    receivedPosition: stream.receivedPosition ?? 0,
    isFlowing: isLive && stream.status === "replicating",
  };
}

/** While a stream goes over from one engine to another, nobody counts. */
function onlyStream(
  { project }: Topology,
  provider: ReachableNode,
  subscriber: ReachableNode,
): SubscriptionState | undefined {
  const name = subscriptionName(project, provider.name);
  const [stream, another] = subscriber.subscriptions.filter((found) => found.name === name);
  return another === undefined ? stream : undefined;
}

const byMoment = (one: string, other: string): number => Date.parse(one) - Date.parse(other);

async function countBelow(
  subscriber: string,
  spans: readonly Span[],
  sessions: Sessions,
  signal: AbortSignal,
): Promise<readonly Miscount[]> {
  const all = await Promise.all(spans.map(async (span) => ({ span, sent: await countSent(span, sessions) })));
  const answers = all.flatMap(({ span, sent }) => (sent === undefined ? [] : [{ span, sent }]));
  const goneBack = answers.filter(({ span, sent }) => sent.position < span.receivedPosition);
  const flowing = answers.filter((answer) => answer.span.isFlowing && !goneBack.includes(answer));
  if (flowing.length === 0) return goneBack.map(goBack);
  const session = await sessions.get(subscriber);
  const countArrived = async (): Promise<Counts> =>
    (await session.one(countMessages, asJson(flowing.map(({ span }) => span)))).counts;
  const present = await countArrived();
  // What is on its way may account for it: then the ends are compared once the stream has passed what was counted.
  const suspect = flowing.filter(({ span, sent }) => compareEnds(span, sent.counts, present).length > 0);
  const level = await Promise.all(
    suspect.map(async (answer) => ((await hasPassed(answer, sessions, signal)) ? [answer] : [])),
  );
  if (level.flat().length === 0) return goneBack.map(goBack);
  const arrived = await countArrived();
  const found = level.flat().map(async ({ span, sent }) => {
    const differing = compareEnds(span, sent.counts, arrived);
    if (differing.every(({ sentMessages, arrivedMessages }) => sentMessages > arrivedMessages))
      return differing;
    // What arrived was sent, but perhaps after it was counted: then a second look has it.
    const again = await countSent(span, sessions);
    const known = again === undefined ? arrived : again.counts;
    return differing.flatMap((one) => {
      if (one.sentMessages > one.arrivedMessages) return [one];
      const sentMessages = messagesOf(known, one);
      return sentMessages < one.arrivedMessages ? [{ ...one, sentMessages }] : [];
    });
  });
  return [...goneBack.map(goBack), ...(await Promise.all(found)).flat()];
}

const goBack = ({ span: { link } }: { readonly span: Span }): Miscount => ({
  provider: link,
  node: link,
  hasProviderGoneBack: true,
  sentMessages: 0,
  arrivedMessages: 0,
});

/** Where one end has more than the other. What a subscriber passes on itself has an epoch below zero of its own. */
function compareEnds({ link }: Span, sent: Counts, arrived: Counts): readonly (Miscount & Whose)[] {
  const there = arrived.filter((one) => one.link === link);
  const lost = sent.filter((one) => messagesOf(there, one) < one.messages);
  const more = there.filter((one) => one.epoch > 0 && messagesOf(sent, one) < one.messages);
  return [...lost, ...more].map(({ node, epoch }) => ({
    provider: link,
    node,
    epoch,
    hasProviderGoneBack: false,
    sentMessages: messagesOf(sent, { node, epoch }),
    arrivedMessages: messagesOf(there, { node, epoch }),
  }));
}

type Whose = Pick<Counts[number], "node" | "epoch">;

function messagesOf(counted: Counts, { node, epoch }: Whose): number {
  return counted.find((one) => one.node === node && one.epoch === epoch)?.messages ?? 0;
}

/** Undefined when the provider has gone away. */
async function countSent(span: Span, sessions: Sessions): Promise<Sent | undefined> {
  try {
    return await (await sessions.get(span.link)).one(countMessages, asJson([span]));
  } catch (error) {
    if (error instanceof ConnectionError) return undefined;
    throw error;
  }
}

/** Has the subscriber confirmed all that was counted at its provider? Not when the stream is too busy, or breaks off. */
async function hasPassed(
  { span, sent }: { readonly span: Span; readonly sent: Sent },
  sessions: Sessions,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const session = await sessions.get(span.link);
    const check = async (): Promise<true | undefined> =>
      (await session.one(confirmed, span.slot)).position >= sent.position ? true : undefined;
    const describe = (): string => `what "${span.link}" sent to arrive`;
    return await until(check, { timeoutMs: LEVEL_MS, signal, describe });
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof DeadlineError) return false;
    throw error;
  }
}

const asJson = (spans: readonly Span[]): string =>
  JSON.stringify(spans.map(({ link, since, nodes }) => ({ link, since, nodes })));
