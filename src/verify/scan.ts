/** One pass over one end of a table: what it holds, as sums. Gentle: a stretch of pages at a time, with pauses. */
import { keepRate } from "../postgres/keep-rate.ts";
import type { Session } from "../postgres/session.ts";
import { comesInTime } from "../postgres/until.ts";
import { queries } from "./queries.ts";
import { addSums, type Buckets, decodeSums } from "./sums.ts";

/** Which rows of a table are one end's: all that pass the filter here, every row, or those of the link's nodes. */
export type Way = "own" | "all" | "outgoing" | "incoming";

/** What holds for all tables of a run. */
export interface Manner {
  readonly signal: AbortSignal;
  /** How long to wait for the stream, and for locks. */
  readonly timeoutMs: number;
  /** The most to read from one server's tables in a second; 0: no limit. */
  readonly bytesPerSecond: number;
  /** How many rows to list of what differs, for each table. */
  readonly listed: number;
  /** Also which columns differ. */
  readonly deep: boolean;
  /** Tells what is going on. */
  readonly progress: (text: string) => void;
}

/** One end of a link, as far as one table goes. */
export interface End {
  readonly session: Session;
  readonly relation: string;
  readonly columns: readonly string[];
  readonly asText: boolean;
  /** Nodes whose rows go over the link. */
  readonly below: readonly string[];
  readonly way: Way;
  /** Equal rows of several nodes are one row above. A row is then looked at once for each of its owners, who stands behind its key. */
  readonly isShared: boolean;
}

export interface Sums {
  readonly rows: number;
  readonly sums: Buffer;
}

const PAGE_BYTES = 8192;
/** About two seconds' work for a server that reads from its memory. */
const STRETCH_PAGES = 65_536;

/** In how many statements an end is read. */
export async function countStretches({ session, relation, way }: End): Promise<number> {
  if (isJoined(way)) return 1;
  const parts = await session.all(queries.parts, relation);
  return parts.reduce((sum, { pages }) => sum + Math.ceil(pages / STRETCH_PAGES), 0);
}

const isJoined = (way: Way): boolean => way === "outgoing" || way === "incoming";

/** Sums over one end's rows. What is joined with owners is read in one statement; anything else in stretches. */
export async function scan(end: End, buckets: Buckets, manner: Manner): Promise<Sums> {
  if (isJoined(end.way)) {
    await leaveRoom(end, manner);
    return await sumsOf(end, buckets);
  }
  let total: Sums = {
    rows: 0,
    sums: Buffer.alloc(buckets.prefixes.length * 2 ** (buckets.bits - buckets.known) * 8),
  };
  for (const { part, pages } of await end.session.all(queries.parts, end.relation))
    for (let lower = 0; lower < pages; lower += STRETCH_PAGES) {
      await leaveRoom(end, manner);
      // The last stretch is open: the table may have grown.
      const upper = lower + STRETCH_PAGES < pages ? lower + STRETCH_PAGES : MOST_PAGES;
      const start = performance.now();
      const found = await sumsOf(end, buckets, { part, lower, upper });
      total = { rows: total.rows + found.rows, sums: addSums(total.sums, found.sums) };
      const bytes = (Math.min(upper, pages) - lower) * PAGE_BYTES;
      await keepRate({ bytes, tookMs: performance.now() - start, ...manner }, manner.signal);
    }
  return total;
}

/** More than any table has. */
const MOST_PAGES = 4_294_967_294;

interface Stretch {
  readonly part: string;
  readonly lower: number;
  readonly upper: number;
}

async function sumsOf(end: End, { bits, known, prefixes }: Buckets, stretch?: Stretch): Promise<Sums> {
  const { session, relation, columns, asText, way, below, isShared } = end;
  const { part = null, lower = null, upper = null } = stretch ?? {};
  const found = await session.one(
    queries.sums,
    relation,
    columns,
    asText,
    way,
    below,
    bits,
    known,
    known === 0 ? null : prefixes.map(String),
    part,
    lower,
    upper,
    isShared,
  );
  return { rows: found.rows, sums: decodeSums(found.sums) };
}

const MANY_CLIENTS = 4;
const MUCH_BEHIND = 64 * 1024 ** 2;
const REST_MS = 5000;
/** A server that is never at rest is compared all the same, slowly. */
const MOST_REST_MS = 60_000;

/** Waits while the server is busy with what comes first: its application, and its standbys. */
async function leaveRoom({ session }: End, { signal, progress }: Manner): Promise<void> {
  const isAtRest = async (): Promise<boolean> => {
    const { active, standby_bytes } = await session.one(queries.busy);
    if (active < MANY_CLIENTS && standby_bytes < MUCH_BEHIND) return true;
    const why =
      active < MANY_CLIENTS
        ? "its standby is far behind"
        : `${active} clients of its application are at work`;
    progress(`${session.node}: waits, ${why}`);
    return false;
  };
  await comesInTime(isAtRest, {
    timeoutMs: MOST_REST_MS,
    intervalMs: REST_MS,
    maxIntervalMs: REST_MS,
    signal,
    describe: () => `node "${session.node}" to be at rest`,
  });
}
