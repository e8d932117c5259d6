/** What we ask of a database about native replication, beyond what is asked for every engine. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

/** Needs a superuser. */
export const connections = defineQuery(
  "native/connections.sql",
  z.object({ name: z.string(), dsn: z.string(), received_position: z.number().nullable() }),
);

export type Connection = z.infer<typeof connections.row>;
