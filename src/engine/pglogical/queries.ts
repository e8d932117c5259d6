/** What we ask of a database about pglogical. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const subscription = z.object({
  name: z.string(),
  sets: z.array(z.string()),
  status: z.enum(["replicating", "initializing", "stopping", "disabled", "down", "unknown"]),
  slot: z.string(),
  providerDsn: z.string().optional(),
  receivedPosition: z.number().nullable(),
  isInitialized: z.boolean(),
  listed: z.array(z.string()),
});

const row = z.object({
  engine_node: z.string().nullable(),
  replication_sets: z.record(z.string(), z.array(z.string())),
  subscriptions: z.array(subscription),
  interfaces: z.array(
    z.object({
      engineNode: z.string(),
      interface: z.string(),
      dsn: z.string(),
      isLocal: z.boolean(),
      isUsed: z.boolean(),
    }),
  ),
});

/** Needs pglogical, and the right to read its tables. */
export const state = defineQuery("pglogical/state.sql", row);

/** Needs the schema `tributary`, and an operator. */
export const toldState = defineQuery("pglogical/told-state.sql", row);
