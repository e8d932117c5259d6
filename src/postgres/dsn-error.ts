/** What is wrong with a connection string. */
import { TopologyError } from "../domain/errors.ts";

/** An error about the connection string, which itself is never shown. */
export function refuse(what: string, hint: string, cause?: unknown): never {
  throw new TopologyError(`connection string: ${what}`, { code: "dsn", hint, cause });
}
