-- What bears the name of one of these tables and is none, in words.
-- $1: text[]  schemas
-- $2: text[]  tables, one for each schema
select n.nspname::text as schema, c.relname::text as "table",
  case c.relkind when 'v' then 'a view' when 'm' then 'a materialized view' when 'f' then 'a foreign table' when 'S' then 'a sequence' when 'c' then 'a type' else 'an index' end as nature
from unnest($1::text[], $2::text[]) wanted(schema, name)
  join pg_catalog.pg_namespace n on n.nspname = wanted.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
where c.relkind not in ('r', 'p')
