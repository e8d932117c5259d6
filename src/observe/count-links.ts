/** Do both ends of each link have the same messages? Whoever moved a slot, an origin or a server back, it shows here. */
import { z } from "zod";

import { subscriptionName } from "../domain/names.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import { ConnectionError, DeadlineError } from "../domain/errors.ts";
import type { Miscount, NodeState, ReachableNode } from "../domain/state.ts";
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
/** Asked seldom: an idle run is to cost a node a handful of queries. */
const ASK_AFTER_MS = 250;

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

/** What the provider says; undefined when the stream has not passed it yet, or the provider has gone away. */
type Sent = { readonly counts: Counts } | "gone-back" | undefined;

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
  const name = subscriptionName(topology.project, provider.name);
  const stream = subscriber.subscriptions.find((found) => found.name === name);
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

const byMoment = (one: string, other: string): number => Date.parse(one) - Date.parse(other);

async function countBelow(
  subscriber: string,
  spans: readonly Span[],
  sessions: Sessions,
  signal: AbortSignal,
): Promise<readonly Miscount[]> {
  const all = await Promise.all(
    spans.map(async (span) => ({ span, sent: await countSent(span, sessions, signal) })),
  );
  const goneBack = all
    .filter(({ sent }) => sent === "gone-back")
    .map(({ span }) => miscount({ link: span.link, node: span.link }, 0, 0, true));
  const level = all.flatMap(({ span, sent }) =>
    typeof sent === "object" ? [{ span, here: sent.counts }] : [],
  );
  if (level.length === 0) return goneBack;
  // After all that was counted below has been taken here. What this node itself passes on has an epoch below zero of its own.
  const session = await sessions.get(subscriber);
  const { counts: arrived } = await session.one(countMessages, asJson(level.map(({ span }) => span)));
  const found = level.map(async ({ span, here }) => {
    const there = arrived.filter(({ link }) => link === span.link);
    const lost = here.filter((one) => messagesOf(there, one) < one.messages);
    // What arrived was sent, but perhaps after it was counted: then a second look has it.
    const more = there.filter((one) => one.epoch > 0 && messagesOf(here, one) < one.messages);
    const again = more.length === 0 ? undefined : await countSent(span, sessions, signal);
    const known = typeof again === "object" ? again.counts : there;
    return [
      ...lost.map((one) => miscount(one, one.messages, messagesOf(there, one))),
      ...more
        .filter((one) => messagesOf(known, one) < one.messages)
        .map((one) => miscount(one, messagesOf(known, one), one.messages)),
    ];
  });
  return [...goneBack, ...(await Promise.all(found)).flat()];
}

type Whose = Pick<Counts[number], "link" | "node">;

function messagesOf(counted: Counts, { node, epoch }: Counts[number]): number {
  return counted.find((one) => one.node === node && one.epoch === epoch)?.messages ?? 0;
}

function miscount(
  { link, node }: Whose,
  sentMessages: number,
  arrivedMessages: number,
  hasProviderGoneBack = false,
): Miscount {
  return { provider: link, node, hasProviderGoneBack, sentMessages, arrivedMessages };
}

async function countSent(span: Span, sessions: Sessions, signal: AbortSignal): Promise<Sent> {
  try {
    const session = await sessions.get(span.link);
    const { counts: sent, position } = await session.one(countMessages, asJson([span]));
    if (position < span.receivedPosition) return "gone-back";
    if (!span.isFlowing) return undefined;
    const hasPassed = async (): Promise<true | undefined> =>
      (await session.one(confirmed, span.slot)).position >= position ? true : undefined;
    const describe = (): string => `what "${span.link}" sent to arrive`;
    await until(hasPassed, { timeoutMs: LEVEL_MS, intervalMs: ASK_AFTER_MS, signal, describe });
    return { counts: sent };
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof DeadlineError) return undefined;
    throw error;
  }
}

const asJson = (spans: readonly Span[]): string =>
  JSON.stringify(spans.map(({ link, since, nodes }) => ({ link, since, nodes })));
