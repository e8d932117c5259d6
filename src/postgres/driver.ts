/** How the driver of the control plane is set up: one connection, values as text where a type could lose something. */
import { Duplex } from "node:stream";

import postgres from "postgres";

import { Secret, type StatementValue } from "../domain/statement.ts";
import type { ConnectionOptions } from "./dsn.ts";
import { openSocket } from "./socket.ts";
import { arrayLiteral, parseTextArray } from "./text-array.ts";

/** A driver that connects when it is first used. `settings` are those of its session. */
export function newDriver(
  target: ConnectionOptions,
  settings: Readonly<Record<string, string>>,
  connectTimeoutMs: number,
): postgres.Sql {
  const { host, port, user, database, password, options: serverOptions } = target;
  return postgres({
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { pass: password }),
    ssl: false,
    max: 1,
    // A named prepared statement outlives the objects it was planned for.
    prepare: false,
    fetch_types: false,
    idle_timeout: 0,
    max_lifetime: 0,
    backoff: () => 0.1,
    connect_timeout: 0,
    onnotice: () => undefined,
    types: TYPES,
    connection: {
      ...(serverOptions === undefined ? {} : { options: serverOptions }),
      ...settings,
    },
    socket: () => openSocket(target, AbortSignal.timeout(connectTimeoutMs)).catch(stillborn),
  } as unknown as postgres.Options<Record<string, never>>);
}

/** A socket that fails when it is used: the driver gets over that, while after an exception here it would wait for ever. */
function stillborn(error: Error): Duplex {
  return new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(error),
  });
}

const text = (value: unknown): string => String(value);

/** Numbers, booleans, JSON and lists of text are read; everything else stays the text that the server sent. */
const TYPES = {
  number: { to: 23, from: [21, 23, 26], serialize: text, parse: Number },
  float: { to: 701, from: [700, 701], serialize: text, parse: Number },
  // Counters and sizes: below 2^53 for a few thousand years. What may be larger is cast to text in the query.
  bigint: { to: 20, from: [20], serialize: text, parse: Number },
  boolean: { to: 16, from: [16], serialize: text, parse: (value: string) => value === "t" },
  json: { to: 114, from: [114, 3802], serialize: text, parse: (value: string): unknown => JSON.parse(value) },
  date: { to: 1184, from: [1082, 1114, 1184], serialize: text, parse: text },
  textArray: { to: 1009, from: [1003, 1009, 1015], serialize: text, parse: parseTextArray },
  bytea: { to: 17, from: [17], serialize: text, parse: text },
};

/** What the driver sends for a value of a statement. */
export function asText(value: StatementValue): string | null {
  if (value === null) return null;
  if (value instanceof Secret) return value.reveal();
  return typeof value === "object" ? arrayLiteral(value) : String(value);
}
