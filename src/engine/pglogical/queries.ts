/** What we ask of a database about pglogical. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const slot = z.object({
  name: z.string(),
  plugin: z.string(),
  isActive: z.boolean(),
  walStatus: z.string(),
  lagBytes: z.number(),
  retainedWalBytes: z.number(),
});

const subscription = z.object({
  name: z.string(),
  provider: z.string(),
  sets: z.array(z.string()),
  status: z.enum(["replicating", "initializing", "disabled", "down", "unknown"]),
  slot: z.string(),
  providerDsn: z.string(),
  receivedPosition: z.number().nullable(),
  isInitialized: z.boolean(),
});

/** Answers everywhere, also where pglogical is not installed. */
export const presence = defineQuery(
  "pglogical/presence.sql",
  z.object({
    is_installed: z.boolean(),
    is_ours: z.boolean(),
    is_readable: z.boolean(),
    slots: z.array(slot),
  }),
);

/** Needs pglogical. */
export const state = defineQuery(
  "pglogical/state.sql",
  z.object({
    engine_node: z.string().nullable(),
    replication_sets: z.record(z.string(), z.array(z.string())),
    subscriptions: z.array(subscription),
  }),
);
