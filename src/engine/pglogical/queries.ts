/** What we ask of a database about pglogical. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const subscription = z.object({
  name: z.string(),
  sets: z.array(z.string()),
  status: z.enum(["replicating", "initializing", "disabled", "down", "unknown"]),
  slot: z.string(),
  providerDsn: z.string(),
  receivedPosition: z.number().nullable(),
  isInitialized: z.boolean(),
});

/** Needs pglogical. */
export const state = defineQuery(
  "pglogical/state.sql",
  z.object({
    engine_node: z.string().nullable(),
    replication_sets: z.record(z.string(), z.array(z.string())),
    subscriptions: z.array(subscription),
  }),
);
