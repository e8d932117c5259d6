/** What we ask of a database about native replication, beyond what is asked for every engine. */
import { z } from "zod";

import { defineQuery } from "../../postgres/query.ts";

const position = z.object({ name: z.string(), received_position: z.number().nullable() });

/** Needs a superuser. */
export const connections = defineQuery("native/connections.sql", position.extend({ dsn: z.string() }));

/** Needs an operator. */
export const positions = defineQuery("native/positions.sql", position);

/** As far as our role may see it. */
export type Connection = z.infer<typeof position> & { readonly dsn?: string };
