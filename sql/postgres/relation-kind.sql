-- Is there a table of that name?
-- $1: name  schema
-- $2: name  table
select exists (
  select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')
) as is_table
