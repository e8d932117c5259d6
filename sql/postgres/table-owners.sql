-- Who could own a table that is made here: the owners of schemas, and a role by its name. For pg_database_owner, which nobody
-- chose, stands the database's owner. A role that may become a superuser counts as one.
-- $1: text[]  schemas; those that are not there are left out
-- $2: text    the role; null for none
with role as (
  select r.oid, r.rolname, exists (
    select from pg_catalog.pg_roles s where s.rolsuper and pg_catalog.pg_has_role(r.oid, s.oid, 'MEMBER')) as is_superuser
  from pg_catalog.pg_roles r
)
select
  (select coalesce(pg_catalog.jsonb_object_agg(n.nspname, pg_catalog.jsonb_build_object('name', o.rolname, 'isSuperuser', o.is_superuser)), '{}')
   from pg_catalog.pg_namespace n
     join pg_catalog.pg_roles r on r.oid = n.nspowner
     join role o on o.oid = case when r.rolname operator(pg_catalog.=) 'pg_database_owner'
       then (select d.datdba from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) pg_catalog.current_database())
       else n.nspowner end
   where n.nspname operator(pg_catalog.=) any ($1::pg_catalog.text[])) as schemas,
  (select pg_catalog.jsonb_build_object('name', o.rolname, 'isSuperuser', o.is_superuser)
   from role o where o.rolname operator(pg_catalog.=) $2::pg_catalog.text) as named
