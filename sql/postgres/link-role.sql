-- The role that the upstream of this database reads as. Needs a superuser.
-- $1: name  role
select
  coalesce(starts_with(c.comment, 'made by tributary'), false) as is_ours,
  a.rolcanlogin and a.rolreplication and not a.rolsuper
    and has_database_privilege(a.oid, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()), 'connect') as may_replicate,
  coalesce((select has_schema_privilege(a.oid, n.oid, 'usage') and has_function_privilege(a.oid, p.oid, 'execute')
    from pg_catalog.pg_namespace n join pg_catalog.pg_proc p on p.pronamespace = n.oid
    where n.nspname = 'pglogical' and p.proname = 'pglogical_node_info'), false) as may_use_pglogical,
  a.rolpassword is not null as has_password,
  case when right(c.comment, 32) = md5(a.rolpassword) then substring(c.comment from 'password ([0-9a-f]{16}) [0-9a-f]{32}$') end as password_mark
from pg_catalog.pg_authid a
  cross join lateral (select shobj_description(a.oid, 'pg_authid') as comment) c
where a.rolname = $1
