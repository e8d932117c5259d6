/** What pglogical has in a database. Read-only. */
import { hasPassword, placeOf, redactDsn } from "../../domain/dsn.ts";
import type { Session } from "../../postgres/session.ts";
import { markOf } from "../link-role.ts";
import type { EngineState, Replication } from "../replication.ts";
import * as queries from "./queries.ts";

/** One question; none where pglogical is missing, or our role may not see what it has. */
export async function observePglogical(session: Session, found: Replication): Promise<EngineState> {
  const { has_pglogical, may_read_pglogical, is_told_of_pglogical } = found;
  if (!has_pglogical) return { replicationSets: [], subscriptions: [] };
  if (!may_read_pglogical && !is_told_of_pglogical)
    return { replicationSets: [], subscriptions: [], unseen: ["engine"] };
  const question = may_read_pglogical ? queries.state : queries.toldState;
  const { engine_node, replication_sets, subscriptions, interfaces } = await session.one(question);
  return {
    ...(engine_node === null ? {} : { engineNode: engine_node }),
    keptPasswords: interfaces.flatMap(({ dsn, isUsed, ...kept }) =>
      hasPassword(dsn) && (kept.isLocal || !isUsed) ? [{ ...kept, place: placeOf(dsn) }] : [],
    ),
    replicationSets: Object.entries(replication_sets).map(([name, tables]) => ({
      engine: "pglogical",
      name,
      tables,
    })),
    subscriptions: subscriptions.map(({ receivedPosition, providerDsn, ...subscription }) => ({
      engine: "pglogical",
      ...subscription,
      ...(receivedPosition === null ? {} : { receivedPosition }),
      ...(providerDsn === undefined ? {} : { providerDsn: redactDsn(providerDsn), ...markOf(providerDsn) }),
    })),
    ...(subscriptions.some(({ providerDsn }) => providerDsn === undefined) ? { unseen: ["addresses"] } : {}),
  };
}
