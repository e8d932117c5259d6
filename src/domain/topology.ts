/** What should be: the normalised content of a topology file. */

export type EngineKind = "pglogical" | "native";

export interface Topology {
  /** Names everything that Tributary makes on a server. */
  readonly project: string;
  /** Lowest tier first. */
  readonly tiers: readonly string[];
  readonly sets: readonly ReplicationSet[];
  /** In the order of the file. Exactly one has no upstream: the root. */
  readonly nodes: readonly Node[];
  /** Absent: nothing on the servers is made for a monitor. */
  readonly monitor?: Monitoring;
}

export interface Monitoring {
  /** The role that the monitor looks as. */
  readonly role: string;
  /** Absent: the servers let the role in by another way. */
  readonly password?: MonitorPassword;
  /** How often every node is looked at. */
  readonly intervalMs: number;
  /** How each node is watched, by its name. */
  readonly watches: ReadonlyMap<string, Watch>;
}

/** Never print the first two. */
export interface MonitorPassword {
  readonly text: string;
  /** What a server keeps of it. */
  readonly verifier: string;
  /** Tells whether that is what a server has. */
  readonly mark: string;
}

/** How the monitor watches a node. */
export interface Watch {
  /** How often a beat is sent over the node's link. */
  readonly heartbeatMs: number;
  /** How long the node may be out of reach before somebody is told. */
  readonly offlineBudgetMs: number;
  /** How old what the root has of the node may become before somebody is told. */
  readonly stalenessBudgetMs: number;
  /** Size of the node's data disk, as the file declares it. */
  readonly capacityBytes?: number;
  readonly ssh?: SshAddress;
  /** When both ends of the node's link upward are compared. Absent: never by itself. */
  readonly verify?: VerifySchedule;
}

/** When a link is compared from end to end. */
export interface VerifySchedule {
  /** A cron expression. */
  readonly every: string;
  /** The zone that it is meant in. Absent: the provider's own. */
  readonly timeZone?: string;
  /** The longest time between two runs. */
  readonly intervalSeconds: number;
  /** The most to read from one server's tables in a second; 0: no limit. */
  readonly bytesPerSecond: number;
}

/** How the machine under a node is reached. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key file. Absent: the agent's. */
  readonly key?: string;
  /** As `ssh-keyscan` prints it. Absent: what `known_hosts` has. */
  readonly hostKey?: string;
}

export interface ReplicationSet {
  readonly name: string;
  readonly tables: readonly TableRule[];
}

/** A table and what of it travels. A table stands in one set only. */
export interface TableRule {
  readonly schema: string;
  readonly table: string;
  /** The filter: a boolean expression over the table's own columns. Absent: every row is approved. */
  readonly where?: string;
  /** Columns that travel. Absent: all, including those added later. */
  readonly columns?: readonly string[];
  /** What happens above to a row that leaves the filter. */
  readonly onLeave: "retract" | "keep";
  /** What a hand-made change above to a delivered row meets. */
  readonly protect: "refuse" | "warn" | "off";
  /** Rows that another subscription or a session in the role "replica" writes travel, too. Absent: those of ordinary sessions only. */
  readonly capture?: "replicated";
  /** Equal rows of several nodes are one row above. Absent: each row has one owner. */
  readonly shared?: true;
}

export interface Node {
  readonly name: string;
  readonly tier: string;
  /** Name of the next node towards the root. */
  readonly upstream?: string;
  /** Where the tool reaches the node: a complete libpq URI, secrets resolved. Never print it: see `redactDsn`. */
  readonly dsn: string;
  /** Where the node's subscriber reaches it: a complete libpq URI, secrets resolved. */
  readonly linkDsn: string;
  /** The link logs in as a role of its own, which apply makes. Absent: as a role that the file names. */
  readonly linkRole?: LinkRole;
  /** What carries the node's rows to its upstream. Of the root it says nothing. */
  readonly engine: EngineKind;
  /** Names of the sets whose rows this node sends upstream. */
  readonly sets: readonly string[];
  /** The role that tables belong to which are made here. Absent: their schema's owner, or a role of ours. */
  readonly tableOwner?: string;
}

/** The role that a link logs in as, made by us. */
export interface LinkRole {
  readonly name: string;
  /** Who sets its password: apply, which keeps it from everybody, or whoever writes the passfile. */
  readonly password: "generated" | "passfile";
}

/** One edge of the tree. Data travels from the provider to the subscriber. */
export interface Link {
  readonly provider: Node;
  readonly subscriber: Node;
}

/** `schema.table`, as messages, provenance and people name a table. */
export function relationName(rule: { readonly schema: string; readonly table: string }): string {
  return `${rule.schema}.${rule.table}`;
}

/** What a first copy depends on: when it changes, the table is compared and copied again. */
export function ruleSignature(rule: TableRule): string {
  const { where = null, columns = null, onLeave, capture, shared } = rule;
  return JSON.stringify([
    where,
    columns,
    onLeave,
    ...(capture === undefined ? [] : [capture]),
    ...(shared === true ? ["shared"] : []),
  ]);
}

/** All links, lowest tier first, so that a provider is complete before its subscriber passes its rows on. */
export function linksUpward(topology: Topology): readonly Link[] {
  const byName = new Map(topology.nodes.map((node) => [node.name, node]));
  const height = (node: Node): number => topology.tiers.indexOf(node.tier);
  return topology.nodes
    .flatMap((provider) => {
      const subscriber = provider.upstream === undefined ? undefined : byName.get(provider.upstream);
      return subscriber === undefined ? [] : [{ provider, subscriber }];
    })
    .sort((left, right) => height(left.provider) - height(right.provider));
}

/** The nodes directly below `name`, in the order of the file. */
export function downstreamOf(topology: Topology, name: string): readonly Node[] {
  return topology.nodes.filter((node) => node.upstream === name);
}

/** The engines that carry rows to or from a node. */
export function enginesAt(topology: Topology, name: string): readonly EngineKind[] {
  const ends = topology.nodes.filter(
    (node) => node.upstream === name || (node.name === name && node.upstream !== undefined),
  );
  return [...new Set(ends.map((node) => node.engine))];
}

/** `name` and every node below it. */
export function subtreeOf(topology: Topology, name: string): readonly string[] {
  return [name, ...downstreamOf(topology, name).flatMap((node) => subtreeOf(topology, node.name))];
}

/** The sets that pass through a node: those that it or any node below it sends, in the order of the file. */
export function setsThrough(topology: Topology, name: string): readonly ReplicationSet[] {
  const below = new Set(subtreeOf(topology, name));
  const sent = new Set(topology.nodes.filter((node) => below.has(node.name)).flatMap((node) => node.sets));
  return topology.sets.filter((set) => sent.has(set.name));
}
