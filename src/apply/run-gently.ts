/** Statements that need locks, without ever holding the application up. */
import type { Statement } from "../domain/statement.ts";
import { isLockTimeout, isSerializationFailure } from "../postgres/errors.ts";
import { inTransactions, type Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";

export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Hears why it takes time. */
  readonly progress: (detail: string) => void;
}

/** While a request for a lock waits, whatever the application asks of the table waits behind it. */
const LOCK_TIMEOUT_MS = 500;
/** Between two requests the application gets its turn. */
const PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5000;

/** Runs statements, transaction by transaction; asks again while somebody else holds a lock that one needs. */
export async function runGently(
  session: Session,
  statements: readonly Statement[],
  patience: Patience,
): Promise<void> {
  for (const transaction of inTransactions(statements)) await runTransaction(session, transaction, patience);
}

async function runTransaction(
  session: Session,
  statements: readonly Statement[],
  { timeoutMs, signal, progress }: Patience,
): Promise<void> {
  let attempts = 0;
  const attempt = async (): Promise<true | undefined> => {
    try {
      await session.run(statements, { lockTimeoutMs: LOCK_TIMEOUT_MS });
      return true;
    } catch (error) {
      if (!isLockTimeout(error) && !isSerializationFailure(error)) throw error;
      attempts += 1;
      progress(`another transaction holds a lock; asked ${attempts} times`);
      return undefined;
    }
  };
  await until(attempt, {
    timeoutMs,
    signal,
    intervalMs: PAUSE_MS,
    maxIntervalMs: LONGEST_PAUSE_MS,
    describe: () =>
      `a lock that another transaction holds on node "${session.node}" (asked ${attempts} times)`,
  });
}
