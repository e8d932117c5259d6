/** The SQL of subscriptions: what the subscriber runs for one link. Pure. */
import { placeOf } from "../../domain/dsn.ts";
import { replicationSetName, subscriptionName } from "../../domain/names.ts";
import type { Statement } from "../../domain/statement.ts";
import type { StepOf } from "../../domain/step.ts";
import type { Node } from "../../domain/topology.ts";
import { QUIET_LOG, joined, secretLinkDsn } from "../schema-statements.ts";

/**
 * pglogical's manager holds the lock on its own table of nodes while it starts a worker, for a second or more. No table
 * of the application is locked by what follows.
 */
export const PATIENT: Statement = joined("set local lock_timeout = '15s'");

// pglogical puts the connection string into its error when the provider does not answer: hence the quiet log.

export function createSubscription({
  project,
  provider,
  sets,
}: StepOf<"create-subscription">): readonly Statement[] {
  const wanted = sets.map((set) => replicationSetName(project, set));
  return [
    PATIENT,
    ...QUIET_LOG,
    joined("select tributary.begin_link($1, $2::text[])", provider.name, sets),
    subscribe(subscriptionName(project, provider.name), provider, wanted),
  ];
}

/** Everything that comes from below travels on: origins are forwarded. Nothing is copied: that is ours. */
export function subscribe(name: string, provider: Node, sets: readonly string[]): Statement {
  return joined(
    "select tributary.pglogical_subscribe($1, $2, $3::text[])",
    name,
    secretLinkDsn(provider),
    sets,
  );
}

/** Sets that came or went, and an address that changed. */
export function alterSubscription(step: StepOf<"alter-subscription">): readonly Statement[] {
  const { project, provider, sets, present } = step;
  const name = subscriptionName(project, provider.name);
  const wanted = sets.map((set) => replicationSetName(project, set));
  const added = wanted.filter((set) => !present.includes(set));
  const surplus = present.filter((set) => !wanted.includes(set));
  return [
    PATIENT,
    ...QUIET_LOG,
    joined("select tributary.begin_link($1, $2::text[])", provider.name, sets),
    joined("select tributary.pglogical_connect_by($1, $2)", name, secretLinkDsn(provider)),
    // They may hold an old password.
    joined("select tributary.pglogical_forget($1, $2)", name, placeOf(provider.linkDsn)),
    ...added.map((set) =>
      joined("select pglogical.alter_subscription_add_replication_set($1, $2)", name, set),
    ),
    ...surplus.map((set) =>
      joined("select pglogical.alter_subscription_remove_replication_set($1, $2)", name, set),
    ),
  ];
}

export function dropSubscription(step: StepOf<"drop-subscription">): readonly Statement[] {
  return [
    PATIENT,
    ...QUIET_LOG,
    ...dropStatements(subscriptionName(step.project, step.provider), step.providerIsGone),
    joined("select tributary.end_link($1)", step.provider),
  ];
}

/** pglogical asks the provider to drop the slot. One that is gone for good is not waited for. */
export function dropStatements(name: string, providerIsGone: boolean): readonly Statement[] {
  return [
    ...(providerIsGone ? [joined(ADD_DEAD_INTERFACE, name), joined(USE_DEAD_INTERFACE, name)] : []),
    joined(
      "select pglogical.drop_subscription(sub_name, true) from pglogical.subscription where sub_name = $1",
      name,
    ),
    ...(providerIsGone ? [joined(DROP_DEAD_INTERFACES)] : []),
  ];
}

const ADD_DEAD_INTERFACE = `select pglogical.alter_node_add_interface(n.node_name, 'tributary_gone', 'host=/nowhere dbname=gone')
from pglogical.subscription s join pglogical.node n on n.node_id = s.sub_origin
where s.sub_name = $1
  and not exists (select from pglogical.node_interface i where i.if_nodeid = n.node_id and i.if_name = 'tributary_gone')`;

const USE_DEAD_INTERFACE =
  "select pglogical.alter_subscription_interface(sub_name, 'tributary_gone') from pglogical.subscription where sub_name = $1";

const DROP_DEAD_INTERFACES = `select pglogical.alter_node_drop_interface(n.node_name, i.if_name)
from pglogical.node_interface i join pglogical.node n on n.node_id = i.if_nodeid
where i.if_name = 'tributary_gone' and not exists (select from pglogical.subscription o where o.sub_origin_if = i.if_id)`;
