-- What about tables can get in the way of capture or delivery, beyond their columns.
-- $1: text[]  schemas
-- $2: text[]  tables, one for each schema
select n.nspname::text as schema, c.relname::text as "table", c.relkind::text as kind, c.relpersistence::text as persistence,
  exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid) as is_child,
  c.relkind = 'r' and exists (select from pg_catalog.pg_inherits i where i.inhparent = c.oid) as is_parent,
  exists (select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and k.condeferrable) as has_deferrable_key,
  -- columns: those that rows are compared by, alone; what an expression makes of others is not known
  (select coalesce(jsonb_agg(jsonb_build_object('name', u.relname, 'isExclusion', i.indisexclusion, 'nullsNotDistinct', i.indnullsnotdistinct,
      'columns', (select coalesce(jsonb_agg(a.attname order by k.position), '[]')
        from unnest(i.indkey::int2[]) with ordinality k(attnum, position) join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts and k.attnum > 0)) order by u.relname), '[]')
   from pg_catalog.pg_index i join pg_catalog.pg_class u on u.oid = i.indexrelid
   where i.indrelid = c.oid and (i.indisunique or i.indisexclusion) and not i.indisprimary) as unique_indexes,
  -- Sequences that number a column: its own, or one that its default asks. remainder: of the last number that it gave, by its increment; null
  -- where it has given none since it was set, and where the role may not know.
  (select coalesce(jsonb_agg(jsonb_build_object('column', a.attname, 'increment', abs(s.seqincrement), 'least', s.seqmin, 'most', s.seqmax, 'remainder',
      case when has_sequence_privilege(s.seqrelid, 'select, usage') then pg_sequence_last_value(s.seqrelid) end % s.seqincrement)), '[]')
   from (
     select w.refobjsubid::int2 as attnum, w.objid as sequence from pg_catalog.pg_depend w
     where w.classid = 'pg_catalog.pg_class'::regclass and w.refclassid = 'pg_catalog.pg_class'::regclass and w.refobjid = c.oid and w.refobjsubid > 0 and w.deptype in ('a', 'i')
     union
     select v.adnum, w.refobjid from pg_catalog.pg_attrdef v join pg_catalog.pg_depend w
       on w.classid = 'pg_catalog.pg_attrdef'::regclass and w.objid = v.oid and w.refclassid = 'pg_catalog.pg_class'::regclass
     where v.adrelid = c.oid) n
     join pg_catalog.pg_sequence s on s.seqrelid = n.sequence join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = n.attnum) as numbering,
  (select coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid)) order by k.conname), '[]')
   from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c') as checks,
  (select coalesce(jsonb_agg(w.rulename order by w.rulename), '[]')
   from pg_catalog.pg_rewrite w where w.ev_class = c.oid and w.ev_type <> '1' and w.ev_enabled in ('A', 'R')) as firing_rules,
  (select coalesce(jsonb_object_agg(e.name, e.labels), '{}')
   from (
     select format('%I.%I', yn.nspname, y.typname) as name, jsonb_agg(l.enumlabel order by l.enumsortorder) as labels
     from pg_catalog.pg_attribute a
       join pg_catalog.pg_type t on t.oid = a.atttypid
       join pg_catalog.pg_type y on y.oid in (t.oid, t.typelem)
       join pg_catalog.pg_namespace yn on yn.oid = y.typnamespace
       join pg_catalog.pg_enum l on l.enumtypid = y.oid
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     group by yn.nspname, y.typname, a.attnum) e) as enums
from unnest($1::text[], $2::text[]) wanted(schema, name)
  join pg_catalog.pg_namespace n on n.nspname = wanted.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
where c.relkind in ('r', 'p', 'f', 'v', 'm')
