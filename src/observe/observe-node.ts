/** One node: its server, what Tributary and the engine have in its database, and the topology's tables. */
import { performance } from "node:perf_hooks";

import type { ServerFacts } from "../domain/server.ts";
import type { ReachableNode, TableState } from "../domain/state.ts";
import { type Node, type Topology, setsThrough } from "../domain/topology.ts";
import { describeTributary } from "../engine/describe.ts";
import { engines } from "../engine/index.ts";
import { observeReplication } from "../engine/replication.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import * as queries from "./queries.ts";

/** Six questions at most, over one connection. */
export async function observeNode(
  topology: Topology,
  node: Node,
  sessions: Sessions,
): Promise<ReachableNode> {
  const session = await sessions.get(node.name);
  const { server, hasTributary } = await observeServer(session);
  const tributary = hasTributary ? await describeTributary(session) : undefined;
  const found = await observeReplication(session);
  const native = await engines.native.observe(session, found);
  const pglogical = await engines.pglogical.observe(session, found);
  const tables = await observeTables(topology, node, session);
  return {
    name: node.name,
    reachable: true,
    server,
    ...(tributary === undefined ? {} : { tributary }),
    ...(pglogical.engineNode === undefined ? {} : { engineNode: pglogical.engineNode }),
    madeExtension: found.made_pglogical,
    replicationSets: [...pglogical.replicationSets, ...native.replicationSets],
    subscriptions: [...pglogical.subscriptions, ...native.subscriptions],
    slots: found.slots,
    tables,
  };
}

async function observeServer(session: Session): Promise<{ server: ServerFacts; hasTributary: boolean }> {
  const asked = performance.now();
  const facts = await session.one(queries.serverFacts);
  // The server's clock was read about half-way between question and answer.
  const halfTripMs = (performance.now() - asked) / 2;
  return {
    hasTributary: facts.has_tributary,
    server: {
      versionNum: facts.version_num,
      version: facts.version,
      settings: facts.settings,
      encoding: facts.encoding,
      collation: facts.collation,
      timeZone: facts.time_zone,
      database: facts.database,
      systemIdentifier: facts.system_identifier,
      user: facts.user_name,
      isSuperuser: facts.is_superuser,
      inRecovery: facts.in_recovery,
      availableExtensions: facts.available_extensions,
      installedExtensions: facts.installed_extensions,
      clockSkewMs: Math.round(facts.clock_ms + halfTripMs - Date.now()),
    },
  };
}

async function observeTables(
  topology: Topology,
  node: Node,
  session: Session,
): Promise<readonly TableState[]> {
  const rules = setsThrough(topology, node.name).flatMap((set) => set.tables);
  if (rules.length === 0) return [];
  const schemas = rules.map((rule) => rule.schema);
  const rows = await session.all(
    queries.tables,
    schemas,
    rules.map((rule) => rule.table),
  );
  return rows.map(({ foreign_keys, estimated_rows, columns, ...table }) => ({
    ...table,
    columns: columns.map(({ collation, ...column }) =>
      collation === undefined ? column : { ...column, collation },
    ),
    foreignKeys: foreign_keys,
    estimatedRows: estimated_rows,
  }));
}
