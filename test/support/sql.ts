/** SQL in tests, as an application would send it: nothing of the tool in between. */
import postgres from "postgres";

import { parseTextArray } from "../../src/postgres/text-array.ts";

export type Row = Record<string, unknown>;

/** A connection for as long as a test needs it. Ends itself with `await using`. */
export interface Application extends AsyncDisposable {
  /** Runs one or, without values, several statements; the rows of the last. */
  query(text: string, ...values: readonly (string | number | boolean | null)[]): Promise<Row[]>;
  close(): Promise<void>;
}

const TEXT_ARRAY = { to: 1009, from: [1009], serialize: String, parse: parseTextArray };

/** One connection to a database. */
export function openApplication(dsn: string): Application {
  const sql = postgres(dsn, {
    max: 1,
    onnotice: () => undefined,
    // Else each connection asks for all array types first.
    fetch_types: false,
    types: { textArray: TEXT_ARRAY },
    connection: { application_name: "application" },
  });
  const close = (): Promise<void> => sql.end({ timeout: 5 });
  return {
    query: async (text, ...values) => {
      const rows = await (values.length === 0 ? sql.unsafe(text).simple() : sql.unsafe(text, [...values]));
      const last: unknown = rows.at(-1);
      // Several statements give several results.
      return (Array.isArray(last) ? [...last] : [...rows]) as Row[];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One statement over a connection of its own. */
export async function query(
  dsn: string,
  text: string,
  ...values: readonly (string | number | boolean | null)[]
): Promise<Row[]> {
  await using application = openApplication(dsn);
  return await application.query(text, ...values);
}
