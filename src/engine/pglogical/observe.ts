/** What pglogical has in a database. Read-only. */
import { redactDsn } from "../../domain/dsn.ts";
import type { Session } from "../../postgres/session.ts";
import type { EngineState } from "../engine.ts";
import * as queries from "./queries.ts";

/** More than every engine tells: what the progress of steps depends on. */
export interface PglogicalState extends EngineState {
  readonly isInstalled: boolean;
  /** Subscriptions whose slot and origin stand. */
  readonly initialized: ReadonlySet<string>;
}

/** Two questions at most; one where pglogical is missing. */
export async function observePglogical(session: Session): Promise<PglogicalState> {
  const { is_installed, is_ours, is_readable, slots } = await session.one(queries.presence);
  if (!is_installed || !is_readable) {
    return {
      isInstalled: is_installed,
      madeExtension: is_ours,
      initialized: new Set(),
      replicationSets: {},
      subscriptions: [],
      slots,
    };
  }
  const { engine_node, replication_sets, subscriptions } = await session.one(queries.state);
  return {
    isInstalled: true,
    madeExtension: is_ours,
    initialized: new Set(subscriptions.filter((found) => found.isInitialized).map((found) => found.name)),
    ...(engine_node === null ? {} : { engineNode: engine_node }),
    replicationSets: replication_sets,
    subscriptions: subscriptions.map(
      ({ name, provider, sets, status, slot, providerDsn, receivedPosition }) => ({
        name,
        provider,
        sets,
        status,
        slot,
        ...(receivedPosition === null ? {} : { receivedPosition }),
        providerDsn: redactDsn(providerDsn),
      }),
    ),
    slots,
  };
}
