/** pglogical's stream at a standstill: the provider's slot tells what comes next, the subscriber's origin where it begins. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";
import { identifier } from "../../postgres/quote.ts";
import { type NextTransaction, type Refusals, type StandingStream, lookFurther } from "../refusals.ts";

const nextTransaction = defineQuery(
  "pglogical/next-transaction.sql",
  z.object({
    seen: z.number(),
    xid: z.string().nullable(),
    end: z.string().nullable(),
    committed_at: z.string().nullable(),
    commands: z.array(
      z.object({ role: z.string().nullable(), type: z.string().nullable(), commands: z.number() }),
    ),
    messages: z.array(
      z.object({ relation: z.string().nullable(), messages: z.number(), rows: z.number().nullable() }),
    ),
    other_changes: z.number(),
  }),
);
const originPosition = defineQuery("pglogical/origin-position.sql", z.object({ position: z.string() }));
const moveOrigin = defineQuery("pglogical/move-origin.sql", z.object({}).loose());

/** The origin of a subscription has the name of its slot. */
export const refusals: Refusals = {
  async position({ subscriber, slot }) {
    return (await subscriber.one(originPosition, slot)).position;
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
      return {
        seen: found.seen,
        transaction: { ...asTransaction(found), end: found.end, xid: found.xid },
      };
    });
  },
  async skip({ subscriber, slot }, { end }) {
    await subscriber.all(moveOrigin, slot, end);
  },
};

function asTransaction(found: z.infer<typeof nextTransaction.row>): Omit<NextTransaction, "end" | "xid"> {
  return {
    committedAt: found.committed_at,
    commands: found.commands,
    messages: found.messages.map(({ rows, ...message }) => ({ ...message, rows: rows ?? 0 })),
    otherChanges: found.other_changes,
  };
}
