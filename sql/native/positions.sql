-- Up to where the subscriptions of this database have received.
select s.subname::text as name,
  (select (p.remote_lsn - '0/0')::float8 from pg_catalog.pg_replication_origin_status p
   where p.external_id = 'pg_' || s.oid) as received_position
from pg_catalog.pg_subscription s
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
