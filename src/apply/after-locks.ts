/** Sending without being in anybody's way. */
import { isLockTimeout } from "../postgres/errors.ts";
import { until } from "../postgres/until.ts";

/** Asks again for as long as somebody else writes the table. Throws DeadlineError, or Interrupted. */
export async function afterLocks<Row>(
  { node, relation, ...patience }: LockedTable,
  ask: () => Promise<Row>,
): Promise<Row> {
  const attempt = async (): Promise<Row | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (isLockTimeout(error)) return undefined;
      throw error;
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
}
