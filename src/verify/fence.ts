/** A mark in the stream of a link: when it has arrived, so has all that was committed before it. */
import { randomUUID } from "node:crypto";

import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";

const writeFence = defineQuery("seed/fence.sql", z.object({}).loose());
const fencePassed = defineQuery("seed/fence-passed.sql", z.object({ passed: z.boolean() }));

/** A node keeps the newest mark only: somebody else's may have come behind ours. */
const AGAIN_MS = 5000;

/** Writes a mark at the provider and waits until the subscriber has it. Throws DeadlineError, or Interrupted. */
export async function passFence(
  {
    set,
    provider,
    subscriber,
  }: { readonly set: string; readonly provider: Session; readonly subscriber: Session },
  patience: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const token = randomUUID();
  let writtenAt = -Infinity;
  await until(
    async () => {
      if (performance.now() - writtenAt > AGAIN_MS) {
        await provider.all(writeFence, [set], token);
        writtenAt = performance.now();
      }
      return (await subscriber.one(fencePassed, provider.node, token)).passed ? true : undefined;
    },
    {
      ...patience,
      intervalMs: 10,
      describe: () => `what "${provider.node}" has sent to arrive at "${subscriber.node}"`,
    },
  );
}
