/** What the application of the proof of concept does, in `sql/sandbox/`. */
import { readFileSync } from "node:fs";

import { z } from "zod";

import type { Statement, StatementValue } from "../../domain/statement.ts";
import type { Query } from "../../postgres/query.ts";

const FOLDER = new URL("../../../sql/sandbox/", import.meta.url);

/** A file without rows, as a statement. */
export function statement(file: string, ...values: readonly StatementValue[]): Statement {
  return { text: readFileSync(new URL(file, FOLDER), "utf8"), values, transaction: "join" };
}

/** The application's empty tables. */
export const application = (): Statement => statement("knowledge-base.sql");

/** A file that asks. */
export function question<Row>(file: string, row: z.ZodType<Row>): Query<Row> {
  return { file: `sandbox/${file}`, text: statement(file).text, row };
}

const changed = z.object({
  documents: z.number(),
  attachments: z.number(),
  /** The title of a document that was changed. */
  example: z.string().optional(),
  bytes: z.number().optional(),
});
/** How much a statement of the application changed. */
export type Changed = z.infer<typeof changed>;

export const approveDrafts: Query<Changed> = question("approve-drafts.sql", changed);
export const correctDocument: Query<Changed> = question("correct-document.sql", changed);
export const withdrawDocuments: Query<Changed> = question("withdraw-documents.sql", changed);
export const deleteDocuments: Query<Changed> = question("delete-documents.sql", changed);

const digest = z.object({ rows: z.number(), digest: z.string() });
export const officeDigest: Query<z.infer<typeof digest>> = question("office-digest.sql", digest);

const hashedRow = z.object({
  office: z.string(),
  key: z.string(),
  /** What people call it. */
  label: z.string(),
  /** Its status; only what is `approved` travels. */
  state: z.string(),
  /** What never travels. */
  note: z.string().nullable(),
  columns: z.record(z.string(), z.unknown()),
});
/** One row, with a hash of each column that travels. */
export type HashedRow = z.infer<typeof hashedRow>;

/** Every row of a table, by table. */
export const hashedRows: Readonly<Record<string, Query<HashedRow>>> = {
  category: question("compare-category.sql", hashedRow),
  document: question("compare-document.sql", hashedRow),
  attachment: question("compare-attachment.sql", hashedRow),
};

const count = z.object({ found: z.number() });
export const strays: Query<z.infer<typeof count>> = question("strays.sql", count);
export const outboxStrays: Query<z.infer<typeof count>> = question("outbox-strays.sql", count);
