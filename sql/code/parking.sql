-- Parking: what cannot be applied waits here with its reason, one entry to a row, until the cause is gone.

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

-- Errors that say "not now" rather than "not this row": the stream must stop and try again, not park.
create or replace function tributary.is_passing(state text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select left(state, 2) in ('40', '53', '57', '58') or state in ('55P03', '25006', 'XX001', 'XX002')
$$;

create or replace function tributary.park(set_name text, relation text, node text, epoch bigint, number bigint, kind text,
  key text[], columns text[], body text[], reason text, state text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into tributary.parked (set_name, relation, node, epoch, number, kind, key, columns, body, reason, sqlstate)
  values (set_name, relation, node, epoch, number, kind, key, columns, body, reason, state)
$$;

-- What is parked of a row with a later patch of it folded in, so that the row waits with its newest values only. An
-- older state could wait for ever: a first copy may have brought other rows that are newer than it.
create or replace function tributary.fold_patch(parked tributary.parked, columns text[], body text[], out folded_columns text[], out folded_body text[])
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  place int;
begin
  folded_columns := parked.columns;
  folded_body := parked.body;
  for i in 1..cardinality(columns) loop
    place := coalesce(array_position(folded_columns, columns[i]), cardinality(folded_columns) + 1);
    folded_columns[place] := columns[i];
    folded_body[place] := body[i];
  end loop;
end $$;

-- Row by row: applies what can be applied, parks the rest with its reason. A row has one parked message at most:
-- a put or a drop replaces it, a patch is folded into it, and then the row gets another try.
create or replace function tributary.deliver_rows(set_name text, relation text, node text, epoch bigint, number bigint,
  kind text, columns text[], row_count int, body text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  key_names text[] := tributary.key_columns(tributary.relation_of(relation));
  row_key text[];
  row_kind text;
  row_number bigint;
  row_columns text[];
  row_body text[];
  queued tributary.parked;
begin
  for row_body in select r from tributary.rows_of(body) r loop
    row_key := tributary.key_of(key_names, columns, row_body);
    row_kind := kind;
    row_number := number;
    row_columns := columns;
    for queued in delete from tributary.parked p
        where (p.relation, p.node, p.key) = (deliver_rows.relation, deliver_rows.node, row_key) returning p.* loop
      if kind = 'patch' and queued.kind <> 'drop' then
        row_kind := queued.kind;
        row_number := least(number, queued.number);
        select f.folded_columns, f.folded_body into row_columns, row_body from tributary.fold_patch(queued, row_columns, row_body) f;
      end if;
    end loop;
    begin
      perform tributary.apply(relation, node, row_kind, row_columns, 1, row_body);
      if row_number = 0 and number > 0 then
        perform tributary.pass_on(set_name, relation, node, row_kind, row_columns, 1, row_body);
      end if;
    exception when others then
      if tributary.is_passing(sqlstate) then
        raise;
      end if;
      perform tributary.park(set_name, relation, node, epoch, row_number, row_kind, row_key, row_columns, row_body, sqlerrm, sqlstate);
    end;
  end loop;
end $$;

-- Tries parked rows again, oldest first and in order per row, and once more as long as one makes way for another.
-- Returns how many could be applied.
create or replace function tributary.retry_parked(only_node text default null) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp set session_replication_role = replica as $$
declare
  entry tributary.parked;
  applied bigint := 0;
  before bigint;
begin
  loop
    before := applied;
    for entry in select * from tributary.parked p where only_node is null or p.node = only_node order by p.id loop
      continue when exists (select from tributary.parked p
        where (p.relation, p.node) = (entry.relation, entry.node) and p.key is not distinct from entry.key and p.id < entry.id);
      begin
        perform tributary.apply(entry.relation, entry.node, entry.kind, entry.columns, 1, entry.body);
        if entry.number = 0 then -- parked by a first copy: no message of the stream has it
          perform tributary.pass_on(entry.set_name, entry.relation, entry.node, entry.kind, entry.columns, 1, entry.body);
        end if;
        delete from tributary.parked p where p.id = entry.id;
        applied := applied + 1;
      exception when others then
        if tributary.is_passing(sqlstate) then
          raise;
        end if;
        entry.reason := sqlerrm;
        entry.sqlstate := sqlstate;
        update tributary.parked p set reason = entry.reason, sqlstate = entry.sqlstate
        where p.id = entry.id and (p.reason, p.sqlstate) <> (entry.reason, entry.sqlstate);
      end;
    end loop;
    exit when applied = before;
  end loop;
  return applied;
end $$;
