/** What native replication has in a database. Read-only. */
import { redactDsn } from "../../domain/dsn.ts";
import { isInsufficientPrivilege } from "../../postgres/errors.ts";
import type { Session } from "../../postgres/session.ts";
import type { EngineState, Replication } from "../replication.ts";
import { type Connection, connections } from "./queries.ts";

/** One question, and none where there are no subscriptions. */
export async function observeNative(session: Session, found: Replication): Promise<EngineState> {
  const known = found.subscriptions.length === 0 ? [] : await connectionsOf(session);
  return {
    replicationSets: found.publications.map((publication) => ({ engine: "native", ...publication })),
    subscriptions: found.subscriptions.map(({ applyErrors, slot, ...subscription }) => {
      const { dsn = "", received_position: position = null } =
        known.find(({ name }) => name === subscription.name) ?? {};
      return {
        engine: "native",
        ...subscription,
        slot: slot ?? "",
        isInitialized: true,
        providerDsn: redactDsn(dsn),
        ...(position === null ? {} : { receivedPosition: position }),
        ...(applyErrors === null ? {} : { applyErrors }),
      };
    }),
  };
}

/** A role without rights learns of subscriptions, and not where they lead. */
async function connectionsOf(session: Session): Promise<readonly Connection[]> {
  try {
    return await session.all(connections);
  } catch (error) {
    if (isInsufficientPrivilege(error)) return [];
    throw error;
  }
}
