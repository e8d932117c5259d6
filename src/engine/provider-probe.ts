/** Can a node's server reach its provider? Asked from there, because that is where the connection comes from. */
import { parseDsn } from "../domain/dsn.ts";
import type { Node } from "../domain/topology.ts";
import { StatementError, scrub } from "../postgres/errors.ts";
import { secretsOf } from "../postgres/dsn.ts";
import { literal } from "../postgres/quote.ts";
import type { Session } from "../postgres/session.ts";
import { QUIET_LOG, joined } from "./schema-statements.ts";

/** Why a connection did not come about, and what mends it. */
export interface Obstacle {
  readonly reason: string;
  readonly fix: string;
}

const PATIENCE = "8s";

/**
 * Lets the subscriber's server open a replication connection to the provider, as a subscription does. CREATE
 * SUBSCRIPTION that makes no slot connects, looks, and is rolled back: nothing is left at either end, nor in the log.
 */
export async function probeProvider(subscriber: Session, provider: Node): Promise<Obstacle | undefined> {
  const patience = `set local statement_timeout = ${literal(PATIENCE)}`;
  const connect = `create subscription tributary_probe connection ${literal(provider.linkDsn)} publication tributary_probe
  with (connect = true, create_slot = false, enabled = false, slot_name = none, copy_data = false)`;
  try {
    await subscriber.probe([...QUIET_LOG, joined(patience), joined(connect)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return obstacle(error, provider, subscriber.node);
  }
}

function obstacle(error: StatementError, provider: Node, subscriber: string): Obstacle {
  const said = scrub(error.message, secretsOf(provider.linkDsn))
    .replace(/^node "[^"]*": (?:could not connect to the publisher: )?/, "")
    .replace(/ \(SQLSTATE \w+\)$/, "")
    .split("\n")
    // What is indented is libpq's advice.
    .filter((line) => !line.startsWith("\t"))
    .join(" ");
  if (error.sqlState === "57014") {
    return {
      reason: `no answer within ${PATIENCE}`,
      fix: `Open the port of node "${provider.name}" for the server of node "${subscriber}", or correct link.host and link.port.`,
    };
  }
  return { reason: said, fix: mend(said, provider, subscriber) };
}

type Mend = (provider: Node, subscriber: string, found: RegExpExecArray) => string;

/** By what libpq or the provider says. */
const MENDS: readonly (readonly [RegExp, Mend])[] = [
  [
    /Connection refused/,
    (provider) => `Start the server of node "${provider.name}", or correct link.host and link.port.`,
  ],
  [
    /could not translate host name/,
    (provider, subscriber) =>
      `Give an address that the server of node "${subscriber}" knows: link.host of node "${provider.name}".`,
  ],
  [
    /no pg_hba\.conf entry for (?:host|replication connection from host) "([^"]+)"/,
    (provider, _subscriber, found) => {
      const { user, database } = accountOf(provider);
      return `Add to pg_hba.conf of node "${provider.name}", then reload: host ${database} ${user} ${found[1]}/32 scram-sha-256`;
    },
  ],
  [
    /password authentication failed|no password supplied/,
    (_provider, subscriber) =>
      `Put the password into a passfile of the operating system's user of node "${subscriber}" (mode 0600), named by link.passfile.`,
  ],
  [
    /role "[^"]*" does not exist/,
    (provider) =>
      `On node "${provider.name}": CREATE ROLE ${accountOf(provider).quotedUser} LOGIN REPLICATION;`,
  ],
  [
    /must be superuser or replication role|permission denied to start WAL sender/,
    (provider) => `On node "${provider.name}": ALTER ROLE ${accountOf(provider).quotedUser} REPLICATION;`,
  ],
  [/database "[^"]*" does not exist/, () => "Correct the database in link.dbname or dsn."],
  [
    /does not support SSL/,
    (provider) =>
      `Turn on TLS on the server of node "${provider.name}" (ssl = on), or set link.sslmode: prefer.`,
  ],
  [
    /certificate|root\.crt/,
    (_provider, subscriber) =>
      `Give a link.sslrootcert that the server of node "${subscriber}" can read and that signed the provider's certificate.`,
  ],
  [
    /number of requested standby connections exceeds|too many/,
    (provider) =>
      `On node "${provider.name}": ALTER SYSTEM SET max_wal_senders = 20; -- then restart the server`,
  ],
];

function mend(said: string, provider: Node, subscriber: string): string {
  for (const [pattern, make] of MENDS) {
    const found = pattern.exec(said);
    if (found !== null) return make(provider, subscriber, found);
  }
  return `Correct link of node "${provider.name}", or the way to it from the server of node "${subscriber}".`;
}

function accountOf({ linkDsn }: Node): { user: string; quotedUser: string; database: string } {
  const { user = "postgres", database = user } = parseDsn(linkDsn);
  return { user, quotedUser: `"${user.replaceAll('"', '""')}"`, database };
}
