/** Sends rows to the tiers above once more, a few at a time. */
import { z } from "zod";

import { PreconditionError, UsageError } from "../domain/errors.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { afterLocks } from "./after-locks.ts";

const emitRows = defineQuery("emit/emit.sql", z.object({ puts: z.number(), drops: z.number() }));
const absentKeys = defineQuery("emit/absent.sql", z.object({ keys: z.coerce.number() }));
const keyOf = defineQuery("emit/key.sql", z.object({ key: z.array(z.string()).nullable() }));

/** Rows stay locked until a batch is written. */
const BATCH = 200;

export interface Emitted {
  /** Approved rows that were sent whole. */
  readonly puts: number;
  /** Keys that were sent as gone: not there, or not approved. */
  readonly drops: number;
}

export interface Emission {
  readonly set: string;
  /** `schema.table`. */
  readonly relation: string;
  /** Values of the key columns as text, one array to a row. */
  readonly keys: readonly (readonly string[])[];
}

/** Refuses keys that are not whole. Throws PreconditionError when the node has no such table. */
export async function expectWholeKeys(
  session: Session,
  { relation, keys }: Omit<Emission, "set">,
): Promise<void> {
  const { key } = await session.one(keyOf, relation);
  if (key === null || key.length === 0)
    throw new PreconditionError(`there is no table "${relation}" with a primary key`, {
      code: "table-missing",
      node: session.node,
      hint: "Name the table as the topology file does, as schema.table.",
    });
  const odd = keys.find((values) => values.length !== key.length);
  if (odd !== undefined)
    throw new UsageError(
      `the key of table "${relation}" is (${key.join(", ")}), not ${JSON.stringify(odd)}`,
      {
        code: "usage",
        hint: `Give a key of several columns as JSON: '[${key.map((column) => `"${column}"`).join(", ")}]'.`,
      },
    );
}

/** How many of these rows would be sent as gone. `below`: the node and those below it. */
export async function countGone(
  session: Session,
  { set, relation, keys }: Emission,
  below: readonly string[],
): Promise<number> {
  let gone = 0;
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH).flat();
    gone += (await session.one(absentKeys, set, relation, below, batch)).keys;
  }
  return gone;
}

/** Sends the rows. While somebody else writes the table, keys that are not there wait for their turn. */
export async function emit(
  session: Session,
  { set, relation, keys }: Emission,
  patience: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Emitted> {
  let sent: Emitted = { puts: 0, drops: 0 };
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH).flat();
    const { puts, drops } = await afterLocks({ ...patience, node: session.node, relation }, () =>
      session.one(emitRows, set, relation, batch),
    );
    sent = { puts: sent.puts + puts, drops: sent.drops + drops };
  }
  return sent;
}
