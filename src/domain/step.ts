/** A plan is plain, ordered data: each step is one effect on one node. */
import type { EngineKind, MonitorPassword, Node, TableRule } from "./topology.ts";

export type Reason = "missing" | "differs" | "not-in-topology" | "requested";

/** What a step may hurt. */
export type Hazard = "locks-writes" | "drops-data" | "copies-data";

export interface Common {
  /** Stable within a plan: kind and what it is about, e.g. `capture-table district-a public.document`. */
  readonly id: string;
  /** Name of the node where it takes effect. */
  readonly node: string;
  readonly reason: Reason;
  readonly hazard?: Hazard;
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
      readonly definition: readonly string[];
      /** Columns of the definition that do not travel: the table is made without them. */
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
  | { readonly kind: "drop-schema" }
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
