/** What native replication has in a database. Read-only. */
import { redactDsn } from "../../domain/dsn.ts";
import type { Unseen } from "../../domain/state.ts";
import type { Session } from "../../postgres/session.ts";
import { markOf } from "../link-role.ts";
import type { EngineState, Replication } from "../replication.ts";
import { type Connection, connections, positions } from "./queries.ts";

/** One question, and none where there are no subscriptions. */
export async function observeNative(session: Session, found: Replication): Promise<EngineState> {
  const isSubscribed = found.subscriptions.length > 0;
  const known = isSubscribed ? await connectionsOf(session, found) : [];
  const unseen = isSubscribed ? unseenOf(found) : [];
  return {
    replicationSets: found.publications.map(({ isOpen, ...publication }) => ({
      engine: "native",
      ...publication,
      ...(isOpen ? { isOpen } : {}),
    })),
    subscriptions: found.subscriptions.map(({ applyErrors, slot, isSuperuser, ...subscription }) => {
      const { dsn, received_position: position = null } =
        known.find(({ name }) => name === subscription.name) ?? {};
      return {
        engine: "native",
        ...subscription,
        slot: slot ?? "",
        isInitialized: true,
        ...(dsn === undefined ? {} : { providerDsn: redactDsn(dsn), ...markOf(dsn) }),
        ...(isSuperuser ? { isSuperuser } : {}),
        ...(position === null ? {} : { receivedPosition: position }),
        ...(applyErrors === null ? {} : { applyErrors }),
      };
    }),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

const unseenOf = ({ may_read_connections, may_read_positions }: Replication): readonly Unseen[] => [
  ...(may_read_connections ? [] : (["addresses"] as const)),
  ...(may_read_positions ? [] : (["positions"] as const)),
];

/** A role without rights learns of subscriptions, and not where they lead. */
async function connectionsOf(
  session: Session,
  { may_read_connections, may_read_positions }: Replication,
): Promise<readonly Connection[]> {
  if (!may_read_positions) return [];
  return may_read_connections ? await session.all(connections) : await session.all(positions);
}
