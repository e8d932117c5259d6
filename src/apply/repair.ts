/** Makes what is upstream equal again: rows are sent once more from below, in order with live changes, to all tiers above. */
import { z } from "zod";

import type { Difference } from "../domain/verification.ts";
import { defineQuery } from "../postgres/query.ts";
import { type ComparableEnds, comparableEnds, type TableOnLink } from "../verify/ends.ts";
import type { Manner } from "../verify/scan.ts";
import { lookedAt, settle } from "../verify/settle.ts";
import { claimNode, releaseNode } from "./claim.ts";
import { keepRate } from "../postgres/keep-rate.ts";
import { afterLocks } from "./after-locks.ts";
import { recordOnNode } from "./record.ts";
import { queries } from "./seed/queries.ts";

const emitUnchanged = defineQuery(
  "repair/emit-unchanged.sql",
  z.object({ puts: z.number(), drops: z.number(), skipped: z.number() }),
);

const emitUnchangedShared = defineQuery(
  "repair/emit-unchanged-shared.sql",
  z.object({ puts: z.number(), drops: z.number(), skipped: z.number() }),
);

/** Rows are locked until their batch is written. */
const BATCH = 200;

/** What was done about one table on one link. */
export interface Repaired {
  /** Rows sent whole, and keys sent as gone. */
  readonly sent: number;
  /** Changed since they were compared: that change is on its way by itself. */
  readonly changed: number;
  /** Equal by now, by what was sent further down or by the stream. */
  readonly equal: number;
  /** Written all the time while they were looked at: neither sent nor called equal. */
  readonly unsettled: number;
  /** What is still not equal after all that was sent has arrived. */
  readonly left: readonly Difference[];
}

export interface RepairManner extends Manner {
  /** The most to send in a second; 0: no limit. `bytesPerSecond` is for reading. */
  readonly sendBytesPerSecond: number;
  readonly note: (entry: Readonly<Record<string, unknown>>) => void;
}

/**
 * Can sending the row from the provider mend it? A parked change of a row that is not there, too: the row then comes whole. Not
 * what is parked at the provider itself: it has nothing right to send.
 */
export const isMendable = ({ kind, hash }: Difference): boolean => kind !== "parked" || hash !== null;

/**
 * Repairs one table over one link. Rows are looked at first: those that are equal by now, or that changed since, are left
 * alone. Throws PreconditionError when another operator changes the provider, DeadlineError, or Interrupted; the same call
 * goes on where it stopped.
 */
export async function repairTable(
  table: TableOnLink,
  rows: readonly Difference[],
  manner: RepairManner,
): Promise<Repaired> {
  await claimNode(table.provider, manner.signal);
  try {
    const ends = await comparableEnds(table);
    const before = await stillDifferent(table, ends, rows, manner);
    const unit = (row: Difference): string => JSON.stringify(lookedAt(ends, row));
    const known = new Map(rows.map((row) => [unit(row), row]));
    const same = before.open.filter((row) => known.get(unit(row))?.hash === row.hash);
    const { sent, skipped } = await sendRows(table, ends, same, manner);
    const after = await stillDifferent(table, ends, same, manner);
    return {
      sent,
      changed: before.open.length - same.length + skipped,
      equal: rows.length - before.open.length - before.unsettled,
      unsettled: before.unsettled + after.unsettled,
      left: after.open,
    };
  } finally {
    await releaseNode(table.provider);
  }
}

/** Sends rows that differ, batch by batch, into the stream. Throws DeadlineError, or Interrupted. */
export async function sendRows(
  table: TableOnLink,
  ends: ComparableEnds,
  rows: readonly Difference[],
  manner: RepairManner,
): Promise<Sent> {
  const { relation } = ends.provider;
  const { row_bytes } = await table.provider.one(queries.facts, relation);
  let total: Sent = { sent: 0, skipped: 0 };
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const began = performance.now();
    const done = await sendBatch(table, ends, batch, manner);
    total = { sent: total.sent + done.sent, skipped: total.skipped + done.skipped };
    await noteBatch(table, ends, done, manner);
    manner.progress(
      `${table.provider.node} → ${table.subscriber.node}: ${relation}, ${total.sent} of ${rows.length} rows sent`,
    );
    await keepRate(
      {
        bytes: batch.length * row_bytes,
        tookMs: performance.now() - began,
        bytesPerSecond: manner.sendBytesPerSecond,
      },
      manner.signal,
    );
  }
  return total;
}

/** What of these rows differs when all that was sent has arrived, and can be mended. */
async function stillDifferent(
  { set, rule }: TableOnLink,
  ends: ComparableEnds,
  rows: readonly Difference[],
  manner: Manner,
): Promise<{ readonly open: readonly Difference[]; readonly unsettled: number }> {
  const keys = rows.map((row) => lookedAt(ends, row));
  const { differences, unsettled } = await settle(
    ends,
    keys,
    { set, keeps: rule.onLeave === "keep" },
    manner,
  );
  return { open: differences.filter(isMendable), unsettled };
}

/** What was written into the stream. */
interface Sent {
  readonly sent: number;
  /** Not as it was compared any more. */
  readonly skipped: number;
}

async function sendBatch(
  table: TableOnLink,
  ends: ComparableEnds,
  rows: readonly Difference[],
  manner: Manner,
): Promise<Sent> {
  const { relation, columns, asText, below, isShared } = ends.provider;
  const whole = rows.filter(({ kind }) => kind !== "extra");
  let sent = 0;
  let skipped = 0;
  if (whole.length > 0) {
    const keys = whole.flatMap(({ key }) => key);
    const hashes = whole.map(({ hash }) => hash ?? "");
    const done = await afterLocks({ ...manner, node: table.provider.node, relation }, () =>
      isShared
        ? table.provider.one(
            emitUnchangedShared,
            table.set,
            relation,
            columns,
            asText,
            below,
            keys,
            hashes,
            whole.map(({ owner }) => owner),
          )
        : table.provider.one(emitUnchanged, table.set, relation, columns, asText, below, keys, hashes),
    );
    sent += done.puts + done.drops;
    skipped += done.skipped;
  }
  const extra = rows.filter(({ kind }) => kind === "extra");
  for (const owner of new Set(extra.map((row) => row.owner))) {
    const keys = extra.filter((row) => row.owner === owner).flatMap(({ key }) => key);
    const { drops } = await afterLocks({ ...manner, node: table.provider.node, relation }, () =>
      table.provider.one(queries.emitAbsent, table.set, relation, below, owner, keys),
    );
    sent += drops;
  }
  return { sent, skipped };
}

async function noteBatch(
  { provider, subscriber }: TableOnLink,
  ends: ComparableEnds,
  done: Sent,
  { note }: RepairManner,
): Promise<void> {
  note({ repair: ends.provider.relation, provider: provider.node, subscriber: subscriber.node, ...done });
  await recordOnNode(provider, `repair ${ends.provider.relation}`, "done", JSON.stringify(done));
}
