/** A closer look at one node, for doctor only. */
import { parseDsn } from "../../domain/dsn.ts";
import type { ReachableNode } from "../../domain/state.ts";
import {
  type Node,
  type TableRule,
  type Topology,
  relationName,
  setsThrough,
} from "../../domain/topology.ts";
import { isInsufficientPrivilege } from "../../postgres/errors.ts";
import type { Session } from "../../postgres/session.ts";
import { type ClusterFacts, type TableHazards, clusterFacts, programAge, tableHazards } from "./queries.ts";

/** A reachable node with all that is known of it. */
export interface Patient {
  readonly node: Node;
  readonly state: ReachableNode;
  /** Absent when the role may not know. */
  readonly cluster?: ClusterFacts;
  /** The server's program was replaced since it was started. Absent when the role may not know. */
  readonly isProgramReplaced?: boolean;
  /** By relation: of what stands there under the name of one of the topology's tables. */
  readonly hazards: ReadonlyMap<string, TableHazards>;
}

/** Three questions. */
export async function examine(
  topology: Topology,
  node: Node,
  state: ReachableNode,
  session: Session,
): Promise<Patient> {
  const rules = rulesAt(topology, node.name);
  const rows =
    rules.length === 0
      ? []
      : await session.all(
          tableHazards,
          rules.map((rule) => rule.schema),
          rules.map((rule) => rule.table),
        );
  const hazards = new Map(rows.map((row) => [relationName(row), row]));
  const cluster = await askCluster(node, session);
  const age = state.server.isSuperuser ? (await session.all(programAge))[0] : undefined;
  return {
    node,
    state,
    hazards,
    ...(cluster === undefined ? {} : { cluster }),
    ...(age === undefined ? {} : { isProgramReplaced: age.is_replaced === true }),
  };
}

/** A superuser's and an operator's to see. */
async function askCluster(node: Node, session: Session): Promise<ClusterFacts | undefined> {
  try {
    return await session.one(clusterFacts, linkUser(node));
  } catch (error) {
    if (isInsufficientPrivilege(error)) return undefined;
    throw error;
  }
}

/** The tables that pass through a node. */
export function rulesAt(topology: Topology, name: string): readonly TableRule[] {
  return setsThrough(topology, name).flatMap((set) => set.tables);
}

/** The role that the upstream connects as. */
export function linkUser({ linkDsn }: Node): string {
  return parseDsn(linkDsn).user ?? "postgres";
}
