/** What a pglogical administrator types, in `sql/sandbox/naive/`. */
import { z } from "zod";

import type { Statement } from "../../../domain/statement.ts";
import type { Query } from "../../../postgres/query.ts";
import { question, statement } from "../sql.ts";

export const CREATE_EXTENSION: Statement = { text: "create extension pglogical", transaction: "join" };

/** pglogical makes names of slots of these, so they are plain words. */
export function nodeName(site: string): string {
  return site.replaceAll("-", "_");
}

/** A subscription is named for the site that it reads from. */
export function subscriptionName(provider: string): string {
  return `from_${nodeName(provider)}`;
}

export const createNode = (site: string, dsn: string): Statement =>
  statement("naive/create-node.sql", nodeName(site), dsn);
export const publish = (): Statement => statement("naive/publish.sql");
export const subscribe = (provider: string, dsn: string): Statement =>
  statement("naive/subscribe.sql", subscriptionName(provider), dsn);
export const enable = (subscription: string): Statement => statement("naive/reconnect.sql", subscription);
export const resynchronize = (provider: string): Statement =>
  statement("naive/resynchronize.sql", subscriptionName(provider));

const subscription = z.object({
  name: z.string(),
  provider: z.string(),
  status: z.string(),
  copying: z.number(),
});
/** A subscription as pglogical itself reports it. */
export type Reported = z.infer<typeof subscription>;

export const subscriptions: Query<Reported> = question("naive/subscriptions.sql", subscription);
export const mark: Query<{ lsn: string }> = question("naive/mark.sql", z.object({ lsn: z.string() }));
export const passed: Query<{ passed: boolean }> = question(
  "naive/passed.sql",
  z.object({ passed: z.boolean() }),
);
export const lockWaits: Query<{ waiting: number }> = question(
  "naive/lock-waits.sql",
  z.object({ waiting: z.number() }),
);
