/** Can a node's server reach its provider? Asked from there, because that is where the connection comes from. */
import { parseDsn, withPassword } from "../domain/dsn.ts";
import { PreconditionError } from "../domain/errors.ts";
import type { Node } from "../domain/topology.ts";
import { StatementError, scrub } from "../postgres/errors.ts";
import { secretsOf } from "../postgres/dsn.ts";
import { literal } from "../postgres/quote.ts";
import type { Session } from "../postgres/session.ts";
import { knownPasswords } from "./link-role.ts";
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
export async function probeProvider(
  subscriber: Session,
  project: string,
  provider: Node,
): Promise<Obstacle | undefined> {
  const { linkDsn, isIn } = await account(subscriber, project, provider);
  const patience = `set local statement_timeout = ${literal(PATIENCE)}`;
  const connect = `create subscription tributary_probe connection ${literal(linkDsn)} publication tributary_probe
  with (connect = true, create_slot = false, enabled = false, slot_name = none, copy_data = false)`;
  try {
    await subscriber.probe([...QUIET_LOG, joined(patience), joined(connect)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const found = obstacle(error, { ...provider, linkDsn }, subscriber.node);
    const isMended = provider.linkRole !== undefined && ROLE_MISSING.test(found.reason);
    return isMended || (!isIn && REFUSED.test(found.reason)) ? undefined : found;
  }
}

/** Throws with what mends it where the subscriber's server cannot reach the provider. consequence: what follows, for who reads it. */
export async function expectReach(
  subscriber: Session,
  project: string,
  provider: Node,
  consequence: string,
): Promise<void> {
  const obstacle = await probeProvider(subscriber, project, provider);
  if (obstacle === undefined) return;
  throw new PreconditionError(
    `node "${provider.name}" cannot be reached from the server of node "${subscriber.node}": ${obstacle.reason}. ${consequence}`,
    { code: "provider-unreachable", node: subscriber.node, hint: obstacle.fix },
  );
}

/** As who the link logs in. Before apply has set a password, the server is asked all the same: for the way, and its pg_hba.conf. */
async function account(
  subscriber: Session,
  project: string,
  provider: Node,
): Promise<{ readonly linkDsn: string; readonly isIn: boolean }> {
  const { linkDsn, linkRole } = provider;
  if (linkRole?.password !== "generated") return { linkDsn, isIn: true };
  const [password] = await knownPasswords(subscriber, project, provider);
  return { linkDsn: withPassword(linkDsn, password ?? "not-set-yet"), isIn: password !== undefined };
}

// In the way only as long as apply has not made the role, and its password.
const ROLE_MISSING = /role "[^"]*" does not exist/;
const REFUSED = /password authentication failed/;

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
    /(?:no pg_hba\.conf entry for|pg_hba\.conf rejects) (?:host|connection for host|replication connection (?:from|for) host) "([^"]+)"/,
    (provider, _subscriber, found) => {
      const { user, database } = accountOf(provider);
      return `Add to pg_hba.conf of node "${provider.name}", then reload: host ${database} ${user} ${withMask(found[1] ?? "")} scram-sha-256`;
    },
  ],
  [
    /password authentication failed|no password supplied/,
    ({ linkRole, name, linkDsn }, subscriber) =>
      linkRole === undefined
        ? `Put the password into a passfile of the operating system's user of node "${subscriber}" (mode 0600), named by link.passfile.`
        : linkRole.password === "generated"
          ? "tributary apply gives the link's role another password."
          : `On node "${name}": ALTER ROLE "${linkRole.name}" PASSWORD '…' (before the first apply: CREATE ROLE "${linkRole.name}" LOGIN REPLICATION PASSWORD '…'); and in link.passfile at the server of node "${subscriber}" (mode 0600, its operating system's user): ${passfileLine(linkDsn, linkRole.name)}`,
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

/** As pg_hba.conf has one address. */
const withMask = (address: string): string => `${address}/${address.includes(":") ? 128 : 32}`;

function passfileLine(linkDsn: string, role: string): string {
  const { host = "*", port, database = "*" } = parseDsn(linkDsn);
  return `${host.replaceAll(":", "\\:")}:${port}:${database}:${role}:PASSWORD`;
}

function accountOf({ linkDsn }: Node): { user: string; quotedUser: string; database: string } {
  const { user = "postgres", database = user } = parseDsn(linkDsn);
  return { user, quotedUser: `"${user.replaceAll('"', '""')}"`, database };
}
