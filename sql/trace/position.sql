-- How far this node's WAL goes, and up to where a slot's subscriber has everything, in bytes.
-- $1: name  slot
select (pg_current_wal_insert_lsn() - '0/0')::float8 as present, (s.confirmed_flush_lsn - '0/0')::float8 as confirmed
from pg_catalog.pg_replication_slots s where s.slot_name = $1;
