/** Both ends of a table on a link, made comparable. */
import { PreconditionError } from "../domain/errors.ts";
import { relationName, type TableRule } from "../domain/topology.ts";
import type { Session } from "../postgres/session.ts";
import type { Ends } from "./candidates.ts";
import { queries, type TableFacts } from "./queries.ts";

/** A table on its way over a link. */
export interface TableOnLink {
  readonly provider: Session;
  readonly subscriber: Session;
  readonly set: string;
  readonly rule: TableRule;
  /** The provider and every node below it. */
  readonly below: readonly string[];
}

export interface ComparableEnds extends Ends {
  /** About how many rows there are. */
  readonly estimate: number;
  /** Columns that travel and are not above. */
  readonly lacking: readonly string[];
}

/** Asks both ends. Throws PreconditionError where they cannot be compared. */
export async function comparableEnds(table: TableOnLink): Promise<ComparableEnds> {
  const relation = relationName(table.rule);
  const [below] = await table.provider.all(queries.facts, relation);
  const [above] = await table.subscriber.all(queries.facts, relation);
  if (below === undefined || !(below.captures || below.receives)) throw notSetUp(table.provider, relation);
  if (above?.receives !== true) throw notSetUp(table.subscriber, relation);
  if (below.probe !== above.probe) throw hashDiffers(table);
  const columns = below.columns.filter((name) => above.columns.includes(name)).toSorted();
  const common = {
    relation,
    columns,
    asText: readsUnlike(below, above, columns),
    below: table.below,
    isShared: above.shared,
  };
  return {
    provider: { ...common, session: table.provider, way: below.receives ? "outgoing" : "own" },
    subscriber: { ...common, session: table.subscriber, way: "incoming" },
    estimate: Math.max(below.estimate, above.estimate),
    lacking: below.columns.filter((name) => !above.columns.includes(name)),
  };
}

/** Types that are not the same are hashed by their text. */
function readsUnlike(below: TableFacts, above: TableFacts, columns: readonly string[]): boolean {
  const typeOf = ({ columns: names, types }: TableFacts, name: string): string | undefined =>
    types[names.indexOf(name)];
  return (
    below.key_types.join() !== above.key_types.join() ||
    columns.some((name) => typeOf(below, name) !== typeOf(above, name))
  );
}

function notSetUp({ node }: Session, relation: string): PreconditionError {
  return new PreconditionError(`node "${node}" is not set up for table "${relation}"`, {
    code: "not-set-up",
    node,
    hint: "Run tributary apply.",
  });
}

function hashDiffers({ provider, subscriber }: TableOnLink): PreconditionError {
  return new PreconditionError(
    `the servers of "${provider.node}" and "${subscriber.node}" hash differently: another byte order`,
    {
      code: "hash-differs",
      node: subscriber.node,
      hint: "Compare the table by a copy of it on one of both.",
    },
  );
}
