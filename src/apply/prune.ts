/** Empties outboxes of what nobody needs any more. */
import { z } from "zod";

import { ConnectionError } from "../domain/errors.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Sessions } from "../postgres/sessions.ts";

const pruneNode = defineQuery("apply/prune.sql", z.object({ freed_bytes: z.number() }));

/** Prunes at these nodes, side by side. A node that is out of reach is pruned another time. Returns bytes freed. */
export async function pruneOutboxes(sessions: Sessions, nodes: readonly string[]): Promise<number> {
  const freed = await Promise.all(
    nodes.map(async (name) => {
      try {
        return (await (await sessions.get(name)).one(pruneNode)).freed_bytes;
      } catch (error) {
        if (error instanceof ConnectionError) return 0;
        throw error;
      }
    }),
  );
  return freed.reduce((sum, bytes) => sum + bytes, 0);
}
