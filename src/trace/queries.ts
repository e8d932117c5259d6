/** What is asked of a node about one row. */
import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";

const text = z.string();
const moment = z.coerce.date();

const kept = z.object({
  bytes: z.number().nullable(),
  isSearched: z.boolean(),
  since: moment.nullable(),
  messages: z
    .array(
      z.object({ node: text, epoch: text, number: text, kind: text, sentAt: moment, xid: text }).readonly(),
    )
    .readonly(),
});

const parked = z.object({ owner: text, since: moment, kind: text, reason: text, sqlState: text }).readonly();

const row = z.object({
  set_name: text.nullable(),
  captures: z.boolean(),
  receives: z.boolean(),
  on_leave: text.nullable(),
  canonical: text.nullable(),
  key: z.array(text).readonly(),
  is_present: z.boolean(),
  owner: text.nullable(),
  approved: z.boolean().nullable(),
  columns: z.array(text).readonly(),
  row_values: z.array(text.nullable()).readonly().nullable(),
  digests: z.array(text.nullable()).readonly().nullable(),
  xid: text.nullable(),
  written_at: moment.nullable(),
  origin: text.nullable(),
  kept,
  newest_sent_at: moment.nullable(),
  newest_arrived_at: moment.nullable(),
  parked: parked.nullable(),
});
/** A row, as one node tells it in one snapshot. */
export type TracedRow = z.infer<typeof row>;

/** A message of the row, in an outbox. */
export type KeptMessage = z.infer<typeof kept>["messages"][number];
/** Why the row could not be applied. */
export type ParkedRow = z.infer<typeof parked>;

export const queries = {
  row: defineQuery("trace/row.sql", row),
  parts: defineQuery("trace/parts.sql", z.object({ answers: z.array(text).readonly() })),
  position: defineQuery(
    "trace/position.sql",
    z.object({ present: z.number(), confirmed: z.number().nullable() }),
  ),
};
