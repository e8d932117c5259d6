-- Lets a paused subscription go on from a position of its provider's.
-- $1: name  subscription
-- $2: text  position
select pg_catalog.pg_replication_origin_advance('pg_' || s.oid, $2::text::pg_lsn)
from pg_catalog.pg_subscription s
where s.subname = $1 and s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
