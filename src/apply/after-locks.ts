/** Writing without being in anybody's way. */
import { isLockTimeout, isSerializationFailure } from "../postgres/errors.ts";
import { until } from "../postgres/until.ts";

/** Asks again for as long as another transaction, which may be one of ours, writes the table. Throws DeadlineError, or Interrupted. */
export async function afterLocks<Row>(
  { node, relation, progress, ...patience }: LockedTable,
  ask: () => Promise<Row>,
): Promise<Row> {
  let attempts = 0;
  const attempt = async (): Promise<Row | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!isLockTimeout(error) && !isSerializationFailure(error)) throw error;
      attempts += 1;
      progress?.(
        `${relation}: another transaction at node "${node}" holds what is needed; asked ${attempts} times`,
      );
      return undefined;
    }
  };
  const describe = (): string => `other transactions to let go of table "${relation}" at node "${node}"`;
  return await until(attempt, { ...patience, describe });
}

interface LockedTable {
  readonly node: string;
  readonly relation: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Tells a person what it waits for. */
  readonly progress?: (detail: string) => void;
}
