/** What a driver or a server said → our errors, with the next move. */
import {
  ConnectionError,
  NotLetInError,
  PreconditionError,
  StepError,
  type TributaryError,
} from "../domain/errors.ts";
import { type ConnectionOptions, secretsOf } from "./dsn.ts";
import { TlsError } from "./socket.ts";

/** A statement that the server refused. */
export class StatementError extends StepError {
  readonly sqlState: string;
  constructor(message: string, sqlState: string, detail: { node: string; hint?: string }) {
    super(message, { code: "statement", ...detail });
    this.sqlState = sqlState;
  }
}

/** The statement waited for a lock longer than it may; nothing has happened, try again. */
export function isLockTimeout(error: unknown): boolean {
  return hasSqlState(error, "55P03");
}

/** Two transactions met; nothing has happened, try again. */
export function isSerializationFailure(error: unknown): boolean {
  return hasSqlState(error, "40001") || hasSqlState(error, "40P01");
}

const INSUFFICIENT_PRIVILEGE = "insufficient-privilege";

/** The role may not do that. */
export function isInsufficientPrivilege(error: unknown): boolean {
  return error instanceof PreconditionError && error.code === INSUFFICIENT_PRIVILEGE;
}

/** There is no such schema, table or function. */
export function isMissing(error: unknown): boolean {
  return ["3F000", "42P01", "42883"].some((sqlState) => hasSqlState(error, sqlState));
}

/** The database cannot write a value: its encoding lacks a character. So it has none that is equal. */
export function isUntranslatable(error: unknown): boolean {
  return hasSqlState(error, "22P05");
}

/** The server answered with this SQLSTATE: in an error of ours, or in one of the drivers'. */
function hasSqlState(error: unknown, sqlState: string): boolean {
  if (error instanceof StatementError) return error.sqlState === sqlState;
  return error instanceof Error && "code" in error && error.code === sqlState;
}

/** What is known about the place where an error came from. */
export interface ErrorPlace {
  readonly node: string;
  /** `host:port`, for people. */
  readonly at: string;
  readonly user: string;
  readonly database: string;
  /** Never to be shown, whoever said them. */
  readonly secrets: readonly string[];
}

/** The place behind a connection string. */
export function errorPlace(node: string, dsn: string, target: ConnectionOptions): ErrorPlace {
  const { host, port, user, database, password } = target;
  const secrets = password === undefined ? secretsOf(dsn) : [...secretsOf(dsn), password];
  return { node, at: `${host}:${port}`, user, database, secrets };
}

interface ServerMessage {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
}

interface Meaning {
  readonly code: string;
  readonly says: (place: ErrorPlace, message: string) => string;
  readonly hint: (place: ErrorPlace) => string;
}

const unreachable = (code: string, what: string, hint: string): Meaning => ({
  code,
  says: ({ at }) => `${what} at ${at}`,
  hint: () => hint,
});

const LOST: Meaning = unreachable(
  "connection-lost",
  "the connection broke",
  "Look at the server's log and at the line; run the same command again.",
);
const NO_ANSWER: Meaning = unreachable(
  "no-answer",
  "no answer in time",
  "Check that the server runs and that no firewall drops packets to this port.",
);
const NO_ROUTE: Meaning = unreachable(
  "no-route",
  "there is no route to the server",
  "Check the address, the VPN and the line.",
);
const NO_HOST: Meaning = unreachable(
  "unknown-host",
  "the host name is not known",
  "Correct the host in the dsn, or the name server.",
);
const NOT_READY: Meaning = {
  code: "server-not-ready",
  says: ({ at }, message) => `the server at ${at} takes no connections now: ${message}`,
  hint: () => "Wait until it has started or recovered, then run the same command again.",
};
const SHUTDOWN: Meaning = {
  code: "connection-lost",
  says: ({ at }, message) => `the server at ${at} ended the connection: ${message}`,
  hint: () => "Run the same command again when the server is up.",
};

const NO_DATABASE = "3D000";

/** By the driver's or the operating system's code, or by SQLSTATE. */
const CONNECTION_MEANINGS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unreachable(
    "refused",
    "nothing accepts connections",
    "Start the server, or correct host and port in the dsn.",
  ),
  ENOENT: unreachable(
    "refused",
    "there is no such socket",
    "Start the server, or correct the socket's directory in the dsn.",
  ),
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  ETIMEDOUT: NO_ANSWER,
  CONNECT_TIMEOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  ECONNRESET: LOST,
  EPIPE: LOST,
  CONNECTION_CLOSED: LOST,
  CONNECTION_ENDED: LOST,
  CONNECTION_DESTROYED: LOST,
  SASL_SIGNATURE_MISMATCH: unreachable(
    "not-the-server",
    "the server does not know the password it checks",
    "Make sure that nobody stands between.",
  ),
  "57P01": SHUTDOWN,
  "57P02": SHUTDOWN,
  "57P03": NOT_READY,
  "57P05": SHUTDOWN,
  "25P03": SHUTDOWN,
  "53300": {
    code: "too-many-connections",
    says: ({ at }, message) => `the server at ${at} has no free connection: ${message}`,
    hint: () => "Raise max_connections, or end sessions that nobody needs.",
  },
  "28P01": {
    code: "wrong-password",
    says: ({ at, user }) => `the server at ${at} refuses the password of user "${user}"`,
    hint: () => "Correct the password in the dsn's ${env:…} or ${file:…}, or in the passfile (mode 0600).",
  },
  "28000": {
    code: "not-authorized",
    says: ({ at, user, database }, message) =>
      `the server at ${at} does not let user "${user}" into database "${database}": ${message}`,
    hint: ({ user, database }) =>
      `Add a line for user "${user}" and database "${database}" to pg_hba.conf, then reload.`,
  },
  [NO_DATABASE]: {
    code: "unknown-database",
    says: ({ at, database }) => `the server at ${at} has no database "${database}"`,
    hint: ({ database }) => `Correct the dsn, or run: createdb ${database}`,
  },
};

/** Our error for anything that a driver threw. Nothing in it gives away a secret. */
export function explainError(error: unknown, place: ErrorPlace): Error {
  const prefix = `node "${place.node}": `;
  if (error instanceof TlsError) {
    return new ConnectionError(
      `${prefix}TLS with ${place.at} failed: ${scrub(error.message, place.secrets)}`,
      {
        code: "tls",
        node: place.node,
        hint: "Correct sslmode and sslrootcert in the dsn, or the server's certificate.",
      },
    );
  }
  if (!hasCode(error)) return error instanceof Error ? error : new Error(String(error));
  const message = scrub(error.message, place.secrets);
  const meaning = CONNECTION_MEANINGS[error.code];
  if (meaning !== undefined) {
    const detail = { code: meaning.code, node: place.node, hint: meaning.hint(place) };
    const isThere = isSqlState(error.code) && error.code !== NO_DATABASE;
    return new (isThere ? NotLetInError : ConnectionError)(prefix + meaning.says(place, message), detail);
  }
  return isSqlState(error.code)
    ? statementError(error, prefix + message, place)
    : new ConnectionError(prefix + message, {
        code: "connection",
        node: place.node,
        hint: "Look at the server's log.",
      });
}

/** `text` without any of the secrets, nor anything else that looks like a password in a connection string. */
export function scrub(text: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].filter((secret) => secret.length > 2).sort((a, b) => b.length - a.length);
  return longestFirst
    .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, "***"), text)
    .replaceAll(/(:\/\/[^:@/\s]*):[^@\s]*@/g, "$1:***@")
    .replaceAll(/(password\s*=\s*)('[^']*'|[^\s'"&]+)/gi, "$1***");
}

function statementError(said: ServerMessage, message: string, place: ErrorPlace): TributaryError {
  const parts = [said.detail, said.hint].flatMap((part) =>
    part === undefined ? [] : [scrub(part, place.secrets)],
  );
  if (said.code === "42501") {
    return new PreconditionError(message, {
      code: INSUFFICIENT_PRIVILEGE,
      node: place.node,
      // code of ours says itself what to do
      hint:
        said.hint === undefined
          ? `Make user "${place.user}" a member of the project's operator role, tributary_<project>_operator, or let a superuser run it: docs/concepts/rights.md has what each command needs.`
          : scrub(said.hint, place.secrets),
    });
  }
  // Packages were upgraded under the running server. It has no SQLSTATE of its own.
  if (said.message.startsWith("could not load library"))
    return new PreconditionError(message, {
      code: "restart-needed",
      node: place.node,
      hint: "The server's programs were replaced while it runs: restart it. Until then the application's own writes may fail, too.",
    });
  const detail = parts.length === 0 ? { node: place.node } : { node: place.node, hint: parts.join(" ") };
  return new StatementError(`${message} (SQLSTATE ${said.code})`, said.code, detail);
}

function hasCode(error: unknown): error is ServerMessage {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && code !== "EPIPE";
}
