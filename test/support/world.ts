/** States to plan from: servers as they were before Tributary came, and what may have happened to them. */
import type { ServerFacts } from "../../src/domain/server.ts";
import type { ColumnState, NodeState, ReachableNode, State, TableState } from "../../src/domain/state.ts";
import { relationName, type TableRule, type Topology } from "../../src/domain/topology.ts";

/** `id bigint not null`, `title text`, `total numeric generated`, `created timestamptz not null default`. */
type ColumnText = string;

export interface TableText {
  readonly columns: readonly ColumnText[];
  readonly key: readonly string[];
}

const DOCUMENT: TableText = {
  columns: ["id bigint not null", "status text not null", "title text", "body text"],
  key: ["id"],
};

/** A server of Debian 12 in its own cluster. */
function serverFacts(name: string): ServerFacts {
  return {
    versionNum: 150_018,
    version: "15.18",
    settings: { wal_level: "logical" },
    encoding: "UTF8",
    collation: "C.UTF-8",
    timeZone: "UTC",
    database: "slm",
    systemIdentifier: `cluster of ${name}`,
    user: "postgres",
    isSuperuser: true,
    inRecovery: false,
    availableExtensions: { pglogical: "2.4.2" },
    installedExtensions: {},
    clockSkewMs: 0,
  };
}

/** A node that knows nothing of Tributary. */
function untouched(name: string, tables: readonly TableState[] = []): ReachableNode {
  return {
    name,
    reachable: true,
    server: serverFacts(name),
    replicationSets: [],
    subscriptions: [],
    slots: [],
    tables,
  };
}

/** Every node up and untouched; the tables are where people write: at the nodes that send them. */
export function untouchedWorld(topology: Topology): State {
  return {
    nodes: topology.nodes.map((node) => {
      const sets = topology.sets.filter((set) => node.upstream !== undefined && node.sets.includes(set.name));
      return untouched(node.name, sets.flatMap((set) => set.tables).map(tableFor));
    }),
  };
}

/** A table that suits a rule: with its columns, or those of a document. */
function tableFor(rule: TableRule): TableState {
  return tableState(relationName(rule), {
    columns: [
      ...new Set([
        ...DOCUMENT.columns,
        ...(rule.columns ?? [])
          .filter((name) => !name.match(/^(id|status|title|body)$/u))
          .map((name) => `${name} text`),
      ]),
    ],
    key: DOCUMENT.key,
  });
}

/** A table from its description. */
export function tableState(relation: string, { columns, key }: TableText): TableState {
  const [schema = "", table = ""] = relation.split(".");
  return {
    schema,
    table,
    kind: "r",
    columns: columns.map(columnState),
    key,
    foreignKeys: [],
    triggers: [],
    rules: [],
    estimatedRows: 1000,
    blueprint: {
      extensions: [],
      types: [],
      keys: [],
      checks: [],
      indexes: [],
      omissions: [],
      columns: columns.map(columnState).map(({ name, notNull }) => ({
        name,
        type: { schema: "pg_catalog", name: "text", isArray: false, modifiers: [] },
        notNull,
      })),
    },
  };
}

function columnState(text: ColumnText): ColumnState {
  const [name = "", ...rest] = text.split(" ");
  const type = rest.join(" ");
  return {
    name,
    type: type.replace(/ not null| default| generated/gu, ""),
    notNull: type.includes("not null"),
    hasDefault: type.includes("default"),
    isGenerated: type.includes("generated"),
    isIdentity: false,
  };
}

/** The same state with one node changed. */
export function withNode(state: State, name: string, change: (node: ReachableNode) => NodeState): State {
  return {
    nodes: state.nodes.map((node) => (node.name === name && node.reachable ? change(node) : node)),
  };
}

/** The same state with a node out of reach. */
export function withoutNode(state: State, name: string, error = "connection refused"): State {
  return withNode(state, name, () => ({ name, reachable: false, error, isSilent: true }));
}
