-- Tables by name: columns, key, what hangs on them, and the facts from which they are made elsewhere. Names that are not
-- tables are left out. No statement is made here: who asks makes them, and takes no text from below.
-- $1: text[]  schemas
-- $2: text[]  tables, one for each schema
with recursive
-- With this path every name in an expression is printed with its schema. All else reads from `target`, so it comes after.
path as materialized (
  select pg_catalog.set_config('search_path', 'pg_catalog', true) as value
),
target as materialized (
  select c.oid, n.nspname::pg_catalog.text as schema, c.relname::pg_catalog.text as name, c.relkind::pg_catalog.text as kind, c.reltuples, path.value
  from path
    cross join rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) wanted(schema, name)
    join pg_catalog.pg_namespace n on n.nspname operator(pg_catalog.=) wanted.schema
    join pg_catalog.pg_class c on c.relnamespace operator(pg_catalog.=) n.oid and c.relname operator(pg_catalog.=) wanted.name
  where c.relkind in ('r', 'p') and path.value is not null
),
-- Of any table: who asks says of which of `target`.
columns as not materialized (
  select a.attrelid as relation, a.attnum, a.attname::pg_catalog.text as name, a.atttypid, a.atttypmod,
    a.attnotnull, a.attgenerated, a.attidentity,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression,
    nullif(a.attcollation, y.typcollation) as collation
  from pg_catalog.pg_attribute a
    join pg_catalog.pg_type y on y.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
),
-- Types of the columns and what those are built from, each with its greatest distance from a column.
type_use(relation, type, depth) as (
  select distinct c.relation, c.atttypid, 0 from target t join columns c on c.relation = t.oid
  union all
  select u.relation, part.oid, u.depth + 1
  from type_use u
    join pg_catalog.pg_type y on y.oid = u.type
    cross join lateral (
      select e.oid from pg_catalog.pg_type e where e.oid = y.typelem and e.typarray = y.oid
      union all select y.typbasetype where y.typtype = 'd'
      union all select a.atttypid from pg_catalog.pg_attribute a
        where y.typtype = 'c' and a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
    ) part(oid)
  where u.depth < 20
),
-- How each of these is named: an array by its elements.
type_name as materialized (
  select y.oid, coalesce(e.oid, y.oid) as element, coalesce(e.typtype, y.typtype) as kind, coalesce(e.typbasetype, y.typbasetype) as base,
    pg_catalog.jsonb_build_object(
      'schema', n.nspname, 'name', coalesce(e.typname, y.typname), 'isArray', e.oid is not null, 'kind', coalesce(e.typtype, y.typtype)) as facts
  from (select distinct u.type from type_use u) u
    join pg_catalog.pg_type y on y.oid = u.type
    left join pg_catalog.pg_type e on e.oid = y.typelem and e.typarray = y.oid
    join pg_catalog.pg_namespace n on n.oid = coalesce(e.typnamespace, y.typnamespace)
),
-- What a domain over a domain is, in the end.
domain_base(oid, base, depth) as (
  select t.oid, t.base, 0 from type_name t where t.kind = 'd' and t.oid = t.element
  union all
  select b.oid, y.typbasetype, b.depth + 1 from domain_base b join pg_catalog.pg_type y on y.oid = b.base where y.typtype = 'd' and b.depth < 20
),
type_facts as materialized (
  select t.oid, t.element, t.facts operator(pg_catalog.||) pg_catalog.jsonb_build_object('base', (
      select pg_catalog.jsonb_build_object('schema', n.nspname, 'name', y.typname)
      from domain_base b join pg_catalog.pg_type y on y.oid = b.base and y.typtype <> 'd' join pg_catalog.pg_namespace n on n.oid = y.typnamespace
      where b.oid = t.element)) as facts
  from type_name t
),
own_types as (
  select u.relation, y.oid, y.typname as name, n.nspname as schema, y.typtype as kind, pg_catalog.max(u.depth) as depth,
    y.typbasetype, y.typtypmod, nullif(y.typcollation, b.typcollation) as collation, y.typnotnull, y.typrelid, y.typdefaultbin,
    (select pg_catalog.jsonb_build_object('schema', en.nspname, 'name', e.extname)
     from pg_catalog.pg_depend p join pg_catalog.pg_extension e on e.oid = p.refobjid join pg_catalog.pg_namespace en on en.oid = e.extnamespace
     where p.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and p.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
       and p.objid = y.oid and p.deptype = 'e') as extension
  from type_use u
    join pg_catalog.pg_type y on y.oid = u.type
    join pg_catalog.pg_namespace n on n.oid = y.typnamespace
    left join pg_catalog.pg_type b on b.oid = y.typbasetype
  where n.nspname not in ('pg_catalog', 'information_schema') and not exists (select from pg_catalog.pg_type e where e.oid = y.typelem and e.typarray = y.oid)
  group by u.relation, y.oid, n.nspname, b.typcollation
),
collation_name as not materialized (
  select l.oid, pg_catalog.jsonb_build_object('schema', n.nspname, 'name', l.collname) as facts
  from pg_catalog.pg_collation l join pg_catalog.pg_namespace n on n.oid = l.collnamespace
),
-- By table, once for all: hundreds of tables would each read the types of all.
type_parts as materialized (
  select o.relation, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'schema', o.schema,
      'name', o.name,
      'kind', o.kind,
      'extension', o.extension,
      'labels', (select coalesce(pg_catalog.jsonb_agg(e.enumlabel order by e.enumsortorder), '[]') from pg_catalog.pg_enum e where e.enumtypid = o.oid),
      'base', (select y.facts operator(pg_catalog.||) pg_catalog.jsonb_build_object('modifier', o.typtypmod,
          'modifierText', "substring"(pg_catalog.format_type(y.element, o.typtypmod), '\(([^()]*)\)$'))
        from type_facts y where o.kind = 'd' and y.oid = o.typbasetype),
      'collation', (select l.facts from collation_name l where o.kind = 'd' and l.oid = o.collation),
      'notNull', o.typnotnull,
      'default', pg_catalog.pg_get_expr(o.typdefaultbin, 0),
      'checks', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, 0)) order by k.conname), '[]')
        from pg_catalog.pg_constraint k where k.contypid = o.oid and k.contype = 'c'),
      'attributes', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', a.attname,
            'type', y.facts operator(pg_catalog.||) pg_catalog.jsonb_build_object('modifier', a.atttypmod,
              'modifierText', "substring"(pg_catalog.format_type(y.element, a.atttypmod), '\(([^()]*)\)$')),
            'collation', (select l.facts from collation_name l join pg_catalog.pg_type b on b.oid = a.atttypid
              where l.oid = a.attcollation and a.attcollation <> b.typcollation)) order by a.attnum), '[]')
        from pg_catalog.pg_attribute a join type_facts y on y.oid = a.atttypid
        where o.kind = 'c' and a.attrelid = o.typrelid and a.attnum > 0 and not a.attisdropped))
    order by o.depth desc, o.schema, o.name) as types
  from own_types o group by o.relation
)
select t.schema, t.name as "table", t.kind,
  (select coalesce(pg_catalog.jsonb_agg(a.attname order by k.position), '[]')
   from pg_catalog.pg_index i
     cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality k(attnum, position)
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = t.oid and i.indisprimary and k.position <= i.indnkeyatts) as key,
  (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', f.conname,
      'columns', (select pg_catalog.jsonb_agg(a.attname order by k.position)
        from pg_catalog.unnest(f.conkey) with ordinality k(attnum, position)
          join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
      'references', pg_catalog.concat(rn.nspname, '.', r.relname),
      'referenced', (select pg_catalog.jsonb_agg(a.attname order by k.position)
        from pg_catalog.unnest(f.confkey) with ordinality k(attnum, position)
          join pg_catalog.pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum)) order by f.conname), '[]')
   from pg_catalog.pg_constraint f
     join pg_catalog.pg_class r on r.oid = f.confrelid
     join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
   where f.conrelid = t.oid and f.contype = 'f'
     -- of a partitioned table that is referenced, PostgreSQL has one for each of its partitions, too
     and not exists (select from pg_catalog.pg_constraint u where u.oid = f.conparentid and u.conrelid = f.conrelid)) as foreign_keys,
  (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', g.tgname, 'enabled', g.tgenabled) order by g.tgname), '[]')
   from pg_catalog.pg_trigger g
   where g.tgrelid = t.oid and not g.tgisinternal and g.tgname operator(pg_catalog.!~) '^!?tributary') as triggers,
  (select coalesce(pg_catalog.jsonb_agg(w.rulename order by w.rulename), '[]')
   from pg_catalog.pg_rewrite w where w.ev_class = t.oid and w.ev_type <> '1') as rules,
  case when t.kind operator(pg_catalog.=) 'p'
    then (select coalesce(pg_catalog.sum(greatest(p.reltuples, 0)), -1)
      from pg_catalog.pg_partition_tree(t.oid) m join pg_catalog.pg_class p on p.oid = m.relid where m.isleaf)
    else t.reltuples end::pg_catalog.int8 as estimated_rows,
  pg_catalog.jsonb_build_object(
    'columns', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', c.name,
        'type', y.facts operator(pg_catalog.||) pg_catalog.jsonb_build_object('modifier', c.atttypmod,
          'modifierText', case when c.atttypmod operator(pg_catalog.>=) 0 then "substring"(pg_catalog.format_type(y.element, c.atttypmod), '\(([^()]*)\)$') end),
        'collation', (select l.facts from collation_name l where l.oid = c.collation),
        'notNull', c.attnotnull,
        'identity', c.attidentity,
        'generated', c.attgenerated,
        'expression', c.expression) order by c.attnum), '[]')
      from columns c join type_facts y on y.oid = c.atttypid where c.relation = t.oid),
    'types', coalesce(tp.types, '[]'),
    'keys', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', k.conname,
        'isPrimary', k.contype = 'p',
        'columns', (select pg_catalog.jsonb_agg(a.attname order by u.position)
          from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u(attnum, position)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum where u.position <= i.indnkeyatts),
        'include', (select coalesce(pg_catalog.jsonb_agg(a.attname order by u.position), '[]')
          from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u(attnum, position)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum where u.position > i.indnkeyatts),
        'nullsNotDistinct', i.indnullsnotdistinct,
        'isDeferrable', k.condeferrable,
        'isDeferred', k.condeferred) order by k.contype = 'u', k.conname), '[]')
      from pg_catalog.pg_constraint k join pg_catalog.pg_index i on i.indexrelid = k.conindid
      where k.conrelid = t.oid and k.contype in ('p', 'u')),
    'checks', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid)) order by k.conname), '[]')
      from pg_catalog.pg_constraint k where k.conrelid = t.oid and k.contype = 'c'),
    'exclusions', (select coalesce(pg_catalog.jsonb_agg(k.conname order by k.conname), '[]')
      from pg_catalog.pg_constraint k where k.conrelid = t.oid and k.contype = 'x'),
    -- Those that stand for no constraint.
    'indexes', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'name', x.relname,
        'isUnique', i.indisunique,
        'nullsNotDistinct', i.indnullsnotdistinct,
        'method', m.amname,
        'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
        'include', (select coalesce(pg_catalog.jsonb_agg(a.attname order by u.position), '[]')
          from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u(attnum, position)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum where u.position > i.indnkeyatts),
        'parts', (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'column', a.attname,
            'expression', case when u.attnum = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, u.position::pg_catalog.int4, false) end,
            'collation', (select l.facts from collation_name l
              where l.oid = i.indcollation[u.position - 1] and l.oid is distinct from xa.attcollation_of_column),
            'operatorClass', (select pg_catalog.jsonb_build_object('schema', n.nspname, 'name', c.opcname)
              from pg_catalog.pg_opclass c join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
              where c.oid = i.indclass[u.position - 1] and not c.opcdefault),
            'isDescending', (i.indoption[u.position - 1] operator(pg_catalog.&) 1::pg_catalog.int2) <> 0,
            'nullsFirst', (i.indoption[u.position - 1] operator(pg_catalog.&) 2::pg_catalog.int2) <> 0) order by u.position)
          from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u(attnum, position)
            left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum and u.attnum > 0
            cross join lateral (select coalesce(a.attcollation, (select y.typcollation from pg_catalog.pg_attribute b
              join pg_catalog.pg_type y on y.oid = b.atttypid where b.attrelid = i.indexrelid and b.attnum = u.position)) as attcollation_of_column) xa
          where u.position <= i.indnkeyatts)) order by x.relname), '[]')
      from pg_catalog.pg_index i
        join pg_catalog.pg_class x on x.oid = i.indexrelid
        join pg_catalog.pg_am m on m.oid = x.relam
      where i.indrelid = t.oid and i.indisvalid and not i.indisprimary
        and not exists (select from pg_catalog.pg_constraint k where k.conrelid = i.indrelid and k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')))) as facts
from target t left join type_parts tp on tp.relation = t.oid
order by t.schema, t.name
