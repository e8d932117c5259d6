-- Parking: what cannot be applied waits here with its reason, one entry to a row, until the cause is gone.
--
-- Functions that look for parked rows plan without sequential scans, or anew each time: an apply worker keeps a plan that
-- it made while the table was empty, and would read it whole for each row once there are 100,000.

-- The rows of a message, each as a message of one row.
create or replace function tributary.rows_of(body text[]) returns setof text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array_agg(array[v.value]::text order by u.position)
  from unnest(body) with ordinality u(c, position) cross join lateral unnest(u.c::text[]) with ordinality v(value, i)
  group by v.i order by v.i
$$;

-- The values of the key columns in a message of one row.
create or replace function tributary.key_of(key text[], columns text[], body text[]) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array_agg((body[array_position(columns, k)]::text[])[1] order by position) from unnest(key) with ordinality u(k, position)
$$;

-- Both, for all rows of a message.
create or replace function tributary.keyed_rows(key text[], columns text[], body text[]) returns table (row_key text[], row_body text[])
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when key <@ columns then array_agg(v.value order by k.place) filter (where k.place is not null)
      else tributary.key_of(key, columns, array_agg(array[v.value]::text order by u.position)) end,
    array_agg(array[v.value]::text order by u.position)
  from unnest(body) with ordinality u(c, position)
    cross join lateral unnest(u.c::text[]) with ordinality v(value, i)
    left join unnest(key) with ordinality k(name, place) on k.name = columns[u.position]
  group by v.i order by v.i
$$;

-- True when something is parked of a row of this message. The everyday answer, no, takes one look into an index.
create or replace function tributary.any_parked(relation text, node text, key text[], columns text[], body text[]) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
begin
  if not exists (select from tributary.parked p where (p.relation, p.node) = (any_parked.relation, any_parked.node)) then
    return false;
  end if;
  begin
    -- "offset 0": one look for each row of the message; a join would read all that is parked.
    return exists (
      select from (
        select array_agg(v.value order by k.place) as row_key
        from unnest(any_parked.key) with ordinality k(name, place)
          cross join lateral unnest(any_parked.body[array_position(any_parked.columns, k.name)]::text[]) with ordinality v(value, i)
        group by v.i) r
      where exists (select from tributary.parked p
        where (p.relation, p.node, p.key) = (any_parked.relation, any_parked.node, r.row_key) offset 0));
  exception when others then
    if tributary.is_passing(sqlstate) then
      raise;
    end if;
    return true; -- its rows cannot be read: the slow way tells why
  end;
end $$;

-- False where no row of such a message can be applied here: the table is not delivered into, or lacks a column.
create or replace function tributary.is_known(relation text, columns text[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from tributary.delivery d where d.relation = is_known.relation
    and is_known.columns <@ tributary.travelling_columns(tributary.relation_of(d.relation), d.columns))
$$;

-- Errors that say "not now" rather than "not this row": the stream must stop and try again, not park.
create or replace function tributary.is_passing(state text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select left(state, 2) in ('40', '53', '57', '58') or state in ('55P03', '25006', 'XX001', 'XX002')
$$;

-- Errors that say "no node of ours writes such a message": values, NULLs and names that it cannot have. All others are ours, and
-- the stream must stop.
create or replace function tributary.is_unreadable(state text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select left(state, 2) = '22' or state in ('23502', '42602', '54000', '2202E')
$$;

create or replace function tributary.park(set_name text, relation text, node text, epoch bigint, number bigint, kind text,
  key text[], columns text[], body text[], reason text, state text, detail text default null, since timestamptz default now()) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into tributary.parked (parked_at, set_name, relation, node, epoch, number, kind, key, columns, body, reason, sqlstate, detail)
  values (since, set_name, relation, node, epoch, number, kind, key, columns, body, reason, state, left(nullif(detail, ''), 500))
$$;

-- What is parked of a row with a later patch of it folded in, so that the row waits with its newest values only. An
-- older state could wait for ever: a first copy may have brought other rows that are newer than it.
create or replace function tributary.fold_patch(parked tributary.parked, columns text[], body text[], out folded_columns text[], out folded_body text[])
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  place int;
begin
  select coalesce(array_agg(u.c order by u.i), '{}'), coalesce(array_agg(u.value order by u.i), '{}') into folded_columns, folded_body
  from unnest(parked.columns, parked.body) with ordinality u(c, value, i)
  -- with the value of a column goes the mark that it could not be sent
  where u.c <> all (array(select tributary.unconvertible_mark() || c from unnest(columns) c));
  for i in 1..cardinality(columns) loop
    place := coalesce(array_position(folded_columns, columns[i]), cardinality(folded_columns) + 1);
    folded_columns[place] := columns[i];
    folded_body[place] := body[i];
  end loop;
end $$;

-- Two messages of a row as one: a patch goes into what is there, a put or a drop takes its place. Parked since the earlier.
create or replace function tributary.fold(earlier tributary.parked, later tributary.parked) returns tributary.parked
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if earlier.kind is null then
    return later;
  end if;
  later.parked_at := earlier.parked_at;
  if later.kind = 'patch' and earlier.kind <> 'drop' then
    select f.folded_columns, f.folded_body into later.columns, later.body
    from tributary.fold_patch(earlier, later.columns, later.body) f;
    later.kind := earlier.kind;
    later.number := least(earlier.number, later.number);
  end if;
  return later;
end $$;

-- Parks all rows of a message, which have nothing parked yet.
create or replace function tributary.park_message(set_name text, relation text, node text, epoch bigint, number bigint, kind text,
  columns text[], body text[], reason text, state text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  key text[] := tributary.key_columns(tributary.relation_of(relation));
begin
  insert into tributary.parked (set_name, relation, node, epoch, number, kind, key, columns, body, reason, sqlstate)
  select park_message.set_name, park_message.relation, park_message.node, park_message.epoch, park_message.number, park_message.kind,
    r.row_key, park_message.columns, r.row_body, park_message.reason, park_message.state
  from tributary.keyed_rows(key, columns, body) r;
end $$;

-- Row by row: applies what can be applied, parks the rest with its reason. What is parked of a row already becomes one
-- with its new message, and the row gets another try.
create or replace function tributary.deliver_rows(set_name text, relation text, node text, epoch bigint, number bigint,
  kind text, columns text[], row_count int, body text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  key_names text[] := tributary.key_columns(tributary.relation_of(relation));
  part record;
  message tributary.parked;
  waiting tributary.parked;
  queued tributary.parked;
  complaint text;
  is_shared constant boolean := tributary.is_shared(relation);
begin
  if is_shared then
    perform tributary.take_turn(true);
  end if;
  if not tributary.is_known(relation, columns) and not tributary.any_parked(relation, node, key_names, columns, body) then
    begin
      perform tributary.apply(relation, node, kind, columns, row_count, body);
      return;
    exception when undefined_column or undefined_table or untranslatable_character then
      perform tributary.park_message(set_name, relation, node, epoch, number, kind, columns, body, sqlerrm, sqlstate);
      return;
    end;
  end if;
  if is_shared and tributary.apply_whole(relation, node, kind, columns, row_count, body) then
    return;
  end if;
  for part in select r.row_key, r.row_body from tributary.keyed_rows(key_names, columns, body) r loop
    message := row(null, now(), set_name, relation, node, part.row_key, epoch, number, kind, columns, part.row_body, null, null, null);
    waiting := null;
    for queued in
      with gone as (delete from tributary.parked p where (p.relation, p.node, p.key) = (message.relation, message.node, message.key) returning p.*)
      -- first what this node kept for want of a message: keep_version()
      select g.* from gone g order by (g.epoch, g.number) = (0, 1) desc, g.id
    loop
      waiting := tributary.fold(waiting, queued);
    end loop;
    message := tributary.fold(waiting, message);
    begin
      perform tributary.apply(relation, node, message.kind, message.columns, 1, message.body);
      -- neither has the tier above, where its first copy went by what stood here
      if message.number = 0 and number > 0 or waiting.sqlstate = 'TRBDF' then
        perform tributary.pass_on(set_name, relation, node, message.kind, message.columns, 1, message.body);
      end if;
      if is_shared then
        perform tributary.retry_others(relation, node, part.row_key);
      end if;
    exception when others then
      if tributary.is_passing(sqlstate) then
        raise;
      end if;
      get stacked diagnostics complaint = pg_exception_detail;
      perform tributary.park(set_name, relation, node, epoch, message.number, message.kind, message.key, message.columns, message.body,
        sqlerrm, sqlstate, complaint, message.parked_at);
    end;
  end loop;
end $$;

-- deliver_rows(), and where the message itself cannot be read, it is parked as it is: no message stops the stream.
create or replace function tributary.deliver_slowly(set_name text, relation text, node text, epoch bigint, number bigint,
  kind text, columns text[], row_count int, body text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.expect_whole(columns, row_count, body);
  perform tributary.deliver_rows(set_name, relation, node, epoch, number, kind, columns, row_count, body);
exception when others then
  if not tributary.is_unreadable(sqlstate) then
    raise;
  end if;
  perform tributary.park_unreadable(set_name, relation, node, epoch, number, kind, columns, body, sqlerrm, sqlstate);
end $$;

-- Raises for a message whose columns have other numbers of values than it says: no node of ours writes one, and a million values
-- in one message would hold the stream up for hours, each a row to be parked.
create or replace function tributary.expect_whole(columns text[], row_count int, body text[]) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if cardinality(columns) is distinct from cardinality(body)
      or exists (select from unnest(body) c(written) where cardinality(c.written::text[]) is distinct from row_count) then
    raise exception 'a message that cannot be read: it tells of % rows, and its columns have other numbers of values', row_count
      using errcode = 'invalid_parameter_value';
  end if;
end $$;

-- Keeps a message that no node of ours writes, whole, so that somebody learns of it.
create or replace function tributary.park_unreadable(set_name text, relation text, node text, epoch bigint, number bigint, kind text,
  columns text[], body text[], reason text, state text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into tributary.parked (set_name, relation, node, epoch, number, kind, columns, body, reason, sqlstate)
  -- cut, so that the index takes them
  values (set_name, left(coalesce(relation, '?'), 200), left(coalesce(node, tributary.sender(), '?'), 200), coalesce(epoch, 0), coalesce(number, 0), left(coalesce(kind, '?'), 200),
    coalesce(columns, '{}'), coalesce(body, '{}'), reason, state)
$$;

-- Parked rows, each a message of one row, as one message. All of one kind, with the same columns.
create or replace function tributary.joined_body(ids bigint[]) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array_agg(c.value order by c.i) from (
    select i, array_agg((p.body[i]::text[])[1] order by p.id)::text as value
    from tributary.parked p cross join lateral generate_subscripts(p.columns, 1) i
    where p.id = any (ids) group by i) c
$$;

-- Tries parked rows of one table, owner, kind and columns: together, and row by row when they do not go together. Returns
-- how many were applied. Raises what says "not now".
create or replace function tributary.retry_rows(ids bigint[], is_small boolean) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  entry tributary.parked;
  complaint text;
begin
  select * into strict entry from tributary.parked p where p.id = ids[1];
  if cardinality(ids) = 1 or is_small then
    begin
      perform tributary.apply(entry.relation, entry.node, entry.kind, entry.columns, cardinality(ids), tributary.joined_body(ids));
      if entry.number = 0 or entry.sqlstate = 'TRBDF' then -- parked by a first copy: no message of the stream has it
        perform tributary.pass_on(entry.set_name, entry.relation, entry.node, entry.kind, entry.columns, cardinality(ids), tributary.joined_body(ids));
      end if;
      if entry.sqlstate = 'TRBDF' then -- what this node kept for want of a message: keep_version()
        delete from tributary.parked k using tributary.parked p
        where p.id = any (ids) and (k.relation, k.node, k.key) = (p.relation, p.node, p.key) and (k.epoch, k.number) = (0, 1);
      end if;
      delete from tributary.parked p where p.id = any (ids);
      return cardinality(ids);
    exception when others then
      if tributary.is_passing(sqlstate) then
        raise;
      end if;
      get stacked diagnostics complaint = pg_exception_detail;
      entry.reason := sqlerrm;
      entry.sqlstate := sqlstate;
      entry.detail := left(nullif(complaint, ''), 500);
    end;
    -- Where a column is missing, or the table, it is so for all of them.
    if cardinality(ids) = 1 or not tributary.is_known(entry.relation, entry.columns) then
      update tributary.parked p set reason = entry.reason, sqlstate = entry.sqlstate, detail = entry.detail
      where p.id = any (ids) and (p.reason, p.sqlstate, p.detail) is distinct from (entry.reason, entry.sqlstate, entry.detail);
      return 0;
    end if;
  end if;
  return (select sum(tributary.retry_rows(array[id], true)) from unnest(ids) id);
end $$;

-- One stretch of a walk over the parked rows, oldest first and in order per row, from the entry after `after` on: a hundred
-- rows at a time until `until`. reached: where the next stretch goes on; null when the walk is through. stopped: why it
-- ended early. Never waits for a lock, as those who work on a parked row may wait for us.
create or replace function tributary.retry_stretch(after bigint, until timestamptz, owners text[] default null, relations text[] default null,
  out applied bigint, out reached bigint, out stopped text)
language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set jit = off set array_nulls = on set session_replication_role = replica set lock_timeout = '200ms' as $$
declare
  part record;
  last bigint;
  -- whoever delivers shared rows may wait for a parked one: never the other way round
  busy constant text[] := case when exists (select from tributary.delivery d join tributary.parked p using (relation) where d.shared)
      and not tributary.take_turn(false)
    then array(select d.relation from tributary.delivery d where d.shared) else '{}' end;
begin
  set constraints all immediate; -- what a deferred one would say at commit is the reason to stay parked
  applied := 0;
  reached := after;
  loop
    last := null;
    for part in
      with due as materialized (
        select p.* from tributary.parked p
        where p.id > reached and (owners is null or p.node = any (owners)) and (relations is null or p.relation = any (relations))
          and p.relation <> all (busy)
          -- "offset 0": looked up row by row; a join would read all that is parked for each hundred. "+ 0": by the key's index.
          and not exists (select from tributary.parked q
            where (q.relation, q.node, q.key) = (p.relation, p.node, p.key) and q.id + 0 < p.id
              -- what this node kept for want of a message, while that was on its way: keep_version()
              and (q.epoch, q.number) <> (0, 1) offset 0)
          and (p.key is not null or not exists (select from tributary.parked q
            where (q.relation, q.node) = (p.relation, p.node) and q.key is null and q.id + 0 < p.id offset 0))
        order by p.id limit 100 for update of p skip locked)
      select array_agg(d.id order by d.id) as ids, sum(pg_column_size(d.body)) < 1048576 as is_small, max(d.id) as last
      from due d group by d.set_name, d.relation, d.node, d.kind, d.columns, d.number = 0 order by min(d.id)
    loop
      last := greatest(last, part.last);
      begin
        applied := applied + tributary.retry_rows(part.ids, part.is_small);
      exception when others then
        stopped := sqlerrm;
      end;
    end loop;
    reached := last;
    exit when reached is null or stopped is not null or clock_timestamp() >= until;
  end loop;
  execute 'close all'; -- retried rows ran code of their tables' owners: see code_of_receive()
end $$;

-- Tries parked rows again, and once more as long as one makes way for another. Returns how many could be applied.
create or replace function tributary.retry_parked(owners text[] default null, relations text[] default null,
  until timestamptz default 'infinity') returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  walk record;
  total bigint := 0;
begin
  loop
    select * into walk from tributary.retry_stretch(0, until, owners, relations);
    total := total + walk.applied;
    exit when walk.applied = 0 or walk.stopped is not null or clock_timestamp() >= until;
  end loop;
  return total;
end $$;

-- Called for each message that arrives. A stretch of 0.1 s, then a pause: as long again where rows could be applied, else
-- nineteen times as long and a second at least, so that what cannot be mended costs the stream a twentieth of its time at most.
-- Whether anything is parked is asked no more often: right after 100,000 rows have left, the answer takes milliseconds.
create or replace function tributary.retry_when_due() returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare
  pace tributary.retry;
  walk record;
  began timestamptz := clock_timestamp();
begin
  select * into pace from tributary.retry r where r.next_at <= began for update skip locked;
  if not found then
    return;
  end if;
  select * into walk from tributary.retry_stretch(pace.after_id, began + interval '0.1 s');
  update tributary.retry r set after_id = coalesce(walk.reached, 0), next_at = clock_timestamp()
    + case when walk.applied > 0 then clock_timestamp() - began else greatest(19 * (clock_timestamp() - began), interval '1 s') end;
end $$;

-- The cause may be gone: the walk goes on at once with the rows of this table. Never waits.
create or replace function tributary.retry_soon(relation text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.retry r set next_at = '-infinity', after_id = p.first_id - 1
  from (select min(p.id) as first_id from tributary.parked p where p.relation = retry_soon.relation) p
  where p.first_id is not null and r.only_row in (select only_row from tributary.retry for update skip locked)
$$;

-- Gives up parked rows, as far as `up_to`, and notes their keys in the journal. Returns how many.
create or replace function tributary.discard_parked(owners text[], relations text[], up_to bigint) returns bigint
language sql set search_path = pg_catalog, pg_temp as $$
  with gone as (
    delete from tributary.parked p
    where p.id <= up_to and (owners is null or p.node = any (owners)) and (relations is null or p.relation = any (relations))
    returning p.*),
  noted as (
    insert into tributary.journal (step, status, detail)
    select 'discard-parked ' || n.relation || ' of ' || n.node, 'done',
      jsonb_build_object('rows', count(*), 'keys', jsonb_agg(n.key order by n.id))::text
    from (select g.*, row_number() over (partition by g.relation, g.node order by g.id) / 1000 as part from gone g) n
    group by n.relation, n.node, n.part)
  select count(*) from gone
$$;
