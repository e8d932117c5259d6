-- Up to where a subscription has applied what its provider sent.
-- $1: text  origin, named as the slot
select coalesce((
  select pg_catalog.pg_replication_origin_progress(o.roname, true) from pg_catalog.pg_replication_origin o where o.roname = $1
), '0/0')::text as position
