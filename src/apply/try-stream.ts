/** Does a transaction really stop a stream? It is let run once more, and watched at both ends. */
import { z } from "zod";

import type { SubscriptionState } from "../domain/state.ts";
import { observeSlots } from "../engine/replication.ts";
import { engines } from "../engine/index.ts";
import type { NextTransaction, StandingStream } from "../engine/refusals.ts";
import { observeSubscription } from "../engine/steps.ts";
import { defineQuery } from "../postgres/query.ts";
import { until } from "../postgres/until.ts";
import type { DataTools } from "./data-tools.ts";
import { type Stream, resumeLink } from "./link.ts";

const decoded = defineQuery("skip/decoded.sql", z.object({ transactions: z.number() }));

/** How long a stream that was told to start may take before it is told again: pglogical waits for minutes by itself. */
const PATIENCE_MS = 3000;

/**
 * Passed: the subscriber has applied it. Failed: it was sent, or the attempt was begun, and the worker ended before it was
 * applied. Throws DeadlineError when neither was seen.
 */
export async function tryOnceMore(
  transaction: NextTransaction,
  stream: StandingStream,
  running: Stream,
  tools: DataTools,
): Promise<"passed" | "failed"> {
  const { provider, subscriber, slot } = stream;
  const { refusals } = engines[running.engine];
  const sent = async (): Promise<number> => (await provider.one(decoded, slot)).transactions;
  const look = (): Promise<SubscriptionState | undefined> =>
    observeSubscription(subscriber, running.engine, stream.subscription);
  const sentBefore = await sent();
  const errorsBefore = (await look())?.applyErrors ?? 0;
  const end = asNumber(transaction.end);
  await resumeLink(running, tools);
  let toldAt = performance.now();
  let hasBegun = false;
  return await until(
    async () => {
      const found = await look();
      // After the look: what is applied meanwhile counts.
      if (asNumber(await refusals.position(stream)) >= end) return "passed";
      const isRead = (await observeSlots(provider)).some(({ name, isActive }) => name === slot && isActive);
      hasBegun ||= isRead || (await sent()) > sentBefore;
      if ((found?.applyErrors ?? 0) > errorsBefore) return "failed";
      if (found?.status !== "down") return undefined;
      if (hasBegun) return "failed";
      if (performance.now() - toldAt > PATIENCE_MS) {
        await resumeLink(running, tools);
        toldAt = performance.now();
      }
      return undefined;
    },
    {
      timeoutMs: tools.timeoutMs,
      // A worker that fails at once is there for a few hundredths of a second.
      intervalMs: 20,
      maxIntervalMs: 100,
      signal: tools.signal,
      describe: () =>
        `the stream from "${running.provider}" to try transaction ${transaction.xid} once more, which has neither been applied nor failed`,
    },
  );
}

/** A position in the WAL, as PostgreSQL writes it. */
function asNumber(position: string): bigint {
  const [high = "0", low = "0"] = position.split("/");
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
