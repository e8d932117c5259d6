/** From candidates to verdicts: rows are looked at, below and above, until they have stood still long enough to be judged. */
import type { Difference, DifferenceKind } from "../domain/verification.ts";
import { comesInTime } from "../postgres/until.ts";
import type { Ends, Key } from "./candidates.ts";
import { passFence } from "./fence.ts";
import { type Finding, judge } from "./judge.ts";
import { queries, type SeenRow } from "./queries.ts";
import type { End, Manner } from "./scan.ts";

/** Rows that are written all the time are given up after so many looks: neither equal nor different. */
const ROUNDS = 8;
const BATCH = 500;
/** A statement that writes for longer makes this round undecided. */
const WRITERS_MS = 1000;

export interface Settled {
  readonly differences: readonly Difference[];
  readonly kept: number;
  readonly unsettled: number;
}

/** Judges rows by their keys. `set`: through whose outbox the table goes. `keeps`: on_leave is keep. */
export async function settle(
  ends: Ends,
  keys: readonly Key[],
  { set, keeps }: { readonly set: string; readonly keeps: boolean },
  manner: Manner,
): Promise<Settled> {
  const differences = new Map<string, Difference>();
  let kept = 0;
  let open = keys;
  for (let round = 0; round < ROUNDS && open.length > 0; round += 1) {
    const changing: Key[] = [];
    for (let start = 0; start < open.length; start += BATCH) {
      const batch = open.slice(start, start + BATCH);
      for (const { key, finding, below, above } of await judged(ends, batch, { set, keeps }, manner)) {
        if (finding === "changing") changing.push(key);
        else if (finding === "kept") kept += 1;
        else if (finding !== "equal") {
          const difference = described(ends, key, finding, { below, above });
          // The ends may write one key differently (1.5 and 1.50): that is one row.
          differences.set(JSON.stringify(lookedAt(ends, difference)), difference);
        }
      }
    }
    open = changing;
  }
  return { differences: [...differences.values()], kept, unsettled: open.length };
}

interface Judged {
  readonly key: Key;
  readonly finding: Finding;
  readonly below: SeenRow;
  readonly above: SeenRow;
}

async function judged(
  ends: Ends,
  keys: readonly Key[],
  { set, keeps }: { readonly set: string; readonly keeps: boolean },
  manner: Manner,
): Promise<readonly Judged[]> {
  const above0 = await look(ends.subscriber, keys, false);
  const areFirstIn = await writersEnd(ends.provider, manner);
  const below1 = await look(ends.provider, keys, true);
  await passFence({ set, provider: ends.provider.session, subscriber: ends.subscriber.session }, manner);
  const above1 = await look(ends.subscriber, keys, false);
  const isCaughtUp = areFirstIn && (await writersEnd(ends.provider, manner));
  const below2 = await look(ends.provider, keys, true);
  return keys.map((key, index) => {
    const looks = {
      above0: at(above0, index),
      below1: at(below1, index),
      above1: at(above1, index),
      below2: at(below2, index),
      isCaughtUp,
    };
    return { key, finding: judge(looks, keeps), below: looks.below2, above: looks.above1 };
  });
}

/**
 * Waits until whoever writes the table now has ended, or waits for its client. A commit is sent, and arrives above, as soon as
 * it is on disk; at its own server it is seen a moment later, and with synchronous standbys when they have it, too
 * (CommitTransaction in PostgreSQL's xact.c). What the subscriber has shown is in the provider's snapshots only after this.
 * False: somebody has not ended for a second.
 */
async function writersEnd({ session, relation }: End, { signal }: Manner): Promise<boolean> {
  const writers = async (): Promise<string[]> =>
    (await session.all(queries.writers, relation)).map(({ writer }) => writer);
  let waiting = await writers();
  const haveEnded = async (): Promise<boolean> => {
    const present = waiting.length === 0 ? [] : await writers();
    waiting = waiting.filter((writer) => present.includes(writer));
    return waiting.length === 0;
  };
  const describe = (): string => `whoever writes ${relation} at "${session.node}" to commit`;
  return await comesInTime(haveEnded, { timeoutMs: WRITERS_MS, signal, intervalMs: 5, describe });
}

/** What a row is looked at by. */
export const lookedAt = ({ provider }: Ends, { key, owner }: Pick<Difference, "key" | "owner">): Key =>
  provider.isShared ? [...key, owner] : key;

function look(end: End, keys: readonly Key[], isProvider: boolean): Promise<readonly SeenRow[]> {
  const { session, relation, columns, asText, below } = end;
  if (!end.isShared)
    return session.all(queries.look, relation, columns, asText, below, isProvider, keys.flat());
  const owners = keys.map((key) => key.at(-1) ?? "");
  const values = keys.flatMap((key) => key.slice(0, -1));
  return session.all(queries.lookShared, relation, columns, asText, below, isProvider, values, owners);
}

function at(rows: readonly SeenRow[], index: number): SeenRow {
  const row = rows[index];
  if (row === undefined) throw new Error(`asked for ${index + 1} rows or more, was told of ${rows.length}`);
  return row;
}

function described(
  { provider, subscriber }: Ends,
  key: Key,
  kind: DifferenceKind,
  seen: { readonly below: SeenRow; readonly above: SeenRow },
): Difference {
  const { below, above } = seen;
  const reason = reasonOf(kind, seen, provider.session.node, subscriber.session.node);
  const { holders = [] } = above;
  const whose = provider.isShared ? key.at(-1) : below.passes ? below.owner : above.owner;
  return {
    key: below.key ?? above.key ?? (provider.isShared ? key.slice(0, -1) : key),
    kind,
    owner: whose ?? provider.session.node,
    ...(holders.length === 0 ? {} : { holders }),
    hash: below.passes ? below.hash : null,
    ...(reason === undefined ? {} : { reason }),
  };
}

function reasonOf(
  kind: DifferenceKind,
  { below, above }: { readonly below: SeenRow; readonly above: SeenRow },
  provider: string,
  subscriber: string,
): string | undefined {
  if (above.parked !== null) return above.parked;
  if (below.parked !== null) return `parked at "${provider}": ${below.parked}`;
  if (kind !== "missing" || above.key === null) return undefined;
  if (above.holders !== undefined)
    return `the row is there as one of ${above.holders.map((holder) => `"${holder}"`).join(", ") || `"${subscriber}"`} only`;
  return `the key is taken by a row of "${above.owner ?? subscriber}"`;
}
