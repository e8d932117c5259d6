/** Step → SQL, for native replication. Pure: what `plan --sql` prints is what `apply` runs. */
import { replicationSetName, subscriptionName } from "../../domain/names.ts";
import type { Statement } from "../../domain/statement.ts";
import type { StepOf } from "../../domain/step.ts";
import { identifier } from "../../postgres/quote.ts";
import type { EngineStep, Handover } from "../engine.ts";
import {
  type EngineStepKind,
  IMPATIENT,
  QUIET_LOG,
  alone,
  joined,
  secretLinkDsn,
} from "../schema-statements.ts";

/** An extension and a node are pglogical's. */
type Kind = Exclude<
  EngineStepKind,
  "create-extension" | "close-extension" | "create-node" | "forget-passwords" | "drop-node" | "drop-extension"
>;

const MAKERS: { readonly [K in Kind]: (step: StepOf<K>) => readonly Statement[] } = {
  "create-replication-set": ({ project, set }) => [
    IMPATIENT,
    joined("select tributary.create_outbox($1)", set),
    joined("select tributary.native_publish($1, $2)", replicationSetName(project, set), set),
  ],
  "create-slot": ({ slot, failover, encoding }) => [
    ...(encoding === undefined ? [] : [joined("select tributary.send_as($1)", encoding)]),
    ...createSlot(slot, failover),
  ],
  "create-subscription": createSubscription,
  "alter-subscription": alterSubscription,
  "enable-subscription": ({ project, provider }) => resume(subscriptionName(project, provider.name)),
  "drop-subscription": ({ project, provider }) => [
    joined("select tributary.native_unsubscribe($1)", subscriptionName(project, provider)),
    joined("select tributary.end_link($1)", provider),
  ],
  "drop-replication-set": ({ project, set }) => [
    joined("select tributary.native_unpublish($1)", replicationSetName(project, set)),
  ],
};

/** The statements of a step. */
export function statementsOf(step: EngineStep): readonly Statement[] {
  const make = MAKERS[step.kind as Kind] as ((step: EngineStep) => readonly Statement[]) | undefined;
  return make?.(step) ?? [];
}

/** Stops a subscription at once: its worker is gone when the status says so. */
export function pause(subscription: string): readonly Statement[] {
  return [joined("select tributary.native_switch($1, false)", subscription)];
}

/** Starts a subscription at once. */
export function resume(subscription: string): readonly Statement[] {
  return [joined("select tributary.native_switch($1, true)", subscription)];
}

/**
 * By us, not by CREATE SUBSCRIPTION, which could do it outside a transaction only: killed in between, it would leave a
 * subscription that nobody has recorded. It waits for the transactions that are open at the provider.
 */
function createSlot(slot: string, failover: boolean): readonly Statement[] {
  const options = failover ? ", failover => true" : "";
  return [
    alone(
      `select pg_create_logical_replication_slot($1, 'pgoutput'${options})
where not exists (select from pg_catalog.pg_replication_slots where slot_name = $1)`,
      slot,
    ),
  ];
}

/**
 * binary: messages are text and numbers, and neither end writes or reads them as text for it. streaming: what a large
 * transaction sends before its commit waits here, not at the provider. Not in parallel: messages are applied in the order
 * of their commits, and rows would wait for each other. An error does not disable the subscription: it is tried again.
 */
const OPTIONS = "binary = true, streaming = on";

function createSubscription(step: StepOf<"create-subscription">): readonly Statement[] {
  return [
    ...QUIET_LOG,
    joined("select tributary.begin_link($1, $2::text[])", step.provider.name, step.sets),
    subscribe(step, OPTIONS),
  ];
}

/** The slot has the subscription's name. */
function subscribe(
  { project, provider, sets }: StepOf<"create-subscription" | "change-engine">,
  options: string,
): Statement {
  const name = subscriptionName(project, provider.name);
  return joined(
    "select tributary.native_subscribe($1, $2, $3::text[], $4, $5)",
    name,
    secretLinkDsn(provider),
    sets.map((set) => replicationSetName(project, set)),
    name,
    options,
  );
}

/** A subscription's origin is called by its number. What was committed before its position is not sent. */
export const handover: Handover = {
  prepare: () => [],
  createSlot,
  slotName: (name) => name,
  takeOver: (step, position) => [
    ...QUIET_LOG,
    subscribe(step, `${OPTIONS}, enabled = false`),
    joined(
      `select pg_replication_origin_advance('pg_' || s.oid, '0/0'::pg_lsn + $2::text::numeric)
from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
where s.subname = $1 and d.datname = current_database()`,
      subscriptionName(step.project, step.provider.name),
      String(position),
    ),
  ],
  leave: (subscription) => [joined("select tributary.native_unsubscribe($1)", subscription)],
};

/**
 * Sets that came or went, an address that changed, an owner with too many rights. Only other sets ask the provider for its
 * tables. Sets and tables change in one statement, which the event trigger refuses when it brings more than outboxes.
 */
function alterSubscription(step: StepOf<"alter-subscription">): readonly Statement[] {
  const { project, provider, sets, present } = step;
  const name = subscriptionName(project, provider.name);
  const wanted = sets.map((set) => replicationSetName(project, set));
  const isSame = wanted.length === present.length && wanted.every((set) => present.includes(set));
  return [
    ...QUIET_LOG,
    joined("select tributary.begin_link($1, $2::text[])", provider.name, sets),
    joined("select tributary.native_alter($1, $2)", name, secretLinkDsn(provider)),
    ...(isSame
      ? []
      : [
          alone(
            `alter subscription ${identifier(name)} set publication ${wanted.map(identifier).join(", ")} with (copy_data = false)`,
          ),
        ]),
  ];
}
