/** What a connection URI asks of a connection. */
import { userInfo } from "node:os";

import { DsnSyntaxError, parseDsn } from "../domain/dsn.ts";
import { refuse } from "./dsn-error.ts";
import { type Tls, tlsOf } from "./dsn-tls.ts";
import { passwordFromFile } from "./passfile.ts";

/** A connection URI with libpq's defaults filled in. */
export interface ConnectionOptions {
  /** A name, an address, or the directory of a Unix socket. */
  readonly host: string;
  /** Where to connect when it is not `host`. */
  readonly address?: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** From the URI or a passfile. */
  readonly password?: string;
  readonly tls: Tls;
  readonly connectTimeoutMs?: number;
  /** Command-line options for the server process. */
  readonly options?: string;
  /** Take only a server that accepts writes. */
  readonly needsWritable: boolean;
}

/** Parameters that tune the line or are for show; a session has its own. */
const TUNING = new Set([
  "application_name",
  "fallback_application_name",
  "keepalives",
  "keepalives_idle",
  "keepalives_interval",
  "keepalives_count",
  "tcp_user_timeout",
]);

/** Parameters with the values that mean what we do anyway. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  client_encoding: ["utf8", "utf-8", "auto"],
  gssencmode: ["disable", "prefer"],
  channel_binding: ["disable", "prefer"],
  sslcompression: ["0"],
  sslsni: ["1"],
  sslnegotiation: ["postgres"],
  load_balance_hosts: ["disable"],
  target_session_attrs: ["any", "read-write", "primary"],
};

const UNDERSTOOD = new Set([
  "hostaddr",
  "passfile",
  "connect_timeout",
  "options",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "sslpassword",
  "sslcrl",
  "ssl_min_protocol_version",
  "ssl_max_protocol_version",
]);

/** Reads a libpq URI. What we cannot honour is an error, never passed over. */
export function connectionOptions(dsn: string): ConnectionOptions {
  const { parameters, ...given } = readUri(dsn);
  for (const [name, value] of Object.entries(parameters)) expectSupported(name, value);
  const host = given.host ?? parameters["hostaddr"] ?? "localhost";
  const user = given.user ?? userInfo().username;
  const account = { host, port: given.port, user, database: given.database ?? user };
  const password = given.password ?? passwordFromFile(account, parameters["passfile"]);
  const seconds = Number(parameters["connect_timeout"] ?? 0);
  return {
    ...account,
    ...defined({ password, address: parameters["hostaddr"], options: parameters["options"] }),
    ...(seconds > 0 ? { connectTimeoutMs: seconds * 1000 } : {}),
    tls: tlsOf(parameters),
    needsWritable: (parameters["target_session_attrs"] ?? "any") !== "any",
  };
}

/** Every secret in the URI, as written and decoded, for scrubbing messages. */
export function secretsOf(dsn: string): readonly string[] {
  const written = [/^[a-z]+:\/\/[^:@/?]*:([^@/]*)@/gi, /[?&](?:ssl)?password=([^&]*)/gi]
    .flatMap((pattern) => [...dsn.matchAll(pattern)])
    .flatMap(([, secret]) => (secret === undefined || secret === "" ? [] : [secret]));
  return [...new Set(written.flatMap((secret) => [secret, decode(secret)]))];
}

function readUri(dsn: string): ReturnType<typeof parseDsn> {
  try {
    return parseDsn(dsn);
  } catch (error) {
    if (error instanceof DsnSyntaxError) refuse(error.message, error.hint);
    throw error;
  }
}

function expectSupported(name: string, value: string): void {
  const possible = FIXED[name];
  if (possible !== undefined && !possible.includes(value.toLowerCase()))
    refuse(`${name}=${value} is not supported`, `Leave it out, or use one of: ${possible.join(", ")}.`);
  if (possible === undefined && !UNDERSTOOD.has(name) && !TUNING.has(name))
    refuse(`the parameter "${name}" is not supported`, "Leave it out of the dsn.");
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
