/** A native stream at a standstill: the provider's slot tells what comes next, the subscriber's origin where it begins. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";
import { identifier } from "../../postgres/quote.ts";
import { type Refusals, type StandingStream, lookFurther } from "../refusals.ts";

const nextTransaction = defineQuery(
  "native/next-transaction.sql",
  z.object({
    seen: z.number(),
    xid: z.string().nullable(),
    end: z.string().nullable(),
    committed_at: z.string().nullable(),
    messages: z.array(z.object({ relation: z.string().nullable(), messages: z.number(), rows: z.number() })),
    other_changes: z.number(),
  }),
);
const originPosition = defineQuery("native/origin-position.sql", z.object({ position: z.string() }));
const moveOrigin = defineQuery("native/move-origin.sql", z.object({}).loose());

/**
 * The origin is moved, as for every engine. ALTER SUBSCRIPTION … SKIP would do for what cannot be applied here, and not for
 * what the provider cannot send.
 */
export const refusals: Refusals = {
  async position({ subscriber, subscription }) {
    return (await subscriber.one(originPosition, subscription)).position;
  },
  async next({ provider, slot, sets }: StandingStream, position) {
    return await lookFurther(async (changes) => {
      const found = await provider.one(
        nextTransaction,
        slot,
        sets.map(identifier).join(","),
        position,
        changes,
      );
      if (found.xid === null || found.end === null) return { seen: found.seen };
      const { seen, xid, end, committed_at: committedAt, messages, other_changes: otherChanges } = found;
      return { seen, transaction: { xid, end, committedAt, commands: [], messages, otherChanges } };
    });
  },
  async skip({ subscriber, subscription }, { end }) {
    await subscriber.all(moveOrigin, subscription, end);
  },
};
