/** What the first copy asks of both servers. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const count = z.coerce.number();
const nothing = z.object({}).loose();
const digest = z.object({ rows: count, hash: z.string() });
const key = z.array(z.string()).readonly();

export type Key = z.infer<typeof key>;

export const queries = {
  begin: defineQuery("seed/begin.sql", nothing),
  facts: defineQuery(
    "seed/facts.sql",
    z.object({
      columns: z.array(z.string()),
      key: z.array(z.string()),
      collation: z.string().nullable(),
      row_bytes: count,
      binary_types: z.string().nullable(),
    }),
  ),
  nextBound: defineQuery("seed/next-bound.sql", z.object({ bound: key.nullable() })),
  chunks: defineQuery(
    "seed/chunks.sql",
    z.object({ lower: key.nullable(), upper: key.nullable(), rows: count }),
  ),
  needsDrain: defineQuery("seed/needs-drain.sql", z.object({ needed: z.boolean() })),
  doubtLink: defineQuery("seed/doubt-link.sql", nothing),
  forget: defineQuery("seed/forget.sql", nothing),
  lastKey: defineQuery("seed/last-key.sql", z.object({ bound: key.nullable() })),
  recordChunk: defineQuery("seed/record-chunk.sql", nothing),
  finish: defineQuery(
    "seed/finish.sql",
    z.object({ rows: count, copied: count, adopted: count, merged: count }),
  ),
  providerRange: defineQuery(
    "seed/provider-range.sql",
    z.object({ digest: z.string(), rows: z.string(), owned_rows: z.string(), keys: z.string() }),
  ),
  subscriberRange: defineQuery(
    "seed/subscriber-range.sql",
    z.object({
      present: z.string(),
      mine: z.string(),
      staged: z.string(),
      matched: z.string(),
      parked: z.enum(["t", "f"]).transform((answer) => answer === "t"),
      rows: z.string(),
      owned_rows: z.string(),
      keys: z.string(),
      straight: z.enum(["t", "f"]).transform((answer) => answer === "t"),
    }),
  ),
  unconvertible: defineQuery(
    "seed/unconvertible.sql",
    z.object({ rows: count, keys: z.array(z.string()).nullable() }),
  ),
  emitRange: defineQuery("seed/emit-range.sql", z.object({ rows: count, bytes: count })),
  emitAbsent: defineQuery("seed/emit-absent.sql", z.object({ drops: count })),
  incomingKeys: defineQuery(
    "seed/incoming-keys.sql",
    z.object({ owner: z.string(), keys: z.array(z.string()) }),
  ),
  outgoingDigest: defineQuery("seed/outgoing-digest.sql", digest),
  incomingDigest: defineQuery("seed/incoming-digest.sql", digest),
  parkedInRange: defineQuery("seed/parked-in-range.sql", z.object({ parked: z.boolean() })),
  createStaging: defineQuery("seed/create-staging.sql", nothing),
  mergeStaging: defineQuery("seed/merge-staging.sql", nothing),
};
