-- Tables by name: columns, key, what hangs on them, and the statements that make them elsewhere. Names that are not
-- tables are left out.
-- $1: text[]  schemas
-- $2: text[]  tables, one for each schema
with recursive
-- With this path every name below is printed with its schema. All else reads from `target`, so it comes after.
path as materialized (
  select set_config('search_path', 'pg_catalog', true) as value
),
target as materialized (
  select c.oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind, c.reltuples, path.value
  from path
    cross join unnest($1::text[], $2::text[]) wanted(schema, name)
    join pg_namespace n on n.nspname = wanted.schema
    join pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
  where c.relkind in ('r', 'p') and path.value is not null
),
columns as materialized (
  select t.oid as relation, a.attnum, a.attname::text as name, a.atttypid,
    format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull, a.attgenerated <> '' as is_generated, a.attidentity, d.oid as default_oid,
    pg_get_expr(d.adbin, d.adrelid) as expression,
    case when a.attcollation <> 0 and a.attcollation <> y.typcollation then l.collname::text end as collation,
    case when a.attcollation <> 0 and a.attcollation <> y.typcollation then format('%I.%I', ln.nspname, l.collname) end as collation_sql,
    -- Code that the other node may lack: functions of the application or of an extension, and sequences.
    exists (select from pg_depend p where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid
      and p.refclassid in ('pg_proc'::regclass, 'pg_class'::regclass) and p.refobjid >= 16384 and p.refobjid <> t.oid) as needs_more
  from target t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
    left join pg_namespace ln on ln.oid = l.collnamespace
),
-- Types of the columns and what those are built from, each with its greatest distance from a column.
type_use(relation, type, depth) as (
  select c.relation, c.atttypid, 0 from columns c
  union all
  select u.relation, part.oid, u.depth + 1
  from type_use u
    join pg_type y on y.oid = u.type
    cross join lateral (
      select y.typelem where y.typelem <> 0 and y.typcategory = 'A'
      union all select y.typbasetype where y.typtype = 'd'
      union all select a.atttypid from pg_attribute a
        where y.typtype = 'c' and a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
    ) part(oid)
  where u.depth < 20
),
types as (
  select u.relation, y.oid, y.typname::text as name, n.nspname::text as schema, y.typtype, max(u.depth) as depth,
    (select e.extname::text from pg_depend p join pg_extension e on e.oid = p.refobjid
     where p.classid = 'pg_type'::regclass and p.objid = y.oid and p.deptype = 'e') as extension,
    (select en.nspname::text from pg_depend p join pg_extension e on e.oid = p.refobjid join pg_namespace en on en.oid = e.extnamespace
     where p.classid = 'pg_type'::regclass and p.objid = y.oid and p.deptype = 'e') as extension_schema
  from type_use u
    join pg_type y on y.oid = u.type
    join pg_namespace n on n.oid = y.typnamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and y.typcategory <> 'A'
  group by u.relation, y.oid, y.typname, n.nspname, y.typtype
),
-- "create type" and "create domain" know no "if not exists".
type_sql as (
  select t.relation, t.depth, t.schema, t.name,
    case
      when t.extension is not null then
        format('create extension if not exists %I with schema %I', t.extension, t.extension_schema)
      when t.typtype = 'e' then
        format('do $tributary$ begin create type %I.%I as enum (%s); exception when duplicate_object then null; end $tributary$',
          t.schema, t.name,
          (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
      when t.typtype = 'd' then
        (select format('do $tributary$ begin create domain %I.%I as %s%s%s%s; exception when duplicate_object then null; end $tributary$',
            t.schema, t.name, format_type(y.typbasetype, y.typtypmod),
            case when y.typcollation <> 0 and y.typcollation <> b.typcollation
              then (select format(' collate %I.%I', ln.nspname, l.collname) from pg_collation l join pg_namespace ln on ln.oid = l.collnamespace
                    where l.oid = y.typcollation) else '' end,
            case when y.typnotnull then ' not null' else '' end,
            coalesce((select string_agg(format(' constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), '' order by k.conname)
              from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), ''))
         from pg_type y join pg_type b on b.oid = y.typbasetype where y.oid = t.oid)
      when t.typtype = 'c' then
        (select format('do $tributary$ begin create type %I.%I as (%s); exception when duplicate_object then null; end $tributary$',
            t.schema, t.name, string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum))
         from pg_type y join pg_attribute a on a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped where y.oid = t.oid)
    end as text
  from types t
),
constraints as (
  select k.conrelid as relation, k.contype, k.conname,
    format('constraint %I %s', k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' (NOT VALID|NO INHERIT)', '', 'g')) as text
  from target t join pg_constraint k on k.conrelid = t.oid
  where k.contype in ('p', 'u', 'c')
    and not exists (select from pg_depend p where p.classid = 'pg_constraint'::regclass and p.objid = k.oid
      and p.refclassid = 'pg_proc'::regclass and p.refobjid >= 16384)
),
-- Indexes that need no code of the application or of an extension, and stand for no constraint.
indexes as (
  select i.indrelid as relation, c.relname as name,
    replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as text
  from target t
    join pg_index i on i.indrelid = t.oid and i.indisvalid and not i.indisprimary
    join pg_class c on c.oid = i.indexrelid
  where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    and not exists (select from pg_depend p where p.classid = 'pg_class'::regclass and p.objid = i.indexrelid
      and p.refclassid in ('pg_proc'::regclass, 'pg_opclass'::regclass) and p.refobjid >= 16384)
)
select t.schema, t.name as "table", t.kind,
  (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'name', c.name,
      'type', c.type,
      'notNull', c.attnotnull,
      'hasDefault', c.default_oid is not null and not c.is_generated,
      'isGenerated', c.is_generated,
      'isIdentity', c.attidentity <> '',
      'collation', c.collation)) order by c.attnum), '[]')
   from columns c where c.relation = t.oid) as columns,
  (select coalesce(jsonb_agg(a.attname order by k.position), '[]')
   from pg_index i
     cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, position)
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = t.oid and i.indisprimary and k.position <= i.indnkeyatts) as key,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', f.conname,
      'columns', (select jsonb_agg(a.attname order by k.position)
        from unnest(f.conkey) with ordinality k(attnum, position)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
      'references', rn.nspname || '.' || r.relname) order by f.conname), '[]')
   from pg_constraint f
     join pg_class r on r.oid = f.confrelid
     join pg_namespace rn on rn.oid = r.relnamespace
   where f.conrelid = t.oid and f.contype = 'f') as foreign_keys,
  (select coalesce(jsonb_agg(jsonb_build_object('name', g.tgname, 'enabled', g.tgenabled) order by g.tgname), '[]')
   from pg_trigger g
   where g.tgrelid = t.oid and not g.tgisinternal and g.tgname !~ '^!?tributary') as triggers,
  (select coalesce(jsonb_agg(w.rulename order by w.rulename), '[]')
   from pg_rewrite w where w.ev_class = t.oid and w.ev_type <> '1') as rules,
  case when t.kind = 'p'
    then (select coalesce(sum(greatest(p.reltuples, 0)), -1) from pg_partition_tree(t.oid) m join pg_class p on p.oid = m.relid where m.isleaf)
    else t.reltuples end::int8 as estimated_rows,
  -- A partitioned table is made as an ordinary one: how rows are spread is each node's own affair.
  (select to_jsonb(array(select d.text from (
      select 0 as part, 0 as depth, s.schema as name, format('create schema if not exists %I', s.schema) as text
      from (select t.schema union select y.schema from types y where y.relation = t.oid and y.extension is null
            union select y.extension_schema from types y where y.relation = t.oid and y.extension is not null) s(schema)
      where s.schema not in ('public', 'pg_catalog')
      union all
      select 1, max(-y.depth), min(y.schema || y.name), y.text from type_sql y where y.relation = t.oid and y.text is not null group by y.text
      union all
      select 2, 0, '', format(E'create table %I.%I (\n  %s\n)', t.schema, t.name, concat_ws(E',\n  ',
        (select string_agg(concat_ws(' ', quote_ident(c.name), c.type,
            'collate ' || c.collation_sql,
            case
              when c.is_generated then format('generated always as (%s) stored', c.expression)
              when c.attidentity = 'a' then 'generated always as identity'
              when c.attidentity = 'd' then 'generated by default as identity'
              when c.expression is not null and not c.needs_more then 'default ' || c.expression
            end,
            case when c.attnotnull then 'not null' end), E',\n  ' order by c.attnum)
         from columns c where c.relation = t.oid),
        (select string_agg(k.text, E',\n  ' order by array_position(array['p', 'u', 'c'], k.contype::text), k.conname)
         from constraints k where k.relation = t.oid)))
      union all
      select 3, 0, i.name, i.text from indexes i where i.relation = t.oid
    ) d order by d.part, d.depth, d.name))) as definition
from target t
order by t.schema, t.name
