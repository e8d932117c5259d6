-- Lets a paused subscription go on from a position of its provider's.
-- $1: text  origin, named as the slot
-- $2: text  position
select pg_catalog.pg_replication_origin_advance($1, $2::text::pg_lsn)
