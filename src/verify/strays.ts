/** Rows at a node that nobody below answers for: left behind by a node that has gone, or put there by hand. */
import { relationName, setsThrough, subtreeOf, type Topology } from "../domain/topology.ts";
import type { Stray } from "../domain/verification.ts";
import type { Session } from "../postgres/session.ts";
import { queries } from "./queries.ts";

const KEYS = 20;

/** Those of one node. `tables`: only these. */
export async function straysOf(
  topology: Topology,
  session: Session,
  tables: readonly string[] | undefined,
): Promise<readonly Stray[]> {
  const node = session.node;
  const below = subtreeOf(topology, node).filter((name) => name !== node);
  const found: Stray[] = [];
  for (const relation of setsThrough(topology, node).flatMap((set) => set.tables.map(relationName))) {
    if (tables !== undefined && !tables.includes(relation)) continue;
    const [facts] = await session.all(queries.facts, relation);
    if (facts?.receives !== true) continue;
    for (const stray of await session.all(queries.strays, relation, below, KEYS))
      found.push({ node, relation, ...stray });
  }
  return found;
}
