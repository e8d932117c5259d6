/** A question to a server: text from `sql/`, and the shape of its rows. */
import { readFileSync } from "node:fs";

import type { z } from "zod";

export interface Query<Row> {
  /** The file under `sql/`. */
  readonly file: string;
  readonly text: string;
  readonly row: z.ZodType<Row>;
}

const SQL_FOLDER = new URL("../../sql/", import.meta.url);
const defined: Query<unknown>[] = [];

/** The query in `sql/<file>`, with `row` as what each of its rows must be. */
export function defineQuery<Row>(file: string, row: z.ZodType<Row>): Query<Row> {
  const query = { file, text: readFileSync(new URL(file, SQL_FOLDER), "utf8"), row };
  defined.push(query);
  return query;
}

/** Every query defined so far, for the test that holds them against a real server. */
export function definedQueries(): readonly Query<unknown>[] {
  return defined;
}
