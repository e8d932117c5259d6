-- The connection strings that subscriptions of a name use, and whether pglogical may have more. Needs a superuser.
-- $1: name  subscription
select
  (select coalesce(jsonb_agg(s.subconninfo), '[]') from pg_catalog.pg_subscription s
   where s.subname = $1 and s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())) as conninfos,
  to_regclass('pglogical.subscription') is not null as has_pglogical
