/** What native replication has in a database. Read-only. */
import { redactDsn } from "../../domain/dsn.ts";
import { isInsufficientPrivilege } from "../../postgres/errors.ts";
import type { Session } from "../../postgres/session.ts";
import type { EngineState, Replication } from "../replication.ts";
import { connections } from "./queries.ts";

/** One question, and none where there are no subscriptions. */
export async function observeNative(session: Session, found: Replication): Promise<EngineState> {
  const dsns = found.subscriptions.length === 0 ? new Map<string, string>() : await dsnsOf(session);
  return {
    replicationSets: found.publications.map((publication) => ({ engine: "native", ...publication })),
    subscriptions: found.subscriptions.map(({ applyErrors, receivedPosition, slot, ...subscription }) => ({
      engine: "native",
      ...subscription,
      slot: slot ?? "",
      isInitialized: true,
      providerDsn: redactDsn(dsns.get(subscription.name) ?? ""),
      ...(receivedPosition === null ? {} : { receivedPosition }),
      ...(applyErrors === null ? {} : { applyErrors }),
    })),
  };
}

async function dsnsOf(session: Session): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await session.all(connections)).map(({ name, dsn }) => [name, dsn]));
  } catch (error) {
    if (isInsufficientPrivilege(error)) return new Map();
    throw error;
  }
}
