/** What pglogical has in a database. Read-only. */
import { redactDsn } from "../../domain/dsn.ts";
import type { Session } from "../../postgres/session.ts";
import type { EngineState, Replication } from "../replication.ts";
import * as queries from "./queries.ts";

/** One question; none where pglogical is missing or not for us. */
export async function observePglogical(session: Session, found: Replication): Promise<EngineState> {
  if (!found.has_pglogical || !found.may_read_pglogical) return { replicationSets: [], subscriptions: [] };
  const { engine_node, replication_sets, subscriptions } = await session.one(queries.state);
  return {
    ...(engine_node === null ? {} : { engineNode: engine_node }),
    replicationSets: Object.entries(replication_sets).map(([name, tables]) => ({
      engine: "pglogical",
      name,
      tables,
    })),
    subscriptions: subscriptions.map(({ receivedPosition, providerDsn, ...subscription }) => ({
      engine: "pglogical",
      ...subscription,
      ...(receivedPosition === null ? {} : { receivedPosition }),
      providerDsn: redactDsn(providerDsn),
    })),
  };
}
