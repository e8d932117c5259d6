/** One transaction on the data plane. */
import type pg from "pg";

import type { Query } from "../../postgres/query.ts";

export type Value = string | number | boolean | null | readonly string[];

/** The only row of a query. */
export async function ask<Row>(
  client: pg.Client,
  query: Query<Row>,
  ...values: readonly Value[]
): Promise<Row> {
  const { rows } = await client.query(query.text, [...values]);
  return query.row.parse(rows[0] ?? {});
}

/** Count and hash of a set of rows: equal digests, equal rows. */
export interface Digest {
  readonly rows: number;
  readonly hash: string;
}

export async function digest(client: pg.Client, text: string): Promise<Digest> {
  const { rows } = await client.query<{ rows: string; hash: string }>(text);
  return { rows: Number(rows[0]?.rows ?? 0), hash: rows[0]?.hash ?? "0" };
}

export const sameDigest = (left: Digest, right: Digest): boolean =>
  left.rows === right.rows && left.hash === right.hash;

/** Runs `work` in a transaction on both servers: a snapshot at the provider, all or nothing at the subscriber. */
export async function inTransactions<Result>(
  provider: pg.Client,
  subscriber: pg.Client,
  work: () => Promise<Result>,
): Promise<Result> {
  // One core at a time: the provider's application comes first.
  await provider.query(
    "begin isolation level repeatable read read only; set local max_parallel_workers_per_gather = 0",
  );
  await subscriber.query(
    "begin; set local session_replication_role = replica; set local max_parallel_workers_per_gather = 0",
  );
  try {
    const result = await work();
    // What a table's owner left for the end of the transaction would run there as us.
    await subscriber.query("set constraints all immediate; close all");
    await subscriber.query("commit");
    await provider.query("rollback");
    return result;
  } catch (error) {
    await Promise.allSettled([provider.query("rollback"), subscriber.query("rollback")]);
    throw error;
  }
}
