/** How a stream goes over to pglogical and away from it. Pure. */
import { replicationSetName, subscriptionName } from "../../domain/names.ts";
import type { Handover } from "../engine.ts";
import { QUIET_LOG, alone, joined } from "../schema-statements.ts";
import { PATIENT, dropStatements, subscribe } from "./subscription-statements.ts";

/**
 * pglogical's worker would make slot and origin itself, as of the moment when it first runs. A subscription that is marked
 * as initialized finds those that are there (pglogical_apply.c, pglogical_apply_main; pglogical_sync.c,
 * pglogical_sync_subscription). The origin has the slot's name.
 */
export const handover: Handover = {
  prepare: ({ project, provider, sets }) => {
    const name = subscriptionName(project, provider.name);
    return [
      PATIENT,
      ...QUIET_LOG,
      subscribe(
        name,
        provider,
        sets.map((set) => replicationSetName(project, set)),
      ),
      joined(
        `select pglogical.alter_subscription_disable(s.sub_name)
from pglogical.subscription s join pglogical.local_sync_status l on l.sync_subid = s.sub_id and l.sync_nspname is null
where s.sub_name = $1 and l.sync_status <> 'r'`,
        name,
      ),
    ];
  },
  createSlot: (slot) => [
    alone(
      `select pg_create_logical_replication_slot($1, 'pglogical_output')
where not exists (select from pg_catalog.pg_replication_slots where slot_name = $1)`,
      slot,
    ),
  ],
  slotName: (name, present) => present?.slot ?? name,
  takeOver: ({ project, provider }, position) => {
    const name = subscriptionName(project, provider.name);
    return [
      PATIENT,
      joined(
        `select pg_replication_origin_create(s.sub_slot_name) from pglogical.subscription s
where s.sub_name = $1 and not exists (select from pg_catalog.pg_replication_origin o where o.roname = s.sub_slot_name)`,
        name,
      ),
      joined(
        `select pg_replication_origin_advance(s.sub_slot_name, '0/0'::pg_lsn + $2::text::numeric)
from pglogical.subscription s where s.sub_name = $1`,
        name,
        String(position),
      ),
      joined(
        `update pglogical.local_sync_status l set sync_status = 'r'
from pglogical.subscription s where s.sub_name = $1 and l.sync_subid = s.sub_id and l.sync_nspname is null`,
        name,
      ),
    ];
  },
  leave: (subscription) => [PATIENT, ...QUIET_LOG, ...dropStatements(subscription, false)],
};
