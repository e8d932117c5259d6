/** A plan is plain, ordered data: each step is one effect on one node. */
import type { Blueprint } from "./blueprint.ts";
import type { KeptPassword } from "./state.ts";
import type { EngineKind, LinkRole, MonitorPassword, Node, TableRule } from "./topology.ts";

/** Whom tables belong to that are made above: never a superuser. */
export interface TableOwner {
  readonly role: string;
  /** The role is ours: it is made when it is not there. */
  readonly isOurs: boolean;
}

export type Reason = "missing" | "differs" | "not-in-topology" | "requested";

/** What a step may hurt. */
export type Hazard = "locks-writes" | "drops-data" | "copies-data" | "drops-rows";

export interface Common {
  /** Stable within a plan: kind and what it is about, e.g. `capture-table district-a public.document`. */
  readonly id: string;
  /** Name of the node where it takes effect. */
  readonly node: string;
  readonly reason: Reason;
  readonly hazard?: Hazard;
  /** With "drops-rows": in whose name they are, and the most that may go. */
  readonly drops?: { readonly owner: string; readonly rows: number };
  /** Ids of steps that must be complete before this one starts. */
  readonly after: readonly string[];
}

export type StepBody =
  | { readonly kind: "create-extension"; readonly engine: EngineKind }
  | { readonly kind: "install-schema"; readonly project: string; readonly from: number }
  | {
      readonly kind: "create-node";
      readonly engine: EngineKind;
      readonly engineNode: string;
      readonly dsn: string;
    }
  /** Where nothing is carried on. */
  | { readonly kind: "create-outbox"; readonly set: string }
  | { readonly kind: "set-root"; readonly isRoot: boolean }
  /** Takes from everybody what pglogical's functions let them do, and gives all what they need to drop anything. */
  | { readonly kind: "close-extension"; readonly engine: EngineKind }
  /** Connection strings that nobody connects with lose their passwords. */
  | {
      readonly kind: "forget-passwords";
      readonly engine: EngineKind;
      readonly interfaces: readonly KeptPassword[];
    }
  /** The role that the upstream reads as. */
  | { readonly kind: "set-link-role"; readonly role: LinkRole; readonly usesPglogical: boolean }
  | { readonly kind: "drop-link-role"; readonly role: string }
  /** The role that the monitor looks as. */
  | { readonly kind: "set-monitor"; readonly role: string; readonly password?: MonitorPassword }
  | { readonly kind: "unset-monitor"; readonly role: string }
  | {
      readonly kind: "create-replication-set";
      readonly engine: EngineKind;
      readonly project: string;
      readonly set: string;
    }
  | {
      readonly kind: "create-table";
      readonly rule: TableRule;
      /** Of what travels, and can be taken over. */
      readonly blueprint: Blueprint;
      /** Whom the table and what is made along with it belong to. */
      readonly owner: TableOwner;
      /** Columns that do not travel: the table is made without them. */
      readonly without: readonly string[];
      readonly from: string;
    }
  | { readonly kind: "deliver-table"; readonly set: string; readonly rule: TableRule }
  | { readonly kind: "capture-table"; readonly set: string; readonly rule: TableRule }
  | { readonly kind: "set-members"; readonly provider: string; readonly members: readonly string[] }
  | {
      readonly kind: "create-slot";
      readonly engine: EngineKind;
      readonly slot: string;
      /** A standby of the provider's keeps the slot, too. */
      readonly failover: boolean;
      /** What the stream is written in: where the provider's database has another encoding, or (null) has it, too. */
      readonly encoding?: string | null;
    }
  | {
      readonly kind: "create-subscription";
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: Node;
      readonly sets: readonly string[];
    }
  | {
      readonly kind: "alter-subscription";
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: Node;
      readonly sets: readonly string[];
      readonly present: readonly string[];
      /** Mark of the password that it has and the provider does not know; null: it has none. */
      readonly formerPassword?: string | null;
    }
  | {
      readonly kind: "seed-table";
      /** What carries the stream at present. */
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: Node;
      readonly set: string;
      readonly rule: TableRule;
      readonly relay: boolean;
    }
  | {
      readonly kind: "open-link";
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: Node;
      readonly sets: readonly string[];
    }
  /** Hands a stream over from one engine to another, at one position. */
  | {
      readonly kind: "change-engine";
      /** What carries it afterwards. */
      readonly engine: EngineKind;
      readonly from: EngineKind;
      readonly project: string;
      readonly provider: Node;
      readonly sets: readonly string[];
      /** As of `create-slot`. */
      readonly failover: boolean;
    }
  | {
      readonly kind: "enable-subscription";
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: Node;
    }
  | {
      readonly kind: "drop-subscription";
      readonly engine: EngineKind;
      readonly project: string;
      readonly provider: string;
      readonly providerIsGone: boolean;
      /** A new one follows at once: dropped only when this provider can be reached. */
      readonly heir?: Node;
    }
  | { readonly kind: "drop-slot"; readonly slot: string }
  | { readonly kind: "drop-capture"; readonly set: string; readonly relation: string }
  | { readonly kind: "drop-delivery"; readonly set: string; readonly relation: string }
  | {
      readonly kind: "drop-replication-set";
      readonly engine: EngineKind;
      readonly project: string;
      readonly set: string;
    }
  | { readonly kind: "drop-outbox"; readonly set: string }
  | { readonly kind: "drop-node"; readonly engine: EngineKind; readonly engineNode: string }
  | { readonly kind: "drop-schema"; readonly project: string }
  | { readonly kind: "drop-extension"; readonly engine: EngineKind };

export type Step = Common & StepBody;
export type StepKind = Step["kind"];
export type StepOf<Kind extends StepKind> = Extract<Step, { kind: Kind }>;

export interface Plan {
  readonly project: string;
  /** Hash of what the plan was made from: a saved plan is refused when the world has moved. */
  readonly fingerprint: string;
  readonly steps: readonly Step[];
  /** What stands in the way of a complete plan: an unreachable node, a table that differs. */
  readonly problems: readonly Problem[];
}

/** An unmet precondition. */
export interface Problem {
  /** Stable, kebab-case: `wal-level`, `table-without-key`. */
  readonly code: string;
  readonly node: string;
  readonly severity: "error" | "warning";
  /** What is, then what is needed, names quoted. */
  readonly message: string;
  /** The exact statement or line of configuration that mends it, or one imperative sentence. */
  readonly fix: string;
  /** `fix` is SQL that needs no restart and harms nothing: `doctor --fix` may run it. */
  readonly fixIsSafeSql: boolean;
}
