/** Asks a node about the row. A node that does not answer is part of the answer. */
import { ConnectionError, PreconditionError, UsageError } from "../domain/errors.ts";
import { operatorRole } from "../domain/names.ts";
import type { Node, Topology } from "../domain/topology.ts";
import { subtreeOf } from "../domain/topology.ts";
import { isInsufficientPrivilege, isMissing, isUntranslatable, StatementError } from "../postgres/errors.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { filterParts } from "../topology/filter-parts.ts";
import { queries, type TracedRow } from "./queries.ts";
import type { FilterPart, Place, Position, Standing } from "./report.ts";

/** What to look for. */
export interface Wanted {
  readonly relation: string;
  readonly key: readonly string[];
}

const NOTHING = {
  isPresent: false,
  isSent: false,
  parts: [],
  keeps: false,
  messages: [],
  isSearched: true,
  values: new Map(),
} as const;

/** `owner`: whose row it is; absent when nobody knows yet. Throws UsageError where the key does not fit its types. */
export async function lookAt(
  topology: Topology,
  sessions: Sessions,
  node: Node,
  wanted: Wanted,
  owner?: string,
): Promise<Place> {
  const place = { node: node.name, tier: node.tier };
  try {
    const session = await sessions.get(node.name);
    const [row] = await session.all(queries.row, wanted.relation, wanted.key, owner ?? null);
    if (row === undefined)
      return { ...place, ...NOTHING, unknown: "the table is not there, or has another key" };
    if (!row.captures && !row.receives)
      return { ...place, ...NOTHING, unknown: "not set up for this table: run tributary apply" };
    return { ...place, ...(await told(topology, session, wanted, row)), ...keptOf(row, owner) };
  } catch (error) {
    if (error instanceof ConnectionError)
      return { ...place, ...NOTHING, unknown: `not reachable: ${withoutNode(error)}` };
    if (isUntranslatable(error)) return { ...place, ...NOTHING };
    if (isMissing(error)) return { ...place, ...NOTHING, unknown: "not set up: run tributary apply" };
    if (isInsufficientPrivilege(error)) {
      const right = operatorRole(topology.project);
      return {
        ...place,
        ...NOTHING,
        unknown: `the user of its dsn needs to be a member of ${right}: ${withoutNode(error as Error)}`,
      };
    }
    if (error instanceof PreconditionError) return { ...place, ...NOTHING, unknown: withoutNode(error) };
    throw explained(error, wanted);
  }
}

/** Up to where the subscriber of a link has everything, and the provider's WAL now. */
export async function positionOf(
  sessions: Sessions,
  provider: string,
  { slot }: Standing,
): Promise<Position | undefined> {
  if (slot === null) return undefined;
  try {
    const [found] = await (await sessions.get(provider)).all(queries.position, slot);
    if (found === undefined || found.confirmed === null) return undefined;
    return { present: found.present, confirmed: found.confirmed, at: performance.now() };
  } catch (error) {
    if (error instanceof ConnectionError) return undefined;
    throw error;
  }
}

const withoutNode = ({ message }: Error): string => message.replace(/^node "[^"]*": /u, "");

/** Class 22: a value that its type does not take. */
function explained(error: unknown, { relation, key }: Wanted): unknown {
  if (!(error instanceof StatementError) || !error.sqlState.startsWith("22")) return error;
  return new UsageError(`${JSON.stringify(key)} is no key of table "${relation}": ${withoutNode(error)}`, {
    code: "usage",
    cause: error,
  });
}

async function told(
  topology: Topology,
  session: Session,
  wanted: Wanted,
  row: TracedRow,
): Promise<Omit<Place, "node" | "tier" | keyof Kept>> {
  const isOwn = row.owner === null;
  const passes =
    row.owner === null ? row.approved === true : subtreeOf(topology, session.node).includes(row.owner);
  return {
    isPresent: row.is_present,
    isSent: row.is_present && passes,
    keeps: row.on_leave === "keep",
    parts: row.is_present && isOwn && row.approved === false ? await partsOf(session, wanted, row) : [],
    values: valuesOf(row),
    ...(row.is_present ? { owner: row.owner ?? session.node } : {}),
    ...(row.is_present && isOwn && row.approved !== null ? { isApproved: row.approved } : {}),
    ...(row.xid === null ? {} : { written: writingOf(row, row.xid) }),
  };
}

type Kept = Pick<Place, "parked" | "messages" | "messagesSince" | "isSearched" | "newestSentAt">;

function keptOf({ kept, parked, newest_sent_at }: TracedRow, owner: string | undefined): Kept {
  return {
    messages: kept.messages.filter(({ node }) => owner === undefined || node === owner),
    isSearched: kept.isSearched,
    ...(kept.since === null ? {} : { messagesSince: kept.since }),
    ...(parked === null ? {} : { parked }),
    ...(newest_sent_at === null ? {} : { newestSentAt: newest_sent_at }),
  };
}

const writingOf = ({ written_at, origin }: TracedRow, xid: string): NonNullable<Place["written"]> => ({
  xid,
  ...(written_at === null ? {} : { at: written_at }),
  ...(origin === null ? {} : { origin }),
});

const valuesOf = ({ columns, row_values, digests }: TracedRow): Place["values"] =>
  new Map(
    columns.map((name, index) => [
      name,
      { text: row_values?.[index] ?? null, digest: digests?.[index] ?? null },
    ]),
  );

async function partsOf(
  session: Session,
  { relation, key }: Wanted,
  { canonical }: TracedRow,
): Promise<readonly FilterPart[]> {
  const conditions = filterParts(canonical ?? "true");
  const { answers } = await session.one(queries.parts, relation, key, conditions);
  return conditions.map((condition, index) => ({ condition, answer: answers[index] ?? "null" }));
}
