-- Encodings. Native replication converts between those of two databases; sums over text must then be alike at both ends: they are
-- taken over UTF8, which costs a database that has it nothing. docs/concepts/engines.md says what is carried, and what is refused.

-- hashtextextended() for bytes: what collation "C" hashes.
create or replace function tributary.hash_bytes(bytes bytea, seed bigint) returns bigint
language internal immutable strict parallel safe as 'hashvarlenaextended';

-- Can all characters of a text be written in an encoding? This and utf8() are called for each message or value: a setting of their own
-- would cost more than all the rest.
create or replace function tributary.is_convertible(value text, encoding text) returns boolean
language plpgsql immutable as $$
begin
  return pg_catalog.convert_to(value, encoding) is not null or value is null;
exception when untranslatable_character or character_not_in_repertoire then
  return false;
end $$;

-- The bytes of a text in UTF8; where it has characters that UTF8 does not have, those it has here.
create or replace function tributary.utf8(value text) returns bytea
language plpgsql immutable strict as $$
begin
  return pg_catalog.convert_to(value, 'UTF8');
exception when untranslatable_character or character_not_in_repertoire then
  return pg_catalog.convert_to(value, pg_catalog.getdatabaseencoding());
end $$;

-- Has UTF8 all characters of this database's encoding? Of one with a byte to each that can be tried.
create or replace function tributary.is_all_convertible() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when pg_encoding_max_length(d.encoding) = 1 then tributary.is_convertible(convert_from(decode(
      (select string_agg(lpad(to_hex(b), 2, '0'), '') from generate_series(128, 255) b), 'hex'), getdatabaseencoding()), 'UTF8') else false end
  from pg_database d where d.datname = current_database()
$$;

-- A text with its characters that an encoding does not have as bytes, \x81, and at its end a hash of the whole: no other text becomes this one.
create or replace function tributary.legible(value text, encoding text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when tributary.is_convertible(value, encoding) then value
    else string_agg(case when tributary.is_convertible(c, encoding) then c else '\x' || encode(convert_to(c, getdatabaseencoding()), 'hex') end, '' order by i)
      || ' ' || md5(convert_to(value, getdatabaseencoding())) end
  from regexp_split_to_table(value, '') with ordinality u(c, i)
$$;

-- The text of a jsonb as a UTF8 database writes it: the order of an object's keys is that of their bytes.
create or replace function tributary.jsonb_in_utf8(value jsonb) returns text
language plpgsql immutable strict set search_path = pg_catalog, pg_temp as $$
begin
  return case jsonb_typeof(value)
    when 'object' then '{' || coalesce((select string_agg(to_json(e.key)::text || ': ' || tributary.jsonb_in_utf8(e.value), ', '
      order by octet_length(tributary.utf8(e.key)), tributary.utf8(e.key)) from jsonb_each(value) e), '') || '}'
    when 'array' then '[' || coalesce((select string_agg(tributary.jsonb_in_utf8(e.value), ', ' order by e.i) from jsonb_array_elements(value) with ordinality e(value, i)), '') || ']'
    else value::text end;
end $$;

-- The same for a tsvector: its lexemes are in the order of their bytes.
create or replace function tributary.tsvector_in_utf8(value tsvector) returns text
language sql immutable strict set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(format('''%s''%s', replace(replace(lexeme, '\', '\\'), '''', ''''''),
      (select ':' || string_agg(concat(position, nullif(weight, 'D')), ',' order by i) from unnest(positions, weights) with ordinality p(position, weight, i))),
    ' ' order by tributary.utf8(lexeme)), '')
  from unnest(value) u(lexeme, positions, weights)
$$;

-- SQL for the bytes that a column's value has in UTF8 as it travels; null where its text has them anyway: in databases of UTF8, where
-- this costs nothing, and of SQL_ASCII, and for types of PostgreSQL's that write ASCII. Alias s: staged rows.
create or replace function tributary.utf8_sql(relation regclass, column_name text, alias text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  type oid;
  value text := format('%s.%I', alias, column_name);
begin
  if getdatabaseencoding() in ('UTF8', 'SQL_ASCII') then
    return null;
  end if;
  type := (select b.type from tributary.types_below(relation, column_name) with ordinality b(type, depth) order by b.depth desc limit 1);
  return case when type = any ('{bool,int2,int4,int8,numeric,float4,float8,uuid,bytea,date,time,timetz,timestamp,timestamptz,interval,inet,cidr,macaddr,bit,varbit}'::regtype[]) then null
    when type = 'jsonb'::regtype then format('tributary.utf8(tributary.jsonb_in_utf8(%s))', value)
    when type = 'tsvector'::regtype then format('tributary.utf8(tributary.tsvector_in_utf8(%s))', value)
    else format(case when tributary.is_all_convertible() then 'convert_to(%s, ''UTF8'')' else 'tributary.utf8(%s)' end,
      tributary.text_of_sql(relation, column_name, alias)) end;
end $$;

create or replace function tributary.text_of_sql(relation regclass, column_name text, alias text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case alias when 's' then tributary.staged_sql(relation, column_name) else tributary.value_sql(relation, column_name, format('%s.%I', alias, column_name)) end;
end $$;

-- SQL for the hash of a column's value, as hashtextextended() has it of its text in UTF8. exactly: NULL is hashed as ''.
create or replace function tributary.hash_sql(relation regclass, column_name text, alias text, seed text, exactly boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  bytes text := tributary.utf8_sql(relation, column_name, alias);
begin
  return format(case when bytes is null then 'hashtextextended(%s collate "C", %s)' else 'tributary.hash_bytes(%s, %s)' end,
    format(case when exactly then 'coalesce(%s, '''')' else '%s' end, coalesce(bytes, tributary.text_of_sql(relation, column_name, alias))), seed);
end $$;

-- A message with text that the stream cannot be written in would stop it for good. Its rows that have such text travel by themselves and
-- legible, with one more column for each that has some: nobody takes them for rows, and they are parked above with their reason. A later
-- patch of that column takes the mark away. A drop needs none: it finds what is parked. Fires after delivery, for what comes from below, too.
create or replace function tributary.mark_unconvertible() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set array_nulls = on as $$
declare
  encoding constant text := tg_argv[1];
  message tributary.parked;
  part record;
begin
  if tg_table_schema <> 'tributary' then
    raise exception 'this trigger function looks after the messages of an outbox, and was called elsewhere' using errcode = 'insufficient_privilege';
  elsif tributary.is_convertible(concat(new.relation, new.columns, new.body), encoding) then
    return new;
  end if;
  message.relation := tributary.legible(new.relation, encoding);
  message.columns := tributary.legible_list(new.columns, encoding);
  message.body := new.body;
  if new.relation is null then
    new.body := tributary.legible_list(new.body, encoding);
    return new;
  end if;
  new.relation := message.relation;
  new.columns := message.columns;
  -- first what can be written: it stays where it is
  select array_agg(c.value order by c.i), max(c.rows) into new.body, new.row_count
  from (
    select i, array_agg((r.body[i]::text[])[1] order by r.n)::text as value, count(*)::int as rows
    from tributary.rows_of(message.body) with ordinality r(body, n) cross join generate_subscripts(new.columns, 1) i
    where tributary.is_convertible(r.body::text, encoding) group by i) c;
  for part in
    select array(select array[tributary.legible((v::text[])[1], encoding)]::text from unnest(r.body) with ordinality u(v, i) order by i) as body,
      array(select tributary.unconvertible_mark() || message.columns[i] from unnest(r.body) with ordinality u(v, i)
        where new.kind <> 'drop' and not tributary.is_convertible(v, encoding) order by i) as marks
    from tributary.rows_of(message.body) r(body) where not tributary.is_convertible(r.body::text, encoding)
  loop
    part.body := part.body || array_fill('{NULL}'::text, array[cardinality(part.marks)]);
    if new.row_count is null then
      new.columns := message.columns || part.marks;
      new.body := part.body;
      new.row_count := 1;
    else
      perform tributary.send(tg_argv[0], new.relation, new.node, new.kind, message.columns || part.marks, 1, part.body);
    end if;
  end loop;
  return new;
end $$;

create or replace function tributary.legible_list(value text[], encoding text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array_agg(tributary.legible(v, encoding) order by i) from unnest(value) with ordinality u(v, i)
$$;

-- What the name of a column begins with that says: the value of the column so called could not be sent.
create or replace function tributary.unconvertible_mark() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select 'unconvertible: ' $$;

-- Raises for a row that could not be sent as it is.
create or replace function tributary.expect_converted(relation text, node text, columns text[]) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  marked text := (select string_agg(quote_ident(substr(c, length(tributary.unconvertible_mark()) + 1)), ', ') from unnest(columns) c
    where starts_with(c, tributary.unconvertible_mark()));
begin
  if marked is not null then
    raise exception 'column % of table % has characters at node "%" that the encoding above does not have', marked, relation, node using errcode = 'untranslatable_character';
  end if;
end $$;

-- What the stream of this node is written in, where its database has another encoding and some characters that the other has not;
-- else, or null: nothing needs to be looked after.
create or replace function tributary.send_as(encoding text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if encoding = 'UTF8' and tributary.is_all_convertible() then
    encoding := null;
  end if;
  update tributary.node n set sends_as = send_as.encoding where n.sends_as is distinct from send_as.encoding;
  perform tributary.attach_stream(o.set_name) from tributary.outbox o;
end $$;

-- Rows of a table that go over a link and cannot be written in the encoding of its stream: how many, and the first keys.
create or replace function tributary.unconvertible_rows(relation text, below text[], out rows bigint, out keys text[])
language plpgsql stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' as $$
declare
  encoding text := (select n.sends_as from tributary.node n);
  base regclass := tributary.relation_of(relation);
begin
  rows := 0;
  if encoding is not null then
    execute format('select count(*), (array_agg(tributary.legible(array[%s]::text, %2$L)))[1:5] from (%3$s) o where not tributary.is_convertible(textin(record_out(o)), %2$L)',
      (select string_agg(tributary.value_sql(base, k, format('o.%I', k)), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)),
      encoding, tributary.outgoing_sql(relation, below)) into rows, keys;
  end if;
end $$;

-- Values as a client of ours can read them, which speaks UTF8.
create or replace function tributary.told(value text[]) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when getdatabaseencoding() in ('UTF8', 'SQL_ASCII') then value else tributary.legible_list(value, 'UTF8') end
$$;

-- SQL that says whether a value is that of the key's column with this number in keys_sql(), also where it was told legible.
create or replace function tributary.is_key_sql(relation regclass, column_name text, number bigint, value text, keys text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format(case when getdatabaseencoding() in ('UTF8', 'SQL_ASCII') or not exists (select from unnest(keys) k where k ~ '\\x[0-9a-f]{2}.* [0-9a-f]{32}$') then '%1$s = u.t%2$s::%3$s'
      else '(%1$s = u.t%2$s::%3$s or tributary.legible(%4$s, ''UTF8'') = u.t%2$s)' end,
    value, number, tributary.cast_type(relation, column_name), tributary.value_sql(relation, column_name, value))
$$;
