/** What verification asks of both ends. */
import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";

const count = z.coerce.number();
const text = z.string();
const texts = z.array(text).readonly();
const sums = z.object({ rows: count, sums: text });

const facts = z.object({
  columns: texts,
  types: texts,
  key: texts,
  key_types: texts,
  estimate: count,
  receives: z.boolean(),
  captures: z.boolean(),
  probe: text,
  shared: z.boolean(),
});
/** A table, as one end has it. */
export type TableFacts = z.infer<typeof facts>;

const seenRow = z.object({
  /** From 1, in the order in which keys were asked for. */
  position: z.number(),
  /** As this end writes it; null when the row is not here. */
  key: texts.nullable(),
  owner: text.nullable(),
  passes: z.boolean(),
  hash: text.nullable(),
  version: text.nullable(),
  parked: text.nullable(),
});
/** A row by its key, at one end. holders: of a shared table, whose row it is, too. */
export type SeenRow = z.infer<typeof seenRow> & { readonly holders?: readonly string[] };

export const queries = {
  facts: defineQuery("verify/facts.sql", facts),
  parts: defineQuery("verify/parts.sql", z.object({ part: text, pages: count })),
  sums: defineQuery("verify/sums.sql", sums),
  ownedSums: defineQuery("verify/owned-sums.sql", sums.extend({ is_all: z.boolean().nullable() })),
  hasRows: defineQuery("verify/has-rows.sql", z.object({ has_rows: z.boolean() })),
  hasOthers: defineQuery("verify/has-others.sql", z.object({ has_others: z.boolean() })),
  rows: defineQuery("verify/rows.sql", z.object({ key: texts, hash: text })),
  look: defineQuery("verify/look.sql", seenRow),
  lookShared: defineQuery("verify/look-shared.sql", seenRow.extend({ holders: texts })),
  writers: defineQuery("verify/writers.sql", z.object({ writer: text })),
  values: defineQuery(
    "verify/values.sql",
    z.object({ position: z.number(), row_values: z.array(text.nullable()).readonly().nullable() }),
  ),
  strays: defineQuery(
    "verify/unanswered.sql",
    z.object({ owner: text.nullable(), rows: count, keys: texts }),
  ),
  busy: defineQuery("verify/busy.sql", z.object({ active: z.number(), standby_bytes: count })),
  record: defineQuery("verify/record.sql", z.object({}).loose()),
  equalSince: defineQuery("verify/equal-since.sql", z.object({ relation: text, rule: text, rows: count })),
  link: defineQuery(
    "verify/link.sql",
    z.object({ phase: text.nullable(), sent_at: z.coerce.date().nullable() }),
  ),
};
