-- Up to where a slot's subscriber has everything.
-- $1: name  slot
select coalesce((select (s.confirmed_flush_lsn - '0/0')::float8 from pg_catalog.pg_replication_slots s where s.slot_name = $1), 0) as position;
