-- Has the subscriber confirmed everything up to a mark? It confirms what it has applied, or skipped.
-- $1: pg_lsn  the mark
-- $2: name  this node
-- $3: name  the subscription
select coalesce(bool_and(confirmed_flush_lsn >= $1::pg_lsn), false) as passed
from pg_replication_slots
where slot_name = pglogical.pglogical_gen_slot_name(current_database(), $2::name, $3::name);
