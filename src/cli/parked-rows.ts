/** Parked rows of one node: what waits there, another try, and giving them up. */
import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import type { ParkedCause } from "./parked-advice.ts";

/** Rows of one table and owner that are parked at one node for one reason. */
export interface ParkedGroup extends ParkedCause {
  readonly set: string;
  /** Of their messages: put, patch or drop. */
  readonly kind: string;
  /** Of one of them, where they differ by a value. */
  readonly reason: string;
  readonly rows: number;
  /** ISO 8601, of the oldest. */
  readonly since: string;
  /** The oldest of them. */
  readonly oldest: readonly ParkedKey[];
  /** Entry number of the newest. */
  readonly lastId: string;
}

export interface ParkedKey {
  readonly key: readonly (string | null)[] | null;
  /** What the server said besides the reason. */
  readonly detail: string | null;
}

/** Which of the parked rows. Absent: all. */
export interface ParkedFilter {
  readonly owners?: readonly string[];
  readonly tables?: readonly string[];
}

/** What another try came to. */
export interface Retried {
  readonly applied: number;
  /** Why it ended early: nothing that is wrong with a row. */
  readonly stopped?: string;
}

const groupsQuery = defineQuery(
  "parked/groups.sql",
  z.object({
    relation: z.string(),
    owner: z.string(),
    kind: z.string(),
    sqlstate: z.string(),
    set_name: z.string(),
    reason: z.string(),
    rows: z.number(),
    since: z.string(),
    last_id: z.string(),
    oldest: z
      .array(z.object({ key: z.array(z.string().nullable()).nullable(), detail: z.string().nullable() }))
      .nullable(),
  }),
);
const retryQuery = defineQuery(
  "parked/retry.sql",
  z.object({
    applied: z.coerce.number(),
    reached: z.coerce.number().nullable(),
    stopped: z.string().nullable(),
  }),
);
const discardQuery = defineQuery("parked/discard.sql", z.object({ rows: z.coerce.number() }));

const valuesOf = ({ owners, tables }: ParkedFilter): [readonly string[] | null, readonly string[] | null] => [
  owners ?? null,
  tables ?? null,
];

/** What is parked at a node, one group to a cause, with the oldest keys of each. */
export async function parkedAt(
  session: Session,
  filter: ParkedFilter,
  keys: number,
): Promise<readonly ParkedGroup[]> {
  const rows = await session.all(groupsQuery, ...valuesOf(filter), keys);
  return rows.map(({ relation, sqlstate, set_name, last_id, oldest, ...row }) => ({
    node: session.node,
    table: relation,
    sqlState: sqlstate,
    set: set_name,
    lastId: last_id,
    oldest: oldest ?? [],
    ...row,
  }));
}

/** Tries the rows again, stretch by stretch, as long as one makes way for another. */
export async function retryParked(
  session: Session,
  filter: ParkedFilter,
  signal: AbortSignal,
): Promise<Retried> {
  let applied = 0;
  for (;;) {
    const before = applied;
    let after: number | null = 0;
    while (after !== null) {
      signal.throwIfAborted();
      const stretch: z.infer<typeof retryQuery.row> = await session.one(
        retryQuery,
        after,
        ...valuesOf(filter),
      );
      applied += stretch.applied;
      if (stretch.stopped !== null) return { applied, stopped: stretch.stopped };
      after = stretch.reached;
    }
    if (applied === before) return { applied };
  }
}

/** Gives up the rows that `groups` has shown, and no later ones. Returns how many; their keys are in the node's journal. */
export async function discardParked(
  session: Session,
  filter: ParkedFilter,
  groups: readonly ParkedGroup[],
): Promise<number> {
  const newest = groups.reduce((found, { lastId }) => (BigInt(lastId) > found ? BigInt(lastId) : found), 0n);
  return (await session.one(discardQuery, ...valuesOf(filter), String(newest))).rows;
}
