-- Up to where a subscription has applied what its provider sent.
-- $1: name  subscription
select coalesce((
  select pg_catalog.pg_replication_origin_progress(o.roname, true)
  from pg_catalog.pg_subscription s join pg_catalog.pg_replication_origin o on o.roname = 'pg_' || s.oid
  where s.subname = $1 and s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
), '0/0')::text as position
