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

/** Sessions that wait for somebody who asks the same database: a new one costs a server as much as fifty statements. */
const idle = new Map<string, Application[]>();
const IDLE_MS = 2000;

/** One statement in a session that is as good as new. */
export async function query(
  dsn: string,
  text: string,
  ...values: readonly (string | number | boolean | null)[]
): Promise<Row[]> {
  const application = idle.get(dsn)?.pop() ?? openApplication(dsn);
  let isUsable = false;
  try {
    const rows = await application.query(text, ...values);
    // Fails within a transaction, which ends with its session.
    isUsable = await application.query("discard all").then(
      () => true,
      () => false,
    );
    return rows;
  } finally {
    if (isUsable) leaveIdle(dsn, application);
    else await application.close();
  }
}

function leaveIdle(dsn: string, application: Application): void {
  const others = idle.get(dsn) ?? [];
  idle.set(dsn, [...others, application]);
  setTimeout(() => {
    const left = idle.get(dsn) ?? [];
    if (!left.includes(application)) return;
    idle.set(
      dsn,
      left.filter((each) => each !== application),
    );
    void application.close();
  }, IDLE_MS).unref();
}
