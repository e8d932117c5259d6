-- The first copy: what the tool needs on both servers to copy, adopt or merge a range of keys and to prove the result.

-- ' and <alias>.k > lower and ... <= upper' for the range (lower, upper] of a table's key; null bounds are open.
create or replace function tributary.range_sql(relation regclass, alias text, lower text[], upper text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select concat(
      case when lower is not null then format(' and (%s) > (%s)', names, lows) end,
      case when upper is not null then format(' and (%s) <= (%s)', names, highs) end)
  from (
    select string_agg(format('%s.%I', alias, k), ', ' order by i) as names,
      string_agg(format('%L::%s', lower[i], tributary.cast_type(relation, k)), ', ' order by i) as lows,
      string_agg(format('%L::%s', upper[i], tributary.cast_type(relation, k)), ', ' order by i) as highs
    from unnest(tributary.key_columns(relation)) with ordinality u(k, i)) bounds
$$;

-- Count and hash of rows. A row's 64-bit hash chains the text of its values, each seeding the next (in groups of 100, so
-- that wide tables don't nest too deep); the sum over rows does not depend on their order or on the plan. Alias s: staged rows.
-- owner: SQL for whose a row is, of a shared table.
create or replace function tributary.digest_sql(relation regclass, columns text[], alias text, source text, owner text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  chains text[] := '{}';
  chain text;
begin
  for i in 1..cardinality(columns) loop
    chain := format('%s # (%s.%I is null)::int::bigint',
      tributary.hash_sql(relation, columns[i], alias, case when i % 100 = 1 then i::text else '(' || chain || ')' end, true), alias, columns[i]);
    if i % 100 = 0 or i = cardinality(columns) then
      chains := chains || ('(' || chain || ')');
    end if;
  end loop;
  return format('select count(*)::bigint as rows, coalesce(sum(%s), 0)::numeric as hash from %s',
    case when owner is null then array_to_string(chains, ' # ') else format('hashtextextended(%s collate "C", %s)', owner, array_to_string(chains, ' # ')) end, source);
end $$;

-- About how many bytes a row takes: from statistics, else from the first rows.
create or replace function tributary.row_bytes(relation regclass) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found_bytes bigint;
begin
  select sum(pg_table_size(f)) / nullif(sum(greatest(c.reltuples, 0)), 0) into found_bytes
  from tributary.family(relation) f join pg_class c on c.oid = f;
  if found_bytes is null then
    execute format('select avg(octet_length(textin(record_out(r.*)))) from (select * from %s limit 200) r', relation) into found_bytes;
  end if;
  return greatest(found_bytes, 1);
end $$;

-- The columns of a table that this node sends, or that arrive here.
create or replace function tributary.sent_columns(relation text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.travelling_columns(tributary.relation_of(relation), coalesce(
    (select c.columns from tributary.capture c where c.relation = sent_columns.relation),
    (select d.columns from tributary.delivery d where d.relation = sent_columns.relation)))
$$;

-- The columns' types, when each has a binary form that means the same on every server; else null. Where both servers say
-- the same, COPY is binary: it costs a third less. Types of extensions, composites, domains and ranges go as text.
create or replace function tributary.binary_types(relation regclass, columns text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when bool_and(t.typtype = 'e' or coalesce(e.oid, t.oid) in (
      'bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype,
      'float8'::regtype, 'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'uuid'::regtype, 'bytea'::regtype,
      'date'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype,
      'json'::regtype, 'jsonb'::regtype, 'inet'::regtype, 'cidr'::regtype))
    then string_agg(a.attname || ' ' || tributary.cast_type(relation, c), ', ' order by a.attname) end
  from unnest(columns) with ordinality u(c, i)
    join pg_attribute a on a.attrelid = relation and a.attname = c
    join pg_type t on t.oid = a.atttypid
    left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
$$;

-- What the tool must know before it copies a table. Key types and collation decide whether ranges mean the same elsewhere.
create or replace function tributary.seed_facts(relation text) returns table (
  columns text[], key text[], collation text, row_bytes bigint, binary_types text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select sent, tributary.key_columns(base),
    (select string_agg(concat_ws(' ', c.collname, case when c.collname = 'default' then concat_ws(' ', d.datcollate, to_jsonb(d) ->> 'datlocprovider',
        coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale'), to_jsonb(d) ->> 'datcollversion') else c.collversion end, getdatabaseencoding()), ', ' order by a.attname)
      from pg_attribute a left join pg_collation c on c.oid = a.attcollation cross join pg_database d
      where a.attrelid = base and a.attname = any (tributary.key_columns(base)) and a.attcollation <> 0 and d.datname = current_database()),
    tributary.row_bytes(base), tributary.binary_types(base, sent)
  from tributary.relation_of(relation) base, tributary.sent_columns(relation) sent, tributary.expect_no_twins(base)
$$;

-- The end of the next range: the key `rows` further on, up to the key `last`; null when fewer are left. Keys beyond
-- `last` came later: they belong to the last range, whose end is open, so that a busy table comes to an end.
create or replace function tributary.next_bound(relation text, lower text[], last text[], rows bigint) returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  bound text[];
begin
  execute format('select array[%s] from %s r where true%s order by %s offset %s limit 1',
    (select string_agg(tributary.value_sql(base, k, format('r.%I', k)), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)),
    base, tributary.range_sql(base, 'r', lower, last),
    (select string_agg(format('r.%I', k), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)),
    rows - 1) into bound;
  return case when bound is distinct from last then bound end;
end $$;

-- The greatest key of a table; null when it is empty.
create or replace function tributary.last_key(relation text) returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  found_key text[];
begin
  execute format('select array[%s] from %s r order by %s limit 1',
    (select string_agg(tributary.value_sql(base, k, format('r.%I', k)), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)),
    base,
    (select string_agg(format('r.%I desc', k), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)))
    into found_key;
  return found_key;
end $$;

-- The rows here that came, or may have come, over a link: those owned by a node of its subtree, and with `unowned` also
-- those that nobody owns. Alias t; tributary_owner is null where nobody does.
create or replace function tributary.incoming_rows_sql(relation text, below text[], unowned boolean, lower text[], upper text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%s t %s join (select %s, q.tributary_owner, q.xmin as tributary_version from tributary.%I q where true%s) p on %s where %s%s',
    base, case when unowned then 'left' else '' end,
    (select string_agg(format('q.%I as tributary_key_%s', k, i), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    tributary.object_name('provenance', relation),
    -- the range once more: else every range would read the owners of all rows
    tributary.range_sql(base, 'q', lower, upper),
    (select string_agg(format('p.tributary_key_%s = t.%I', i, k), ' and ' order by i) from unnest(key) with ordinality u(k, i)),
    format(case when unowned then '(p.tributary_owner is null or p.tributary_owner = any (%L))' else 'p.tributary_owner = any (%L)' end, below),
    tributary.range_sql(base, 't', lower, upper))
  from tributary.relation_of(relation) base, tributary.key_columns(tributary.relation_of(relation)) key
$$;

-- The parked rows of a link in a range: their keys by column, tributary_owner and tributary_parked, the entry.
create or replace function tributary.parked_rows_sql(relation text, below text[], lower text[], upper text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('(select q.* from (select %s, p.node as tributary_owner, p.id as tributary_parked from tributary.parked p
      where p.relation = %L and p.node = any (%L) and cardinality(p.key) = %s and p.sqlstate <> ''42P01'' offset 0) q where true%s) t',
    (select string_agg(format('p.key[%s]::%s as %I', i, tributary.cast_type(base, k), k), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    relation, below, cardinality(key), tributary.range_sql(base, 'q', lower, upper))
  from tributary.relation_of(relation) base, tributary.key_columns(tributary.relation_of(relation)) key
$$;

create or replace function tributary.is_range_parked(relation text, below text[], lower text[], upper text[]) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found_rows boolean;
begin
  execute format('select exists (select from %s)', tributary.parked_rows_sql(relation, below, lower, upper)) into found_rows;
  return found_rows;
end $$;

-- The type of a column on its way: that of the table, below its domain; text where reading the type may run what its owner checks.
create or replace function tributary.staged_type(relation regclass, column_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when not tributary.is_plain(relation, column_name) then 'text'
    when t.typtype = 'd' then format_type((select b.type from tributary.types_below(relation, column_name) with ordinality b(type, depth) order by depth desc limit 1), -1)
    else format_type(a.atttypid, a.atttypmod) end
  from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = relation and a.attname = column_name
$$;

-- The text of a staged value.
create or replace function tributary.staged_sql(relation regclass, column_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when tributary.is_plain(relation, column_name) then tributary.value_sql(relation, column_name, format('s.%I', column_name)) else format('s.%I', column_name) end
$$;

-- Is a staged value that of the table? As text where it is staged as text.
create or replace function tributary.staged_match(relation regclass, column_name text, exactly boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when not tributary.is_plain(relation, column_name) then format('%s is not distinct from s.%I', tributary.value_sql(relation, column_name, format('t.%I', column_name)), column_name)
    when exactly then format('row(t.%1$I::%2$s)::record operator(pg_catalog.*=) row(s.%1$I::%2$s)::record', column_name, tributary.cast_type(relation, column_name))
    else format('t.%1$I = s.%1$I', column_name) end
$$;

-- A temporary table for a range on its way: the columns that travel, and the owner.
create or replace function tributary.create_staging(relation text, columns text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
begin
  if cardinality(columns) >= 1600 then
    raise exception 'table "%" sends % columns, and at most 1,599 can be compared with rows that are here already', relation, cardinality(columns)
      using errcode = 'too_many_columns', hint = 'Leave one out with "columns" in the topology file, or empty the table here first.';
  end if;
  execute format('create temporary table tributary_staging (%s, tributary_owner text not null) on commit drop',
    (select string_agg(format('%I %s', c, tributary.staged_type(base, c)), ', ' order by i) from unnest(columns) with ordinality u(c, i)));
end $$;

-- Rows as messages: one per owner and 128 KiB. `source` gives c1...cn as text, and owner.
create or replace function tributary.messages_sql(columns text[], source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('select owner, count(*)::int as row_count, array[%s] as body from (
      select *, sum(%s) over (partition by owner rows unbounded preceding) / 131072 as part from (%s) d) e group by owner, part',
    string_agg(format('array_agg(c%s)::text', i), ', ' order by i),
    string_agg(format('coalesce(octet_length(c%s), 4) + 1', i), ' + ' order by i), source)
  from generate_subscripts(columns, 1) i
$$;

-- Delivers one message that a first copy made, as the stream would have.
create or replace function tributary.deliver_copy(set_name text, relation text, owner text, kind text, columns text[], row_count int,
  body text[], relay boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  begin
    -- What is parked of these rows is older than the copy and gives way.
    if exists (select from tributary.parked p where (p.relation, p.node) = (deliver_copy.relation, owner)) then
      delete from tributary.parked p where (p.relation, p.node) = (deliver_copy.relation, owner)
        and p.key in (select tributary.key_of(tributary.key_columns(tributary.relation_of(deliver_copy.relation)), deliver_copy.columns, r)
          from tributary.rows_of(deliver_copy.body) r);
    end if;
    perform tributary.apply(relation, owner, kind, columns, row_count, body);
  exception when others then
    if tributary.is_passing(sqlstate) then
      raise;
    end if;
    perform tributary.deliver_rows(set_name, relation, owner, 0, 0, kind, columns, row_count, body);
  end;
  if relay then
    perform tributary.pass_on(set_name, relation, owner, kind, columns, row_count, body);
  end if;
end $$;

-- Makes this node's rows of a range equal to the staged ones and touches nobody else's. What cannot be written is parked.
-- keep: rows that are no longer approved stay. relay: what changed also goes into the outbox, for the tiers above.
create or replace function tributary.merge_staging(set_name text, relation text, columns text[], below text[], lower text[], upper text[],
  keep boolean, relay boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  same text := (select string_agg(tributary.staged_match(base, c, true), ' and ') from unnest(columns) c);
  s_is_t text := (select string_agg(tributary.staged_match(base, k, false), ' and ' order by i) from unnest(key) with ordinality u(k, i));
  message record;
begin
  analyze tributary_staging;
  -- Stale rows go before fresh ones come: a unique value may have gone from one to the other, in any order or in a ring.
  for message in execute tributary.messages_sql(key, format(
    'select %s, tributary_owner as owner from %s and not exists (select from tributary_staging s where %s and s.tributary_owner = p.tributary_owner and %s)%s',
    tributary.text_list(base, key, 't'), tributary.incoming_rows_sql(relation, below, false, lower, upper), s_is_t, same,
    case when keep then format(' and exists (select from tributary_staging s where %s)', s_is_t) end))
  loop
    perform tributary.deliver_copy(set_name, relation, message.owner, 'drop', key, message.row_count, message.body, relay);
  end loop;
  -- What is parked is older than the copy: it gives way, and where the row is gone, it goes above as well.
  if not keep then
    for message in execute tributary.messages_sql(key, format(
      'select distinct %s, tributary_owner as owner from %s where not exists (select from tributary_staging s where %s and s.tributary_owner = t.tributary_owner)',
      tributary.text_list(base, key, 't'), tributary.parked_rows_sql(relation, below, lower, upper), s_is_t))
    loop
      perform tributary.deliver_copy(set_name, relation, message.owner, 'drop', key, message.row_count, message.body, relay);
    end loop;
  end if;
  execute format('delete from tributary.parked p where p.id in (select t.tributary_parked from %s join tributary_staging s on %s and s.tributary_owner = t.tributary_owner)',
    tributary.parked_rows_sql(relation, below, lower, upper), s_is_t);
  for message in execute tributary.messages_sql(columns, format(
    'select %s, s.tributary_owner as owner from tributary_staging s left join %s t on %s left join tributary.%I p on %s
     where p.tributary_owner is distinct from s.tributary_owner or not (%s)',
    (select string_agg(format('%s as c%s', case when tributary.is_plain(base, c) then tributary.text_sql(base, c, format('s.%I', c)) else format('s.%I', c) end, i), ', ' order by i)
      from unnest(columns) with ordinality u(c, i)), base, s_is_t,
    tributary.object_name('provenance', relation), (select string_agg(replace(tributary.staged_match(base, k, false), 't.', 'p.'), ' and ' order by i) from unnest(key) with ordinality u(k, i))
      || case when tributary.is_shared(relation) then ' and p.tributary_owner = s.tributary_owner' else '' end,
    same))
  loop
    perform tributary.deliver_copy(set_name, relation, message.owner, 'put', columns, message.row_count, message.body, relay);
  end loop;
end $$;

-- The staged rows that are not parked, for a digest. Alias s.
create or replace function tributary.staged_rows_sql(relation text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('tributary_staging s where not exists (select from tributary.parked p where (p.relation, p.node, p.key) = (%L, s.tributary_owner, array[%s]))',
    relation, (select string_agg(tributary.staged_sql(tributary.relation_of(relation), k), ', ' order by i) from unnest(tributary.key_columns(tributary.relation_of(relation))) with ordinality u(k, i)))
$$;

-- At the provider: what a range should hold, its rows, and its keys with their owners. All for one snapshot.
-- format: of COPY, 'text' or 'binary'. by_owner: the table is shared above.
create or replace function tributary.seed_provider_sql(relation text, below text[], lower text[], upper text[], format text, by_owner boolean)
returns table (digest text, rows text, owned_rows text, keys text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  columns text[] := tributary.sent_columns(relation);
  range text := format('(%s) o where true%s', tributary.outgoing_sql(relation, below), tributary.range_sql(base, 'o', lower, upper));
  copy text := format('copy (select %%s from %s) to stdout (format %s)', replace(range, '%', '%%'), format);
  -- The output of xml drops or changes the declaration of its encoding; its cast gives what is stored.
  listed text := (select string_agg(format(case when a.atttypid = 'xml'::regtype then 'o.%I::text' else 'o.%I' end, c), ', ' order by i)
    from unnest(columns) with ordinality u(c, i) join pg_attribute a on a.attrelid = base and a.attname = c);
begin
  digest := tributary.digest_sql(base, columns, 'o', range, case when by_owner then 'o.tributary_owner' end);
  rows := format(copy, listed);
  owned_rows := format(copy, listed || ', o.tributary_owner');
  keys := format(copy, (select string_agg(format('o.%I', k), ', ' order by i)
    from unnest(tributary.key_columns(base)) with ordinality u(k, i)) || ', o.tributary_owner');
  return next;
end $$;

-- May writing rows of a table run code of others: functions, operators, domains, triggers that fire for replicated rows? Then
-- COPY, which runs as whoever copies, must not write it. The lock keeps it so until the transaction ends.
create or replace function tributary.runs_code_of_others(relation regclass) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('lock table %s in row exclusive mode', relation);
  return exists (
    select from tributary.family(relation) m where exists (
      select from pg_depend d
      where (d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass) and d.refobjid >= 16384)
        and not exists (select from pg_depend e where (e.classid, e.objid, e.deptype) = (d.refclassid, d.refobjid, 'e'))
        and ((d.classid, d.objid) = ('pg_class'::regclass, m)
          or d.classid = 'pg_class'::regclass and d.objid in (select i.indexrelid from pg_index i where i.indrelid = m)
          or d.classid = 'pg_constraint'::regclass and d.objid in (select k.oid from pg_constraint k where k.conrelid = m)
          or d.classid = 'pg_attrdef'::regclass and d.objid in (select a.oid from pg_attrdef a where a.adrelid = m)))
    or exists (select from pg_trigger t where t.tgrelid = m and not t.tgisinternal and t.tgenabled in ('A', 'R'))
    or exists (select from pg_attribute a join pg_type y on y.oid = a.atttypid
      where a.attrelid = m and a.attnum > 0 and not a.attisdropped and (y.typtype = 'd' or not tributary.is_plain(m, a.attname))));
end $$;

-- At the subscriber: what a range holds (present: with rows that nobody owns; mine: this link's only; staged: of what was
-- sent, what is not parked; matched: what is here of what was sent), whether rows of it are parked, where COPY writes, and whether
-- it may write the table itself.
create or replace function tributary.seed_subscriber_sql(relation text, columns text[], below text[], lower text[], upper text[], format text)
returns table (present text, mine text, staged text, matched text, parked boolean, rows text, owned_rows text, keys text, straight boolean)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  listed text := (select string_agg(quote_ident(c), ', ' order by i) from unnest(columns) with ordinality u(c, i));
  is_shared constant boolean := tributary.is_shared(relation);
  owner constant text := case when is_shared then 'p.tributary_owner' end;
begin
  present := tributary.digest_sql(base, columns, 't', tributary.incoming_rows_sql(relation, below, true, lower, upper), case when is_shared then 'coalesce(p.tributary_owner, '''')' end);
  mine := tributary.digest_sql(base, columns, 't', tributary.incoming_rows_sql(relation, below, false, lower, upper), owner);
  staged := tributary.digest_sql(base, columns, 's', tributary.staged_rows_sql(relation), case when is_shared then 's.tributary_owner' end);
  matched := tributary.digest_sql(base, columns, 't', tributary.incoming_rows_sql(relation, below, false, lower, upper)
    || format(' and exists (select from tributary_staging s where %s)', (select string_agg(tributary.staged_match(base, k, false), ' and ') from unnest(tributary.key_columns(base)) k)), owner);
  parked := tributary.is_range_parked(relation, below, lower, upper);
  straight := not tributary.runs_code_of_others(base) and not is_shared;
  rows := format('copy %s (%s) from stdin (format %s)', base, listed, format);
  owned_rows := format('copy pg_temp.tributary_staging (%s, tributary_owner) from stdin (format %s)', listed, format);
  keys := format('copy tributary.%I (%s, tributary_owner) from stdin (format %s)', tributary.object_name('provenance', relation),
    (select string_agg(quote_ident(k), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i)), format);
  return next;
end $$;

create or replace function tributary.finish_seed(provider text, relation text, rule text) returns table (rows bigint, copied bigint, adopted bigint, merged bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return query select coalesce(sum(c.rows), 0)::bigint, coalesce(sum(c.rows) filter (where c.way = 'copied'), 0)::bigint,
      coalesce(sum(c.rows) filter (where c.way = 'adopted'), 0)::bigint, coalesce(sum(c.rows) filter (where c.way = 'merged'), 0)::bigint
    from tributary.seed_chunk c where (c.provider, c.relation, c.rule) = (finish_seed.provider, finish_seed.relation, finish_seed.rule);
  insert into tributary.seed as s (provider, relation, rule, rows)
    select finish_seed.provider, finish_seed.relation, finish_seed.rule, coalesce(sum(c.rows), 0)
    from tributary.seed_chunk c where (c.provider, c.relation, c.rule) = (finish_seed.provider, finish_seed.relation, finish_seed.rule)
    on conflict on constraint seed_pkey do update set rule = excluded.rule, rows = excluded.rows, done_at = now();
  delete from tributary.seed_chunk c where (c.provider, c.relation) = (finish_seed.provider, finish_seed.relation);
  -- fresh statistics: delivery plans its statements by them
  execute format('analyze %s, tributary.%I', tributary.relation_of(relation), tributary.object_name('provenance', relation));
end $$;

-- Rows that came over a link, by table: what is present above of what the provider sends.
create or replace function tributary.count_incoming(relation text, below text[]) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found_rows bigint;
begin
  execute format('select count(*) from %s', tributary.incoming_rows_sql(relation, below, false, null, null)) into found_rows;
  return found_rows;
end $$;

create or replace function tributary.count_outgoing(relation text, below text[]) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found_rows bigint;
begin
  execute format('select count(*) from (%s) o', tributary.outgoing_sql(relation, below)) into found_rows;
  return found_rows;
end $$;

-- Before a first copy takes rows away: a temporary table for the keys that the provider sends, with their owners.
create or replace function tributary.create_key_list(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
begin
  execute format('create temporary table tributary_keys (%s, tributary_owner text not null) on commit drop',
    (select string_agg(format('%I %s', k, format_type(a.atttypid, a.atttypmod)), ', ' order by i)
     from unnest(tributary.key_columns(base)) with ordinality u(k, i) join pg_attribute a on a.attrelid = base and a.attname = k));
end $$;

-- Where COPY writes such a list. format: of COPY, 'text' or 'binary'.
create or replace function tributary.key_list_sql(relation text, format text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('copy pg_temp.tributary_keys (%s, tributary_owner) from stdin (format %s)', string_agg(quote_ident(k), ', ' order by i), key_list_sql.format)
  from unnest(tributary.key_columns(tributary.relation_of(relation))) with ordinality u(k, i)
$$;

-- Notes the rows here that came over a link, parked ones too, and whose keys are not in the list.
create or replace function tributary.note_surplus(relation text, below text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  key text[] := tributary.key_columns(tributary.relation_of(relation));
  listed text := (select string_agg(format('t.%I', k), ', ' order by i) from unnest(key) with ordinality u(k, i));
  absent text := format('not exists (select from pg_temp.tributary_keys s where %s and s.tributary_owner = ', tributary.key_match(key, 's', 't'));
begin
  analyze tributary_keys;
  execute format('create temporary table tributary_surplus on commit drop as
      select %1$s, p.tributary_owner, p.tributary_version::text as version from %2$s and %4$s p.tributary_owner)
      union select %1$s, t.tributary_owner, null from %3$s where %4$s t.tributary_owner)',
    listed, tributary.incoming_rows_sql(relation, below, false, null, null), tributary.parked_rows_sql(relation, below, null, null), absent);
end $$;

-- Of these, what is still not in the list, and has been here all the time: what making the table equal would take away. By owner, with the first keys.
-- A shared row stays as long as it has an owner who is not among them.
create or replace function tributary.surplus_rows(relation text) returns table (owner text, rows bigint, keys jsonb)
language plpgsql set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set extra_float_digits = 3 as $$
declare
  key text[] := tributary.key_columns(tributary.relation_of(relation));
begin
  return query execute format('select t.tributary_owner::text, count(*)::bigint, to_jsonb((array_agg(to_jsonb(array[%s]) order by %s))[1:5])
      from pg_temp.tributary_surplus t
      where not exists (select from pg_temp.tributary_keys s where %s and s.tributary_owner = t.tributary_owner)
        and (t.version is null or exists (select from tributary.%I p where %s and p.xmin::text = t.version))%s group by 1',
    (select string_agg(format('t.%I::text', k), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    (select string_agg(format('t.%I', k), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    tributary.key_match(key, 's', 't'), tributary.object_name('provenance', relation), tributary.key_match(key, 'p', 't'),
    case when tributary.is_shared(relation) then format($q$ and not exists (select from tributary.%I h where %s and h.tributary_owner <> t.tributary_owner
        and (not exists (select from pg_temp.tributary_surplus o where %s and o.tributary_owner = h.tributary_owner)
          or exists (select from pg_temp.tributary_keys k where %s and k.tributary_owner = h.tributary_owner)))$q$,
      tributary.object_name('provenance', relation), tributary.key_match(key, 'h', 't'), tributary.key_match(key, 'o', 't'), tributary.key_match(key, 'k', 't')) else '' end);
end $$;

-- How many rows are here in the name of each of these nodes, over all tables that are delivered.
create or replace function tributary.rows_in_name(nodes text[]) returns table (node text, rows bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  counts text := (select string_agg(format('select tributary_owner, count(*) from tributary.%I where tributary_owner = any (%L) group by 1',
      tributary.object_name('provenance', d.relation), nodes), ' union all ')
    from tributary.delivery d where to_regclass(format('tributary.%I', tributary.object_name('provenance', d.relation))) is not null);
begin
  if counts is not null then
    return query execute format('select c.tributary_owner, sum(c.count)::bigint from (%s) c group by 1', counts);
  end if;
end $$;
