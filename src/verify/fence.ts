/** A mark in the stream of a link: when it has arrived, so has all that was committed before it. */
import { randomUUID } from "node:crypto";

import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";

/** Puts a mark with a token into the stream of sets. */
export const writeFence = defineQuery("seed/fence.sql", z.object({}).loose());
const fencePassed = defineQuery("seed/fence-passed.sql", z.object({ passed: z.boolean() }));

/** A node keeps the newest mark only: somebody else's may have come behind ours. */
const AGAIN_MS = 5000;

interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Asked whenever the mark has not arrived; throws when it never will. */
  readonly meanwhile?: () => Promise<void>;
}

/** Writes a mark at the provider and waits until the subscriber has it. Throws DeadlineError, or Interrupted. */
export async function passFence(
  {
    set,
    provider,
    subscriber,
  }: { readonly set: string; readonly provider: Session; readonly subscriber: Session },
  { meanwhile, ...patience }: Patience,
): Promise<void> {
  const token = randomUUID();
  let writtenAt = -Infinity;
  await until(
    async () => {
      if (performance.now() - writtenAt > AGAIN_MS) {
        await provider.all(writeFence, [set], token);
        writtenAt = performance.now();
      }
      if ((await subscriber.one(fencePassed, provider.node, token)).passed) return true;
      await meanwhile?.();
      return undefined;
    },
    {
      ...patience,
      intervalMs: 10,
      describe: () => `what "${provider.node}" has sent to arrive at "${subscriber.node}"`,
    },
  );
}
