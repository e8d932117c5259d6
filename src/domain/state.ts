/** What is: the world as `observe` found it. An unreachable node is data, not an exception. */
import type { Blueprint } from "./blueprint.ts";
import type { ServerFacts } from "./server.ts";
import type { EngineKind } from "./topology.ts";

export interface State {
  readonly nodes: readonly NodeState[];
}

export type NodeState = ReachableNode | UnreachableNode;

export interface UnreachableNode {
  readonly name: string;
  readonly reachable: false;
  /** Why, without secrets. */
  readonly error: string;
  /** What mends it, where that is known. */
  readonly fix?: string;
  /** It may be gone for good: nothing answers there. Else its server does, and something stands in the way. */
  readonly isSilent: boolean;
}

export interface ReachableNode {
  readonly name: string;
  readonly reachable: true;
  readonly server: ServerFacts;
  /** The schema `tributary`, when it is there. */
  readonly tributary?: TributaryState;
  /** pglogical's own node in this database, by whatever name. */
  readonly engineNode?: string;
  /** The extension pglogical is there because we made it, whether or not the schema that notes it is. */
  readonly madeExtension?: boolean;
  /** The role that the node's upstream reads as, where it is one that we made. */
  readonly linkRole?: LinkRoleState;
  /** What pglogical's schema lets everybody do. Absent: there is no pglogical. */
  readonly pglogicalRights?: PglogicalRights;
  /** Connection strings that pglogical keeps, with a password, and that nobody connects with. */
  readonly keptPasswords?: readonly KeptPassword[];
  /** Replication sets and publications in this database. */
  readonly replicationSets: readonly ReplicationSetState[];
  /** Subscriptions of all engines in this database. */
  readonly subscriptions: readonly SubscriptionState[];
  /** Logical slots of this database. */
  readonly slots: readonly SlotState[];
  /** The tables of the topology that this database has. */
  readonly tables: readonly TableState[];
  /** What bears the name of one of the topology's tables and is none. Absent: nothing does. */
  readonly otherRelations?: readonly OtherRelation[];
  /** What our role may not see here. Absent: nothing. */
  readonly unseen?: readonly Unseen[];
  /** Who could own tables that are made here. Absent: none is missing, or it was not asked. */
  readonly owners?: OwnersState;
  /** Above, rows are known in its name, and not by the identity of this database. */
  readonly unfamiliar?: Unfamiliar;
  /** Links to this node whose ends do not have the same messages. Absent: they were not counted. */
  readonly miscounts?: readonly Miscount[];
}

/** addresses: where subscriptions connect to. engine: what pglogical has. positions: up to where subscriptions have received. */
export type Unseen = "addresses" | "engine" | "positions";

export interface LinkRoleState {
  readonly name: string;
  /** We made it. */
  readonly isOurs: boolean;
  /** It may log in, replicate, and what the engines here need of it; and it is no superuser. */
  readonly isComplete: boolean;
  readonly hasPassword: boolean;
  /** Tells whether a subscription has its password. Absent: it has none, or one that we did not set. */
  readonly passwordMark?: string;
}

export interface PglogicalRights {
  /** Everybody who may use the schema may call its functions: create subscriptions, queue commands, read rows and connection strings. */
  readonly isOpen: boolean;
  /** Everybody may use the schema, without which nobody can drop anything in this database. */
  readonly isUsable: boolean;
  /** Roles that own tables and may not use the schema: they cannot drop anything. */
  readonly shutOut: readonly string[];
}

/** An interface of pglogical's. */
export interface KeptPassword {
  /** pglogical's node that the interface leads to. */
  readonly engineNode: string;
  readonly interface: string;
  /** It leads to the database itself. */
  readonly isLocal: boolean;
  /** Its connection string without user, password and parameters. */
  readonly place: string;
}

export interface OwnersState {
  /** The owners of schemas that are there, by schema; of pg_database_owner's, the database's. */
  readonly schemas: Readonly<Record<string, RoleState>>;
  /** The role that the topology names for this node. Absent: there is none of that name. */
  readonly named?: RoleState;
}

export interface RoleState {
  readonly name: string;
  /** It is one, or may become one. */
  readonly isSuperuser: boolean;
}

/** pglogical's replication set, or a publication. */
export interface ReplicationSetState {
  readonly engine: EngineKind;
  readonly name: string;
  /** The tables in it, as `schema.table`. */
  readonly tables: readonly string[];
  /** It carries whatever is made later, too: all tables, or all of a schema. */
  readonly isOpen?: boolean;
}

/** A database that is not the one whose rows are above: a new one, or another than it should be. */
export interface Unfamiliar {
  /** The node above that knows the name. */
  readonly above: string;
  /** Rows that are there in the node's name. */
  readonly rows: number;
}

/** Messages in the name of a node that one end of a link has and the other has not. */
export interface Miscount {
  readonly provider: string;
  readonly node: string;
  /** The provider's WAL ends before what was received from it: it was restored from a backup. */
  readonly hasProviderGoneBack: boolean;
  readonly sentMessages: number;
  readonly arrivedMessages: number;
}

/** What `tributary.describe()` tells. See sql/code/upkeep.sql. */
export interface TributaryState {
  /** Number of the newest file of sql/schema that is installed. */
  readonly version: number;
  readonly project: string;
  readonly node: string;
  readonly nodeId: string;
  readonly epoch: string;
  /** Messages are counted from here on. */
  readonly talliedSince?: string;
  readonly isRoot: boolean;
  /** The system identifier of its server, and the timeline. Absent: an older version, or a standby. */
  readonly place?: string;
  /** We made the engine's node or the extension, so `remove` drops it. */
  readonly madeNode: boolean;
  readonly madeExtension: boolean;
  /** Commands that nodes below send through the engine are refused. False when the guard is missing or disabled. */
  readonly isGuarded: boolean;
  /** Functions of the schema and its event trigger that are missing or were altered, in words. Absent: an older version. */
  readonly damage?: readonly string[];
  /** The sets whose messages pass through here. */
  readonly outboxes: readonly OutboxState[];
  readonly captures: readonly CaptureState[];
  readonly deliveries: readonly DeliveryState[];
  readonly links: readonly LinkState[];
  readonly parkedRows: number;
  /** The monitor's role, with all that it needs; `password` is the mark of its password. Absent: there is none, or not all. */
  readonly monitor?: {
    readonly role: string;
    readonly password?: string;
    /** Only a superuser sees what the server keeps of it. */
    readonly isPasswordUnseen?: boolean;
  };
  /** By provider: the nodes whose messages are taken over the link from it. */
  readonly members?: Readonly<Record<string, readonly string[]>>;
  /** Messages in the name of nodes that are not below who sent them, of the last days. They were not taken. */
  readonly impostures?: readonly Imposture[];
}

export interface Imposture {
  readonly provider: string;
  readonly node: string;
  readonly messages: number;
}

/** Where the messages of one set are written. */
export interface OutboxState {
  readonly set: string;
  /** What the engine has to carry, as `schema.table`. */
  readonly tables: readonly string[];
  /** False when it was made by an older version, or a trigger on it is missing or disabled: make it again. */
  readonly isIntact: boolean;
}

/** Capture of one table, as installed. */
export interface CaptureState {
  readonly set: string;
  readonly relation: string;
  /** As given, not as PostgreSQL prints it back. Absent: every row. */
  readonly where?: string;
  /** As given. Absent: all columns. */
  readonly columns?: readonly string[];
  readonly onLeave: "retract" | "keep";
  /** What is written in the role "replica" is captured, too. Absent: it is not. */
  readonly isReplicated?: boolean;
  /** False when a trigger or function is missing, disabled, altered or made for other columns or partitions: capture it again. */
  readonly isIntact: boolean;
  /** What has taken the table's name and is no table, a clause. Absent: nothing has. */
  readonly taken?: string;
  /** When it was last found not intact, by its node's clock in UTC: changes before that may be missing above. */
  readonly doubtedAt?: string;
}

/** Delivery into one table, as installed. */
export interface DeliveryState {
  readonly set: string;
  readonly relation: string;
  readonly columns?: readonly string[];
  readonly protect: "refuse" | "warn" | "off";
  /** Absent: each row has one owner. */
  readonly shared?: boolean;
  /** Of a shared table: how many rows several nodes own. */
  readonly severalOwners?: number;
  readonly isIntact: boolean;
  /** As of a capture. */
  readonly taken?: string;
}

/**
 * seeding: the first copy is under way, the stream is paused or its messages may meet rows that are not there yet.
 * catching-up: copied; the stream replays what happened meanwhile, up to the fence.
 * live: exact.
 */
export type LinkPhase = "seeding" | "catching-up" | "live";

/** A subscriber's own record of one link. */
export interface LinkState {
  readonly provider: string;
  readonly set: string;
  readonly phase: LinkPhase;
  /** How often the guard has stopped the stream at a command of this provider's, since it last moved on. */
  readonly refusals: number;
  /** When it went live, by the provider's clock. */
  readonly liveSince?: string;
  /** Which servers its ends were when it was opened. Absent: an older version opened it. */
  readonly providerPlace?: string;
  readonly subscriberPlace?: string;
  /** When a message came from the provider that was newer than others and yet had a lower number, by this node's clock. */
  readonly wentBackAt?: string;
  /** Tables whose first copy over this link is complete and verified, with the rule that it was made for. */
  readonly seeded: readonly { readonly relation: string; readonly rule: string }[];
}

export interface SubscriptionState {
  readonly engine: EngineKind;
  readonly name: string;
  /** Its slot and its origin stand: the stream begins where it has to. */
  readonly isInitialized: boolean;
  readonly sets: readonly string[];
  readonly status: SubscriptionStatus;
  readonly slot: string;
  /** The provider's connection string that the subscription uses, without secrets. Absent: our role may not see it. */
  readonly providerDsn?: string;
  /** Tells whether the provider knows the password; of links that log in as a role that we made. */
  readonly passwordMark?: string;
  /** The provider's WAL position, in bytes, up to which everything is here. */
  readonly receivedPosition?: number;
  /** The tables that it takes, as `schema.table`; messages for others are skipped in silence. Absent: all of its sets. */
  readonly tables?: readonly string[];
  /** Every table that the subscriber has noted for it, whichever way, as `schema.table`: these the worker may write. */
  readonly listed?: readonly string[];
  /** What arrives is applied with a superuser's rights, though the engine needs none for it. */
  readonly isSuperuser?: boolean;
  /** How often what arrived could not be applied, where the engine counts. */
  readonly applyErrors?: number;
}

/** `stopping`: disabled, while its worker is not gone yet. */
export type SubscriptionStatus =
  | "replicating"
  | "initializing"
  | "stopping"
  | "disabled"
  | "down"
  | "unknown";

export const isDisabled = (status: SubscriptionStatus | undefined): boolean =>
  status === "disabled" || status === "stopping";

export interface SlotState {
  readonly name: string;
  readonly plugin: string;
  readonly isActive: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string;
  /** WAL position now minus the position that the subscriber confirmed. */
  readonly lagBytes: number;
  /** WAL that the server keeps for this slot. */
  readonly retainedWalBytes: number;
}

export interface TableState {
  readonly schema: string;
  readonly table: string;
  /** `r` table, `p` partitioned table. */
  readonly kind: string;
  readonly columns: readonly ColumnState[];
  /** Columns of the primary key in key order; empty without one. */
  readonly key: readonly string[];
  readonly foreignKeys: readonly ForeignKeyState[];
  /** User triggers and rules by name that fire for changes to rows, ours left out. */
  readonly triggers: readonly TriggerState[];
  readonly rules: readonly string[];
  /** Estimate from statistics, -1 when never analyzed. */
  readonly estimatedRows: number;
  /** What the table is made from elsewhere, without foreign keys. */
  readonly blueprint: Blueprint;
}

export interface OtherRelation {
  readonly schema: string;
  readonly table: string;
  /** With its article: `a view`. */
  readonly nature: string;
}

export interface ColumnState {
  readonly name: string;
  /** As `format_type` prints it with its modifier, schema-qualified where needed; spelt by us, so that it can stand in SQL. */
  readonly type: string;
  /** Of a column of a domain: what that is made of in the end, with its collation; SQL of ours. */
  readonly typeBelow?: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** Its default where that is a constant; SQL of ours. */
  readonly constantDefault?: string;
  readonly isGenerated: boolean;
  readonly isIdentity: boolean;
  /** Name of the collation when it is not the type's default. */
  readonly collation?: string;
}

export interface ForeignKeyState {
  readonly name: string;
  readonly columns: readonly string[];
  /** `schema.table`. */
  readonly references: string;
  /** Its columns, one for each of `columns`. */
  readonly referenced: readonly string[];
}

export interface TriggerState {
  readonly name: string;
  /** `O` origin, `D` disabled, `R` replica, `A` always, as in `pg_trigger.tgenabled`. */
  readonly enabled: string;
}

/** The tables that an engine carries under a set's name; undefined when there is no such set. */
export function carriedTables(
  { replicationSets }: Pick<ReachableNode, "replicationSets">,
  engine: EngineKind,
  name: string,
): readonly string[] | undefined {
  return replicationSets.find((found) => found.engine === engine && found.name === name)?.tables;
}

/** The node's state when it is reachable. */
export function reachable(state: State, name: string): ReachableNode | undefined {
  const node = state.nodes.find((candidate) => candidate.name === name);
  return node?.reachable === true ? node : undefined;
}
