-- Names and identity.

-- The name of an object that belongs to a table: readable, and cut with a hash where it would pass 63 bytes.
create or replace function tributary.object_name(prefix text, relation text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case
    when octet_length(prefix || '_' || relation) <= 63 then prefix || '_' || relation
    else convert_from(substring(convert_to(regexp_replace(prefix || '_' || relation, '[^ -~]', '_', 'g'), 'UTF8') from 1 for 54), 'UTF8')
      || '_' || left(md5(relation), 8)
  end
$$;

-- The first leaf of a set's outbox, as domain/names.ts has it.
create or replace function tributary.outbox_name(set_name text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select 'outbox_' || replace(set_name, '-', '_')
$$;

-- 'schema.table' of a table, unquoted: how messages, provenance and people name it.
create or replace function tributary.relation_name(relation regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation
$$;

-- The table that travels under a name; null when there is none.
create or replace function tributary.relation_of(relation text) returns regclass
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select k.oid::regclass from tributary.capture c join pg_class k on k.oid = c.relid where c.relation = relation_of.relation),
    (select k.oid::regclass from tributary.delivery d join pg_class k on k.oid = d.relid where d.relation = relation_of.relation),
    (select k.oid::regclass from pg_class k join pg_namespace n on n.oid = k.relnamespace
     where n.nspname || '.' || k.relname = relation_of.relation and k.relkind in ('r', 'p')))
$$;

-- Columns of the primary key, in key order.
create or replace function tributary.key_columns(relation regclass) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(a.attname::text order by k.position), '{}')
  from pg_index i
    cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, position)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = relation and i.indisprimary and k.position <= i.indnkeyatts
$$;

-- Columns that travel: those wanted (null: all), without the generated ones, in the table's order.
create or replace function tributary.travelling_columns(relation regclass, wanted text[]) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
  from pg_attribute a
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and (wanted is null or a.attname::text = any (wanted))
$$;

-- A column's type without its modifier, fit for a cast ("bpchar", never "character", which means character(1)).
create or replace function tributary.cast_type(relation regclass, column_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format_type(atttypid, -1) from pg_attribute where attrelid = relation and attname = column_name
$$;

-- A type and, of a domain, those below it.
create or replace function tributary.types_below(relation regclass, column_name text) returns setof oid
language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive below(oid) as (
    select atttypid from pg_attribute where attrelid = relation and attname = column_name
    union all
    select t.typbasetype from below join pg_type t on t.oid = below.oid where t.typbasetype <> 0
  )
  select oid from below
$$;

-- Called where a row takes more than 250 MB as text. PostgreSQL could write it into the outbox, yet no longer out of the WAL:
-- a value ends at 1 GB, and what is escaped once more on the way may take four times as much. The stream would end there.
create or replace function tributary.refuse_long(relation text, column_name text, bytes bigint) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a row of table "%" is too long to travel: column "%" takes % MB as text, and a row 250 MB at most', relation, column_name, bytes / 1000000
    using errcode = 'program_limit_exceeded',
      hint = 'Split the value, or leave the column out with "columns" in the topology file. A bytea takes two bytes of text for each of its own.';
end $$;

-- A message that is too long to be read from the WAL again: an error that names its longest column.
create or replace function tributary.refuse_long_message() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.refuse_long(new.relation, new.columns[position], octet_length(value))
  from unnest(new.body) with ordinality u(value, position) order by octet_length(value) desc limit 1;
  return new;
end $$;

-- SQL for the text of a column's value as its type writes it. A cast to text does that, except that it strips character(n) of
-- blanks, and that an extension or the application may have made a cast that does something else. A value that is too long
-- is refused before anything is made of it: its text would take gigabytes of memory.
create or replace function tributary.text_sql(relation regclass, column_name text, value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when exists (select from pg_cast c where c.castsource in (select tributary.types_below(relation, column_name))
      and c.casttarget = 'text'::regtype and c.castmethod = 'f' and (c.oid >= 16384 or c.castsource = 'bpchar'::regtype))
      then format('textin(%s(%s))', t.typoutput, value)
    when exists (select from tributary.types_below(relation, column_name) b where b in ('text'::regtype, 'varchar'::regtype, 'bytea'::regtype))
      then format('case when octet_length(%1$s) > %2$s then tributary.refuse_long(%3$L, %4$L, octet_length(%1$s)::bigint * %5$s) else %1$s::text end',
        value, 250000000 / w.width, tributary.known_as(relation), column_name, w.width)
    else value || '::text' end
  from pg_attribute a join pg_type t on t.oid = a.atttypid
    cross join lateral (select case when 'bytea'::regtype in (select tributary.types_below(relation, column_name)) then 2 else 1 end) w(width)
  where a.attrelid = relation and a.attname = column_name
$$;

-- What a column's values are read as from a message: as text, and then cast; or where that cast is not how the type reads
-- its own text (regclass: no numbers), at once.
create or replace function tributary.read_type(relation regclass, column_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from pg_cast c where c.casttarget in (select tributary.types_below(relation, column_name))
      and c.castsource = 'text'::regtype and c.castmethod = 'f' and (c.oid >= 16384 or c.casttarget = 'regclass'::regtype))
      and t.typarray <> 0 and t.typdelim = ','
    then tributary.cast_type(relation, column_name) else 'text' end
  from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = relation and a.attname = column_name
$$;

create or replace function tributary.identify(project text, node text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  present tributary.node;
begin
  select * into present from tributary.node;
  if not found then
    -- of two lives of a node, the later one has the higher epoch
    insert into tributary.node (project, name, epoch) values (identify.project, identify.node, extract(epoch from clock_timestamp())::bigint);
  elsif (present.project, present.name) is distinct from (identify.project, identify.node) then
    raise exception 'this database is node "%" of project "%", not node "%" of project "%"',
      present.name, present.project, identify.node, identify.project
      using hint = 'Correct the dsn in the topology file, or remove the other node first.';
  end if;
end $$;

create or replace function tributary.record_made(what text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.node set
    made_node = made_node or what = 'node',
    made_extension = made_extension or what = 'extension'
$$;
