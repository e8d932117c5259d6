-- Shared rows: a table whose rule says so has one row above for equal rows of several owners, and provenance an entry for each
-- of them. The row goes with the last of them. A version of an owner that differs from what the others have is parked, and when
-- all of them have the same one, it goes in (docs/concepts/parking.md).
--
-- A row that nobody else owns is this node's own and has no entry. Where an equal row of another owner comes to it, this node
-- gets one, too, as long as others have any. Nodes that have left the tree do not count: they will agree to nothing any more.

-- Whoever delivers shared rows has the turn until the transaction ends: two streams that bring them in another order would wait
-- for each other, and of two owners who agree at the same moment neither would know of the other. A table's lock: nobody else can
-- take it. False: somebody has it, and it was not to be waited for.
create or replace function tributary.take_turn(waits boolean) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if waits then
    lock table tributary.turn in exclusive mode;
  else
    lock table tributary.turn in exclusive mode nowait;
  end if;
  return true;
exception when lock_not_available then
  if waits then
    raise;
  end if;
  return false;
end $$;

create or replace function tributary.is_shared(relation text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select d.shared from tributary.delivery d where d.relation = is_shared.relation), false)
$$;

-- How many rows of a table have several owners.
create or replace function tributary.count_shared(relation text) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  provenance regclass := to_regclass(format('tributary.%I', tributary.object_name('provenance', relation)));
  keys text := (select string_agg(quote_ident(k), ', ') from unnest(array_remove(tributary.key_columns(provenance), 'tributary_owner')) k);
  found_rows bigint;
begin
  if keys is null then
    return 0;
  end if;
  execute format('select count(*) from (select from %s group by %s having count(*) > 1) r', provenance, keys) into found_rows;
  return found_rows;
end $$;

-- Without "shared" a row has one owner.
create or replace function tributary.expect_single_owners(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  several bigint := tributary.count_shared(relation);
begin
  if several > 0 then
    raise exception 'table "%" has % rows here that several nodes own, and would have to belong to one of them each', relation, several
      using errcode = 'object_not_in_prerequisite_state', hint = 'Keep "shared: true" in the topology file, or delete these rows at all nodes but one first: they go from here by themselves.';
  end if;
end $$;

-- Up to 60 characters of a value, from one of them on.
create or replace function tributary.cited(value text, first int) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when value is null then 'NULL'
    else concat('"', case when first > 1 then '...' end, substr(value, first, 60), case when length(value) > first + 59 then '...' end, '"') end
$$;

-- Two values that differ, for people: NULL or in quotes, and of long ones what is around the first difference.
create or replace function tributary.told_apart(column_name text, here text, there text, node text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  first int := 1;
begin
  if length(here) > 60 or length(there) > 60 then
    while first <= least(length(here), length(there)) and substr(here, first, 100) = substr(there, first, 100) loop
      first := first + 100;
    end loop;
    while substr(here, first, 1) = substr(there, first, 1) and first <= length(here) loop
      first := first + 1;
    end loop;
    first := greatest(first - 20, 1);
  end if;
  return format('%I is %s here, %s at node "%s"', column_name, tributary.cited(here, first), tributary.cited(there, first), node);
end $$;

-- SQL for the columns in which a row that arrives (alias i) is not as the one here (alias t), as an array of arrays: name, value
-- here, value there. Columns that did not travel do not count.
create or replace function tributary.differences_sql(relation regclass, columns text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('array(select array[d.n, d.h, d.v] from (values %s) d(n, h, v, differs) where d.differs)',
    string_agg(format('(%1$L, %2$s, %3$s, %1$L = any (tributary_columns) and row(t.%1$I::%4$s)::record operator(pg_catalog.*<>) row(i.%1$I::%4$s)::record)',
      c, tributary.value_sql(relation, c, format('t.%I', c)),
      tributary.value_sql(relation, c, format('i.%I', c)), tributary.cast_type(relation, c)), ', ' order by i))
  from unnest(columns) with ordinality u(c, i)
$$;

-- As code_of_apply(), for a shared table. "agreed put" and "agreed patch": what all owners have by now. TRBDF: this owner's version is not
-- what the others have; the constraint's name is a mark of the difference, equal where two versions are.
create or replace function tributary.code_of_shared_apply() returns text language sql immutable set search_path = pg_catalog, pg_temp as $code$ select $template$
create or replace function {{apply}}(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows int, tributary_body text[])
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set jit = off set array_nulls = on {{settings}} as $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := {{known}};
  tributary_me constant text := (select n.name from tributary.node n);
  tributary_others text[];
  tributary_differences text[];
  tributary_told text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop', 'agreed put', 'agreed patch') or tributary_columns is null or tributary_body is null then
    raise exception 'a message that cannot be read: kind %, without columns or rows', tributary_kind using errcode = 'invalid_parameter_value';
  end if;
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), {{relation}} using errcode = 'undefined_column';
  end if;
  if not {{key_names}}::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', {{relation}},
      array_to_string(tributary_columns, ', '), array_to_string({{key_names}}::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from {{provenance}} p using {{incoming_keys}}
      where {{p_is_i}} and p.tributary_owner = tributary_node returning {{key_i}})
    delete from {{table}} t using released i
    where {{t_is_i}} and not exists (select from {{provenance}} p where {{p_is_i}} and p.tributary_owner <> tributary_node);
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    -- A row that only this node has left is its own.
    delete from {{provenance}} p using {{incoming_keys}}
    where {{p_is_i}} and p.tributary_owner = tributary_me and not exists (select from {{provenance}} q where {{p_is_q}} and q.tributary_owner <> tributary_me);
    return;
  end if;
  -- A row that somebody has deleted here by hand is nobody's own.
  delete from {{provenance}} p using {{incoming_keys}}
  where {{p_is_i}} and p.tributary_owner = tributary_me and not exists (select from {{table}} t where {{t_is_i}});
  if tributary_kind in ('put', 'patch') then
    select o.names, d.found into tributary_others, tributary_differences
    from {{incoming}} join {{table}} t on {{t_is_i}}
      cross join lateral (select {{differences}} offset 0) d(found)
      cross join lateral (select case when bool_and(false) is null then array[tributary_me]
          else array_agg(p.tributary_owner order by p.tributary_owner) filter (where p.tributary_owner <> tributary_node and (p.tributary_owner = tributary_me
            or exists (select from tributary.member m join tributary.link l on l.provider = m.provider where m.node = p.tributary_owner))) end
        from {{provenance}} p where {{p_is_i}} and cardinality(d.found) > 0) o(names)
    where cardinality(d.found) > 0 and o.names is not null limit 1;
    if found then
      tributary_told := (select string_agg(tributary.told_apart(tributary_differences[i][1], tributary_differences[i][2], tributary_differences[i][3], tributary_node), '; ' order by i)
          from generate_series(1, least(array_length(tributary_differences, 1), 5)) i)
        || case when array_length(tributary_differences, 1) > 5 then format('; and %s more columns', array_length(tributary_differences, 1) - 5) else '' end;
      raise exception 'the row is shared with % % and differs: %', case cardinality(tributary_others) when 1 then 'node' else 'nodes' end,
        (select string_agg(format('"%s"', o), ', ' order by o) from unnest(tributary_others[:3]) o)
          || case when cardinality(tributary_others) > 3 then format(' and %s more', cardinality(tributary_others) - 3) else '' end, tributary_told
        using errcode = 'TRBDF', detail = tributary_told, constraint = md5(tributary_differences::text);
    end if;
  end if;
  if tributary_kind in ('patch', 'agreed patch') then
    {{patch}};
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  -- It was this node's own, and stays so.
  insert into {{provenance}} ({{key}}, tributary_owner)
  select {{key_i}}, tributary_me from {{incoming_keys}}
  where exists (select from {{table}} t where {{t_is_i}}) and not exists (select from {{provenance}} p where {{p_is_i}})
  on conflict do nothing;
  if tributary_known <@ tributary_columns then
    {{make_way}}
    {{put}};
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql({{base_literal}}, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into {{provenance}} ({{key}}, tributary_owner)
  select {{key_i}}, tributary_node from {{incoming_keys}} on conflict do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$
$template$ $code$;

-- Shared rows take the exact way, as our owner: what others have parked of them is looked at, too.
create or replace function tributary.code_of_shared_take() returns text language sql immutable set search_path = pg_catalog, pg_temp as $code$ select $template$
create or replace function {{take}}(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows int, tributary_body text[])
returns boolean language plpgsql security definer as $function$
begin
  return false;
end $function$
$template$ $code$;

-- Applies a message of a shared table, or raises why not. A version that differs goes in once all other owners have the same one.
create or replace function tributary.apply_shared(relation text, node text, kind text, columns text[], row_count int, body text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  applier constant text := format('select tributary.%I($1, $2, $3, $4, $5)', tributary.object_name('apply', relation));
  row_key constant text[] := case row_count when 1 then tributary.key_of(tributary.key_columns(tributary.relation_of(relation)), columns, body) end;
  mark text;
begin
  perform tributary.take_turn(true); -- what fails in the block below would let it go
  begin
    execute applier using node, kind, columns, row_count, body;
  exception when sqlstate 'TRBDF' then
    get stacked diagnostics mark = constraint_name;
    if row_count <> 1 or not tributary.are_agreed(relation, node, row_key, mark) then
      raise;
    end if;
    execute applier using node, 'agreed ' || kind, columns, row_count, body;
  end;
end $$;

-- A message of which nothing is parked, whosesoever: all of it at once. False: row by row.
create or replace function tributary.apply_whole(relation text, node text, kind text, columns text[], row_count int, body text[]) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
begin
  if row_count = 1 or exists (select from tributary.parked p where p.relation = apply_whole.relation
      and p.key in (select r.row_key from tributary.keyed_rows(tributary.key_columns(tributary.relation_of(apply_whole.relation)), apply_whole.columns, apply_whole.body) r)) then
    return false;
  end if;
  perform tributary.apply_shared(relation, node, kind, columns, row_count, body);
  return true;
exception when others then
  if tributary.is_passing(sqlstate) then
    raise;
  end if;
  return false;
end $$;

-- After a row of one owner was applied: the versions of the others may fit now. Whoever works on one already sees to it.
create or replace function tributary.retry_others(relation text, node text, key text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  waiting bigint;
begin
  -- what this node kept for want of a message
  delete from tributary.parked p where (p.relation, p.node, p.key) = (retry_others.relation, retry_others.node, retry_others.key) and (p.epoch, p.number) = (0, 1);
  for waiting in
    select p.id from tributary.parked p where p.relation = retry_others.relation and p.key = retry_others.key and p.node <> retry_others.node and p.sqlstate = 'TRBDF'
    order by p.id for update skip locked
  loop
    if exists (select from tributary.parked p where p.id = waiting) then
      perform tributary.retry_rows(array[waiting], true);
    end if;
  end loop;
end $$;

-- Have all other owners of a row that version which a mark tells? Theirs are parked: what stands is what none of them has any more.
create or replace function tributary.are_agreed(relation text, node text, key text[], mark text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  applier constant text := format('select tributary.%I($1, $2, $3, $4, $5)', tributary.object_name('apply', relation));
  others constant text[] := array(select o from tributary.owners_of(relation, key) o where o <> are_agreed.node);
  other text;
  entry tributary.parked;
  other_mark text;
begin
  -- The everyday answer is no, and takes one look: somebody has not changed it yet.
  if exists (select from unnest(others) o where not exists (select from tributary.parked p where (p.relation, p.node, p.key) = (are_agreed.relation, o, are_agreed.key))) then
    return false;
  end if;
  foreach other in array others loop
    select * into entry from tributary.parked p where (p.relation, p.node, p.key) = (are_agreed.relation, other, are_agreed.key)
    order by (p.epoch, p.number) = (0, 1), p.id limit 1;
    if entry.kind not in ('put', 'patch') then
      return false;
    end if;
    begin
      execute applier using other, entry.kind, entry.columns, 1, entry.body;
      raise exception 'it fits what stands' using errcode = 'TRBNO';
    exception when sqlstate 'TRBDF' then
      get stacked diagnostics other_mark = constraint_name;
      if other_mark <> mark then
        return false;
      end if;
    when others then
      if tributary.is_passing(sqlstate) then
        raise;
      end if;
      return false;
    end;
  end loop;
  return true;
end $$;

-- The owners of a row who have a say: this node, also where the row is its own alone, and those who can still send.
create or replace function tributary.owners_of(relation text, key text[]) returns setof text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  names text[];
begin
  execute format('select array_agg(p.tributary_owner order by p.tributary_owner) from tributary.%I p where %s', tributary.object_name('provenance', relation),
    (select string_agg(format('p.%I = %L::%s', k, key[i], tributary.cast_type(base, k)), ' and ') from unnest(tributary.key_columns(base)) with ordinality u(k, i))) into names;
  return query select o from unnest(coalesce(names, array(select n.name from tributary.node n))) o
    where o = (select n.name from tributary.node n) or exists (select from tributary.member m join tributary.link l on l.provider = m.provider where m.node = o);
end $$;

-- Of what protects rows: rows that are this node's own, too, may be changed here, and stay where they are.
create or replace function tributary.not_own_sql(relation text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($q$ and p.tributary_owner <> %1$L where not (tg_op = 'UPDATE' and exists (select from %2$s q where %3$s and q.tributary_owner = %1$L) and exists (select from %4$s t where %5$s))$q$,
    n.name, format('tributary.%I', tributary.object_name('provenance', relation)), tributary.key_match(key, 'q', 'o'), base, tributary.key_match(key, 't', 'o'))
  from tributary.node n cross join tributary.relation_of(relation) base cross join lateral tributary.key_columns(base) key
$$;

-- The other owners still have what such a row was before: that is their version now, which differs.
create or replace function tributary.keep_versions_sql(relation text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($q$
      if tg_op = 'UPDATE' then
        perform tributary.keep_version(%1$L, d.tributary_owner, array[%2$s], %3$L, array[%4$s])
        from (select p.tributary_owner, %5$s from old_rows o join %6$s t on %7$s join %8$s p on %9$s and p.tributary_owner <> %10$L
          where exists (select from %8$s q where %11$s and q.tributary_owner = %10$L) and (%12$s)) d;
      end if;$q$,
    relation, (select string_agg('d.c' || array_position(columns, k), ', ' order by i) from unnest(key) with ordinality u(k, i)), columns,
    (select string_agg(format('array[d.c%s]::text', i), ', ' order by i) from generate_subscripts(columns, 1) i),
    tributary.text_list(base, columns, 'o'), base, tributary.key_match(key, 't', 'o'), format('tributary.%I', tributary.object_name('provenance', relation)),
    tributary.key_match(key, 'p', 'o'), n.name, tributary.key_match(key, 'q', 'o'),
    (select string_agg(format('row(t.%1$I)::record operator(pg_catalog.*<>) row(o.%1$I)::record', c), ' or ') from unnest(columns) c))
  from tributary.node n cross join tributary.relation_of(relation) base cross join lateral tributary.key_columns(base) key
    cross join lateral tributary.sent_columns(relation) columns
$$;

-- Keeps an owner's version of a row that this node has changed for itself. Epoch 0, number 1: no message of the stream; one that comes
-- is newer.
create or replace function tributary.keep_version(relation text, node text, key text[], columns text[], body text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into tributary.parked (set_name, relation, node, epoch, number, kind, key, columns, body, reason, sqlstate)
  select d.set_name, d.relation, keep_version.node, 0, 1, 'put', keep_version.key, keep_version.columns, keep_version.body,
    format('the row is shared with node "%s", which has changed it', n.name), 'TRBDF'
  from tributary.delivery d cross join tributary.node n
  where d.relation = keep_version.relation and d.shared
    -- nobody waits for who has left
    and exists (select from tributary.member m join tributary.link l on l.provider = m.provider where m.node = keep_version.node)
    and not exists (select from tributary.parked p where (p.relation, p.node, p.key) = (keep_version.relation, keep_version.node, keep_version.key))
$$;
