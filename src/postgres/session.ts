/** One connection to one node, with settings under which every value reads the same everywhere. */
import postgres from "postgres";

import { ConnectionError, Interrupted } from "../domain/errors.ts";
import { Secret, type Statement, type StatementValue } from "../domain/statement.ts";
import { asText, newDriver } from "./driver.ts";
import { connectionOptions, secretsOf } from "./dsn.ts";
import { type ErrorPlace, errorPlace, explainError } from "./errors.ts";
import { pinnedSettings } from "./pinned-settings.ts";
import type { Query } from "./query.ts";

export interface Session extends AsyncDisposable {
  readonly node: string;
  /** All rows, each checked against the query's shape. */
  all<Row>(query: Query<Row>, ...values: readonly StatementValue[]): Promise<readonly Row[]>;
  /** The only row. */
  one<Row>(query: Query<Row>, ...values: readonly StatementValue[]): Promise<Row>;
  /** Runs statements: those that join in one transaction, the others alone, in their order. */
  run(statements: readonly Statement[], options?: { lockTimeoutMs?: number }): Promise<void>;
  /** Runs statements in a transaction, then asks, then rolls everything back. */
  probe<Row>(statements: readonly Statement[], query?: Query<Row>): Promise<readonly Row[]>;
  /** Questions asked and statements run so far. */
  readonly queryCount: number;
  /** It was closed or given up; connect anew. A connection that the server ended comes back by itself. */
  readonly isEnded: boolean;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** How long connecting may take. Default: the dsn's connect_timeout, else 10 s. */
  readonly timeoutMs?: number;
  readonly applicationName?: string;
  /** Ends the connection and everything that waits for it. */
  readonly signal?: AbortSignal;
  /** How long one statement may run. Default: 60 s. */
  readonly statementTimeoutMs?: number;
  /** How much longer than that a server may stay silent before we take the line for cut. Default: 10 s. */
  readonly graceMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const GRACE_MS = 10_000;
const LOCK_TIMEOUT_MS = 500;

/** Connects to a node. */
export async function connect(
  node: { readonly name: string; readonly dsn: string },
  options: SessionOptions = {},
): Promise<Session> {
  const session = new PostgresSession(node.name, node.dsn, options);
  try {
    await session.open();
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

class PostgresSession implements Session {
  readonly node: string;
  queryCount = 0;
  readonly #newDriver: () => postgres.Sql;
  #sql: postgres.Sql;
  readonly #needsWritable: boolean;
  readonly #place: ErrorPlace;
  readonly #options: SessionOptions;
  readonly #connectTimeoutMs: number;
  isEnded = false;
  #lastTurn: Promise<unknown> = Promise.resolve();
  readonly #abort = (): void => {
    this.isEnded = true;
    void this.#sql.end({ timeout: 0 });
  };

  constructor(node: string, dsn: string, options: SessionOptions) {
    const target = connectionOptions(dsn);
    this.node = node;
    this.#needsWritable = target.needsWritable;
    this.#options = options;
    this.#connectTimeoutMs = options.timeoutMs ?? target.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#place = errorPlace(node, dsn, target);
    const settings = pinnedSettings(
      options.applicationName ?? "tributary",
      options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    );
    this.#newDriver = () => newDriver(target, settings, this.#connectTimeoutMs);
    this.#sql = this.#newDriver();
    options.signal?.addEventListener("abort", this.#abort);
  }

  async open(): Promise<void> {
    const [row] = await this.#guard(() => this.#ask(WRITABLE), this.#connectTimeoutMs);
    if (!this.#needsWritable || row?.["writable"] === true) return;
    throw new ConnectionError(
      `node "${this.node}": the server at ${this.#place.at} is read-only, needs one that accepts writes`,
      {
        code: "read-only",
        node: this.node,
        hint: "Name the primary server in the dsn.",
      },
    );
  }

  async all<Row>(query: Query<Row>, ...values: readonly StatementValue[]): Promise<readonly Row[]> {
    const rows = await this.#guard(() => this.#ask(query.text, values), undefined, values);
    return rows.map((row) => parseRow(query, row));
  }

  async one<Row>(query: Query<Row>, ...values: readonly StatementValue[]): Promise<Row> {
    const [row, ...others] = await this.all(query, ...values);
    if (row === undefined || others.length > 0)
      throw new Error(
        `${query.file} on node "${this.node}" gave ${others.length === 0 ? "no row" : "several rows"}, needs one`,
      );
    return row;
  }

  async run(statements: readonly Statement[], options: { lockTimeoutMs?: number } = {}): Promise<void> {
    const lockTimeoutMs = options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
    for (const group of inTransactions(statements)) {
      const values = group.flatMap((statement) => statement.values ?? []);
      const isJoint = group[0]?.transaction === "join";
      await this.#guard(
        () => (isJoint ? this.#join(group, lockTimeoutMs) : this.#alone(group, lockTimeoutMs)),
        undefined,
        values,
      );
    }
  }

  async probe<Row>(statements: readonly Statement[], query?: Query<Row>): Promise<readonly Row[]> {
    const values = statements.flatMap((statement) => statement.values ?? []);
    const ask = (): Promise<readonly unknown[]> =>
      this.#inTransaction("rollback", async () => {
        for (const statement of statements) await this.#ask(statement.text, statement.values);
        return query === undefined ? [] : this.#ask(query.text);
      });
    const rows = await this.#guard(ask, undefined, values);
    return query === undefined ? [] : rows.map((row) => parseRow(query, row));
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.isEnded = true;
    await this.#sql.end({ timeout: 1 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #join(statements: readonly Statement[], lockTimeoutMs: number): Promise<void> {
    await this.#inTransaction("commit", async () => {
      await this.#ask(`set local lock_timeout = ${lockTimeoutMs}`);
      for (const statement of statements) await this.#ask(statement.text, statement.values);
    });
  }

  async #alone(statements: readonly Statement[], lockTimeoutMs: number): Promise<void> {
    await this.#ask(`set lock_timeout = ${lockTimeoutMs}`);
    try {
      for (const statement of statements) await this.#ask(statement.text, statement.values);
    } finally {
      await this.#ask("reset lock_timeout").catch(() => undefined);
    }
  }

  /**
   * The driver's own transactions roll back also when the connection is lost, by writing to a socket that is no more: an
   * exception that nobody can catch.
   */
  async #inTransaction<Result>(end: "commit" | "rollback", work: () => Promise<Result>): Promise<Result> {
    await this.#ask("begin");
    try {
      const result = await work();
      await this.#ask(end);
      return result;
    } catch (error) {
      if (error instanceof postgres.PostgresError && !isFatal(error))
        await this.#ask("rollback").catch(() => undefined);
      throw error;
    }
  }

  async #ask(text: string, values: readonly StatementValue[] = []): Promise<readonly postgres.Row[]> {
    this.queryCount += 1;
    if (values.length === 0) return this.#sql.unsafe(text).simple();
    return this.#sql.unsafe(text, values.map(asText), { prepare: false });
  }

  #startAnew(): void {
    void this.#sql.end({ timeout: 0 });
    this.#sql = this.#newDriver();
  }

  /** One at a time: nothing of anybody else's gets into a transaction. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Our errors for the driver's, and an end to waiting for a line that is cut. After a lost connection the driver starts
   * anew: else it might send the rest of an old message over a new connection.
   */
  async #guard<Result>(
    work: () => Promise<Result>,
    timeoutMs?: number,
    values: readonly StatementValue[] = [],
  ): Promise<Result> {
    const limitMs =
      timeoutMs ??
      (this.#options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS) + (this.#options.graceMs ?? GRACE_MS);
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
        this.#abort();
      }, limitMs);
    });
    try {
      return await Promise.race([this.#inTurn(work), silence]);
    } catch (error) {
      if (this.#options.signal?.aborted === true)
        throw new Interrupted(`node "${this.node}": interrupted`, { code: "interrupted", node: this.node });
      const secrets = values.flatMap((value) =>
        value instanceof Secret ? [value.reveal(), ...secretsOf(value.reveal())] : [],
      );
      const explained = explainError(error, {
        ...this.#place,
        secrets: [...this.#place.secrets, ...secrets],
      });
      if (explained instanceof ConnectionError && !this.isEnded) this.#startAnew();
      throw explained;
    } finally {
      clearTimeout(timer);
    }
  }
}

const WRITABLE =
  "select not pg_is_in_recovery() and not current_setting('default_transaction_read_only')::bool as writable";

/** After it the server hangs up. */
function isFatal(error: postgres.PostgresError): boolean {
  return error.severity !== "ERROR";
}

/** Neighbours that may share a transaction do; each of the others is a group of its own. */
export function inTransactions(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const groups: Statement[][] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    if (statement.transaction === "join" && last?.[0]?.transaction === "join") last.push(statement);
    else groups.push([statement]);
  }
  return groups;
}

function parseRow<Row>(query: Query<Row>, row: unknown): Row {
  const parsed = query.row.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new Error(`${query.file} gave a row of another shape: ${parsed.error.message}`, {
    cause: parsed.error,
  });
}
