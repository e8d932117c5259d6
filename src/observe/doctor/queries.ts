/** What doctor asks beyond what `observe` does. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const text = z.string();
const flag = z.boolean();

export const tableHazards = defineQuery(
  "postgres/table-hazards.sql",
  z.object({
    schema: text,
    table: text,
    kind: text,
    persistence: text,
    is_child: flag,
    is_parent: flag,
    has_deferrable_key: flag,
    unique_indexes: z.array(
      z.object({ name: text, isExclusion: flag, nullsNotDistinct: flag, columns: z.array(text) }),
    ),
    numbering: z.array(
      z.object({
        column: text,
        increment: z.number(),
        least: z.number(),
        most: z.number(),
        remainder: z.number().nullable(),
      }),
    ),
    checks: z.array(z.object({ name: text, definition: text })),
    firing_rules: z.array(text),
    enums: z.record(text, z.array(text)),
  }),
);

export const clusterFacts = defineQuery(
  "postgres/cluster-facts.sql",
  z.object({
    cluster: text,
    wal_bytes: z.number(),
    wal_bytes_per_day: z.number().nullable(),
    wal_seconds: z.number().nullable(),
    server_time_zone: text,
    idle_slots: z.array(
      z.object({
        name: text,
        database: text.nullable(),
        plugin: text.nullable(),
        walStatus: text.nullable(),
        retainedWalBytes: z.number(),
      }),
    ),
    silent_settings: z.array(z.object({ role: text.nullable(), database: text.nullable() })),
    link_role: z
      .object({
        canLogIn: flag,
        mayReplicate: flag,
        isSuperuser: flag,
        bypassesRowSecurity: flag,
        memberOf: z.array(text),
        mayUsePglogical: flag.nullable(),
        readsInterfaces: flag.nullable(),
      })
      .nullable(),
  }),
);

/** Whether the server's program was replaced since it was started. */
export const programAge = defineQuery("postgres/program-age.sql", z.object({ is_replaced: flag.nullable() }));

export type TableHazards = z.infer<typeof tableHazards.row>;
export type ClusterFacts = z.infer<typeof clusterFacts.row>;
