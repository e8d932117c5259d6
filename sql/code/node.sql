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

-- The table that travels under a name: the one that bears it, else the one that bore it, which was renamed; null when there is
-- none. A migration tool fills another table and gives it the name: then that is what the application writes.
create or replace function tributary.relation_of(relation text) returns regclass
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    -- A schema's name may have dots, too. By halves, so that the catalog's indexes find it among thousands; no name takes more than 63
    -- bytes, whatever a message says.
    (select k.oid::regclass from generate_series(1, least(length(relation), 64)) dot
       join pg_namespace n on n.nspname = left(relation, dot - 1) join pg_class k on k.relnamespace = n.oid and k.relname = substr(relation, dot + 1)
     where substr(relation, dot, 1) = '.' and k.relkind in ('r', 'p')),
    (select k.oid::regclass from tributary.capture c join pg_class k on k.oid = c.relid where c.relation = relation_of.relation),
    (select k.oid::regclass from tributary.delivery d join pg_class k on k.oid = d.relid where d.relation = relation_of.relation));
end $$;

-- Why the name of a table that travels leads elsewhere, as a clause: a view, or something else that is no table, has taken it. What is
-- written under the name is not written into the table, or not as it stands there. table_oid: the table itself. Null: all is well.
create or replace function tributary.taken_by(table_oid oid, relation text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  present text := tributary.relation_name(table_oid);
begin
  if present = relation then
    return null;
  end if;
  return (
    select format('"%s" is %s now, and the table that had the name is %s', relation,
      case k.relkind when 'v' then 'a view' when 'm' then 'a materialized view' when 'f' then 'a foreign table' else 'no table' end,
      coalesce(format('called "%s"', present), 'gone'))
    from pg_class k join pg_namespace n on n.oid = k.relnamespace
    where n.nspname || '.' || k.relname = relation and k.relkind not in ('r', 'p'));
end $$;

create or replace function tributary.hint_of_taken() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'Name the table that is written in the topology file, or give it this name; then tributary apply, which compares.'
$$;

-- Columns of the primary key, in key order.
create or replace function tributary.key_columns(relation regclass) returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(array_agg((select a.attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = k.attnum) order by k.position), '{}')
    from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, position)
    where i.indrelid = relation and i.indisprimary and k.position <= i.indnkeyatts);
end $$;

-- Columns that travel: those wanted (null: all), without the generated ones, in the table's order.
create or replace function tributary.travelling_columns(relation regclass, wanted text[]) returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
    from pg_attribute a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and (wanted is null or a.attname::text = any (wanted)));
end $$;

-- A type and, of a domain, those below it. This and what follows is asked for each column many times over: in PL/pgSQL, which keeps its plans.
create or replace function tributary.types_below(relation regclass, column_name text) returns setof oid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  type oid := (select a.atttypid from pg_attribute a where a.attrelid = relation and a.attname = column_name);
begin
  while type <> 0 loop
    return next type;
    type := (select t.typbasetype from pg_type t where t.oid = type);
  end loop;
end $$;

-- Of a domain, the type below it.
create or replace function tributary.type_below(relation regclass, column_name text) returns oid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select b.type from tributary.types_below(relation, column_name) with ordinality b(type, depth) order by b.depth desc limit 1
$$;

-- A column's type without its modifier, fit for a cast ("bpchar", never "character", which means character(1)). Of a domain,
-- the type below it: a cast to the domain would run what its owner checks, as whoever casts.
create or replace function tributary.cast_type(relation regclass, column_name text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select format_type(b.type, -1) from tributary.types_below(relation, column_name) with ordinality b(type, depth) order by b.depth desc limit 1);
end $$;

-- Called where a row takes more than 250 MB as text. PostgreSQL could write it into the outbox, yet no longer out of the WAL:
-- a value ends at 1 GB, and what is escaped once more on the way may take four times as much. The stream would end there.
create or replace function tributary.refuse_long(relation text, column_name text, bytes bigint) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a row of table "%" is too long to travel: column "%" takes % MB as text, and a row 250 MB at most', relation, column_name, bytes / 1000000
    using errcode = 'program_limit_exceeded',
      hint = 'Split the value, or leave the column out with "columns" in the topology file. A bytea takes two bytes of text for each of its own.';
end $$;

-- The body of a message, or an error that names its longest column where it is too long to be read from the WAL again. Names all that it
-- calls, since triggers without a path of their own call it.
create or replace function tributary.carriable(relation pg_catalog.text, columns pg_catalog.text[], body pg_catalog.text[]) returns pg_catalog.text[]
language plpgsql immutable as $$
begin
  if pg_catalog.pg_column_size(body) operator(pg_catalog.>) 250000000 then
    perform tributary.refuse_long(relation, columns[u.position], pg_catalog.octet_length(u.value))
    from pg_catalog.unnest(body) with ordinality u(value, position) order by pg_catalog.octet_length(u.value) desc limit 1;
  end if;
  return body;
end $$;

-- SQL for the text of a value as its type writes it. For a type of PostgreSQL's own a cast to text does that (of character(n)
-- without its blanks). For all others the type's output function is called: anybody who owns a type can make a cast
-- of it to text, of a function of theirs, which would run as whoever casts.
create or replace function tributary.value_sql(relation regclass, column_name text, value text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select case when b.type < 16384 then value || '::pg_catalog.text'
      else format('pg_catalog.textin(%I.%I(%s))', n.nspname, o.proname, case when a.atttypid = b.type then value else value || '::' || format_type(b.type, -1) end) end
    from pg_attribute a
      cross join lateral (select x.type from tributary.types_below(relation, column_name) with ordinality x(type, depth) order by x.depth desc limit 1) b
      join pg_type t on t.oid = b.type join pg_proc o on o.oid = t.typoutput join pg_namespace n on n.oid = o.pronamespace
    where a.attrelid = relation and a.attname = column_name);
end $$;

-- The same of PostgreSQL's character(n), whose cast to text would lose blanks.
create or replace function tributary.short_text_sql(relation regclass, column_name text, value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case tributary.type_below(relation, column_name) when 'bpchar'::regtype then format('pg_catalog.textin(pg_catalog.bpcharout(%s))', value)
    else tributary.value_sql(relation, column_name, value) end
$$;

-- The same; a value that is too long to travel is refused before anything is made of it: its text would take gigabytes.
create or replace function tributary.text_sql(relation regclass, column_name text, value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when w.width > 0
      then format('case when pg_catalog.octet_length(%1$s) operator(pg_catalog.>) %2$s then tributary.refuse_long(%3$L, %4$L, pg_catalog.octet_length(%1$s)::pg_catalog.int8 operator(pg_catalog.*) %5$s) else %1$s::pg_catalog.text end',
        value, 250000000 / w.width, tributary.known_as(relation), column_name, w.width)
    else tributary.short_text_sql(relation, column_name, value) end
  from (select case tributary.type_below(relation, column_name) when 'bytea'::regtype then 2 when 'text'::regtype then 1 when 'varchar'::regtype then 1 else 0 end) w(width)
$$;

-- False where reading a value of a column's type, below its domain, may run what its owner checks.
create or replace function tributary.is_plain(relation regclass, column_name text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select t.oid < 16384 or t.typtype in ('b', 'e') and (t.typcategory <> 'A' or exists (select from pg_type e where e.oid = t.typelem and (e.oid < 16384 or e.typtype in ('b', 'e'))))
    from tributary.types_below(relation, column_name) with ordinality b(type, depth) join pg_type t on t.oid = b.type order by b.depth desc limit 1);
end $$;

-- What a column's values are read as from a message: as text, and then cast; or where that cast is not how the type reads
-- its own text (regclass: no numbers), at once.
create or replace function tributary.read_type(relation regclass, column_name text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select case when exists (select from pg_cast c where c.casttarget in (select tributary.types_below(relation, column_name))
        and c.castsource = 'text'::regtype and c.castmethod = 'f' and (c.oid >= 16384 or c.casttarget = 'regclass'::regtype))
        and t.typarray <> 0 and t.typdelim = ','
      then tributary.cast_type(relation, column_name) else 'text' end
    from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = relation and a.attname = column_name);
end $$;

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
