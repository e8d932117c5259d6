/** One operator at a time: a run takes each node that it changes, until it gives it back or its session ends. */
import { z } from "zod";

import { ConnectionError, DeadlineError, Interrupted, PreconditionError } from "../domain/errors.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { until } from "../postgres/until.ts";

const claim = defineQuery("apply/claim.sql", z.object({ claimed: z.boolean() }));
const holder = defineQuery(
  "apply/holder.sql",
  z.object({ pid: z.number(), application: z.string(), address: z.string(), since: z.string() }),
);
const release = defineQuery("apply/release.sql", z.object({}).loose());

/** The server needs a moment to see that a tool was killed: so long a claim is not yet taken for another operator's. */
const PATIENCE_MS = 5000;

/** Takes a node. Throws PreconditionError that names who has it. Costs one query when the session has it already. */
export async function claimNode(session: Session, signal: AbortSignal): Promise<void> {
  const isClaimed = async (): Promise<true | undefined> => {
    const { claimed } = await session.one(claim);
    return claimed ? true : undefined;
  };
  const waiting = { timeoutMs: PATIENCE_MS, signal, describe: () => `node "${session.node}" to be free` };
  await until(isClaimed, waiting).catch(async (error: unknown) => {
    throw error instanceof DeadlineError ? await takenBy(session) : error;
  });
}

/** Gives a node back. One that does not answer has lost its session, and with it the claim. */
export async function releaseNode(session: Session): Promise<void> {
  await session.all(release).catch((error: unknown) => {
    if (!(error instanceof ConnectionError) && !(error instanceof Interrupted)) throw error;
  });
}

async function takenBy(session: Session): Promise<PreconditionError> {
  const [other] = await session.all(holder);
  const who =
    other === undefined
      ? "another run of tributary"
      : `"${other.application}" from ${other.address} (pid ${other.pid}, connected since ${other.since})`;
  return new PreconditionError(`node "${session.node}" is being changed by ${who}`, {
    code: "node-taken",
    node: session.node,
    hint:
      other === undefined
        ? "Run the same command again."
        : `Wait for it to end; if nobody is there any more: select pg_terminate_backend(${other.pid});`,
  });
}
