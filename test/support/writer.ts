/** Somebody who writes documents at a district, one transaction after the other. */
import { setTimeout as pause } from "node:timers/promises";

import { eventually } from "../../src/sandbox/eventually.ts";
import { openApplication } from "./sql.ts";

export interface Writer {
  /** Resolves when so many more turns have been taken. */
  turns(more: number): Promise<void>;
  /** Every error that a transaction ended with. Rejects never. */
  stop(): Promise<readonly unknown[]>;
}

const PATIENCE_MS = 60_000;

/** People, not a benchmark: what is written while a line is down must arrive soon when it is up. */
const BETWEEN_TURNS_MS = 10;

/**
 * Starts writing: a draft, its approval, a correction; now and then it is withdrawn or deleted. When the server goes away it
 * waits until that is back, and goes on. `name` tells its documents from another writer's.
 */
export function startWriter(dsn: string, name: string): Writer {
  const over = new AbortController();
  const errors: unknown[] = [];
  let taken = 0;
  const write = async (): Promise<void> => {
    await using application = openApplication(dsn);
    const answers = (): Promise<true | undefined> =>
      application.query("select").then(
        () => true,
        () => (over.signal.aborted ? true : undefined),
      );
    for (let turn = 1; !over.signal.aborted; turn += 1) {
      try {
        for (const statement of transactionsOf(`${name} ${turn}`, turn)) await application.query(statement);
        taken += 1;
        await pause(BETWEEN_TURNS_MS);
      } catch (error) {
        errors.push(error);
        await eventually(answers, { timeoutMs: PATIENCE_MS, what: `the server of writer "${name}" is back` });
      }
    }
  };
  const writing = write().catch((error: unknown) => void errors.push(error));
  return {
    turns: async (more) => {
      const wanted = taken + more;
      const what = `writer "${name}" has taken ${more} more turns`;
      await eventually(() => (taken >= wanted ? true : undefined), { timeoutMs: PATIENCE_MS, what });
    },
    stop: async () => {
      over.abort();
      await writing;
      return errors;
    },
  };
}

function transactionsOf(id: string, turn: number): readonly string[] {
  const correct = `update document set title = 'corrected' where id = '${id}'`;
  return [
    `insert into document values ('${id}', 'draft', 'one')`,
    `begin; update document set title = 'two' where id = '${id}'; update document set status = 'approved' where id = '${id}'; commit`,
    correct,
    ...(turn % 3 === 0 ? [`update document set status = 'draft' where id = '${id}'`] : []),
    ...(turn % 4 === 0 ? [`delete from document where id = '${id}'`] : []),
    ...(turn % 25 === 0
      ? [
          `insert into document select '${id} bulk ' || g, 'approved', repeat('x', 200) from generate_series(1, 20) g`,
        ]
      : []),
  ];
}
