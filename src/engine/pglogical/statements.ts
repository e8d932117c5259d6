/** Step → SQL, for pglogical. Pure: what `plan --sql` prints is what `apply` runs. */
import { replicationSetName, subscriptionName } from "../../domain/names.ts";
import type { Statement } from "../../domain/statement.ts";
import type { StepOf } from "../../domain/step.ts";
import { literal } from "../../postgres/quote.ts";
import type { EngineStep } from "../engine.ts";
import { type EngineStepKind, IMPATIENT, MADE_BY_US, joined } from "../schema-statements.ts";
import {
  PATIENT,
  alterSubscription,
  createSubscription,
  dropSubscription,
} from "./subscription-statements.ts";

type Makers = {
  readonly [Kind in EngineStepKind]: (step: StepOf<Kind>) => readonly Statement[];
};

const MAKERS: Makers = {
  "create-extension": () => [joined(CREATE_EXTENSION)],
  "close-extension": () => CLOSE_EXTENSION.map((text) => joined(text)),
  "forget-passwords": forgetPasswords,
  "create-node": createNode,
  "create-replication-set": createReplicationSet,
  // The subscription makes its slot itself.
  "create-slot": () => [],
  "create-subscription": createSubscription,
  "alter-subscription": alterSubscription,
  "enable-subscription": ({ project, provider }) => resume(subscriptionName(project, provider.name)),
  "drop-subscription": dropSubscription,
  "drop-replication-set": dropReplicationSet,
  "drop-node": ({ engineNode }) => [PATIENT, joined(DROP_NODE, engineNode)],
  "drop-extension": () => [joined(DROP_EXTENSION)],
};

/** The statements of a step. */
export function statementsOf(step: EngineStep): readonly Statement[] {
  return (MAKERS[step.kind] as (step: EngineStep) => readonly Statement[])(step);
}

/** Stops a subscription at once: its worker is gone when the status says so. */
export function pause(subscription: string): readonly Statement[] {
  return [
    PATIENT,
    joined(
      "select pglogical.alter_subscription_disable(sub_name) from pglogical.subscription where sub_name = $1",
      subscription,
    ),
  ];
}

/** Starts a subscription at once, also one that waits for its next attempt. */
export function resume(subscription: string): readonly Statement[] {
  return [
    PATIENT,
    joined(
      "select pglogical.alter_subscription_enable(sub_name) from pglogical.subscription where sub_name = $1",
      subscription,
    ),
  ];
}

/**
 * Stock pglogical lets everybody who may use its schema call everything in it, and nobody drop anything who may not. With
 * these two the schema can be used, for DROP, and nothing in it be called.
 */
const CLOSE_EXTENSION = [
  "revoke all on all functions in schema pglogical from public",
  "grant usage on schema pglogical to public",
];

// The comment tells later, when there is a schema to note it in, that the extension was not there before us.
const CREATE_EXTENSION = `do $$ begin
  if not exists (select from pg_catalog.pg_extension where extname = 'pglogical') then
    create extension pglogical;
    comment on extension pglogical is ${literal(MADE_BY_US)};
    ${CLOSE_EXTENSION.join(";\n    ")};
  end if;
end $$`;

function createNode({ engineNode, dsn }: StepOf<"create-node">): readonly Statement[] {
  return [
    PATIENT,
    joined(
      `with made as (
  select pglogical.create_node(node_name := $1, dsn := $2) where not exists (select from pglogical.local_node)
)
select tributary.record_made('node') from made`,
      engineNode,
      dsn,
    ),
  ];
}

/** Only while nobody connects by them. That of the database itself is connected by for first copies of pglogical's own, which we never ask for. */
function forgetPasswords({ interfaces }: StepOf<"forget-passwords">): readonly Statement[] {
  return [
    PATIENT,
    ...interfaces.map((kept) =>
      joined(
        `update pglogical.node_interface i set if_dsn = $3 from pglogical.node n
where n.node_id = i.if_nodeid and n.node_name = $1 and i.if_name = $2
  and not exists (select from pglogical.subscription s where s.sub_origin_if = i.if_id)`,
        kept.engineNode,
        kept.interface,
        kept.place,
      ),
    ),
  ];
}

function createReplicationSet({ project, set }: StepOf<"create-replication-set">): readonly Statement[] {
  const name = replicationSetName(project, set);
  return [
    PATIENT,
    joined(
      `select pglogical.create_replication_set(set_name := $1, replicate_insert := true, replicate_update := false,
  replicate_delete := false, replicate_truncate := false)
where not exists (select from pglogical.replication_set join pglogical.local_node on node_id = set_nodeid where set_name = $1)`,
      name,
    ),
    IMPATIENT,
    joined("select tributary.create_outbox($1)", set),
    joined(
      `select pglogical.replication_set_add_table(set_name := $1, relation := leaf, synchronize_data := false)
from tributary.outbox_leaves($2)
where not exists (
  select from pglogical.replication_set_table join pglogical.replication_set using (set_id)
    join pglogical.local_node on node_id = set_nodeid
  where set_name = $1 and set_reloid = leaf)`,
      name,
      set,
    ),
  ];
}

function dropReplicationSet({ project, set }: StepOf<"drop-replication-set">): readonly Statement[] {
  return [joined("select pglogical.drop_replication_set($1, true)", replicationSetName(project, set))];
}

// Dropping the node drops every pglogical slot of the database: not while anybody else's tables use it.
const DROP_NODE = `select pglogical.drop_node(node_name)
from pglogical.node join pglogical.local_node using (node_id)
where node_name = $1
  and not exists (select from pglogical.replication_set_table)
  and not exists (select from pglogical.subscription)`;

const DROP_EXTENSION = `do $$ begin
  if exists (select from pg_catalog.pg_extension where extname = 'pglogical') then
    if not exists (select from pglogical.local_node) then
      drop extension pglogical;
      begin
        -- CREATE EXTENSION made it, but does not own it.
        drop schema if exists pglogical;
      exception when dependent_objects_still_exist then null;
      end;
    end if;
  end if;
end $$`;
