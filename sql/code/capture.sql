-- Capture: what crosses the filter where people write becomes messages in the set's outbox, in the same transaction.

-- The filter with every name resolved, the functions outside pg_catalog that it calls, and the columns that it uses. An index predicate must be
-- immutable, so PostgreSQL itself refuses now(), random() and the like here. Names without a schema mean what PostgreSQL has,
-- never what somebody has put into a schema of the search_path: those of extensions count, which a superuser installed.
create or replace function tributary.bind_filter(relation regclass, filter text, out bound text, out calls oid[], out used text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  extensions text := (select string_agg(distinct quote_ident(n.nspname), ', ') from pg_attribute a
    cross join lateral tributary.types_below(relation, a.attname) b(type) join pg_depend d on (d.classid, d.objid, d.deptype) = ('pg_type'::regclass, b.type, 'e')
    join pg_extension e on (d.refclassid, d.refobjid) = ('pg_extension'::regclass, e.oid) join pg_type t on t.oid = b.type join pg_namespace n on n.oid = t.typnamespace
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped);
begin
  calls := '{}';
  used := '{}';
  if filter is null then
    bound := 'true';
    return;
  end if;
  execute format('create temporary table tributary_filter (%s)', (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
      || coalesce((select format(' collate %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
        where c.oid = a.attcollation and a.attcollation <> t.typcollation), ''), ', ' order by a.attnum)
    from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = relation and a.attnum > 0 and not a.attisdropped));
  -- A call with nothing but constants is run as soon as the index is planned: as the owner of its table, which may do nothing.
  execute format('alter table pg_temp.tributary_filter owner to %I', tributary.role_name('filter'));
  begin
    if extensions is not null then
      perform set_config('search_path', 'pg_catalog, ' || extensions || ', pg_temp', true);
    end if;
    execute format(E'create index tributary_filter_index on pg_temp.tributary_filter ((1)) where (%s\n)', filter);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    calls := tributary.calls_of_index();
    -- a name without a schema that means somebody's function: then it is PostgreSQL's that was meant
    if extensions is not null and exists (select from unnest(calls) f join pg_proc p on p.oid = f join pg_namespace n on n.oid = p.pronamespace
        where not exists (select from pg_depend d where (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, f, 'e'))
          and position(n.nspname || '.' in replace(filter, '"', '')) = 0) then
      drop index pg_temp.tributary_filter_index;
      execute format(E'create index tributary_filter_index on pg_temp.tributary_filter ((1)) where (%s\n)', filter);
      calls := tributary.calls_of_index();
    end if;
  exception when undefined_function then
    raise exception 'the filter of table "%" calls what PostgreSQL does not have: %', relation, sqlerrm
      using errcode = 'undefined_function', hint = 'Write a function of your own with its schema, as in "where: app.is_public(title)". Operators of your own too: operator(app.===).';
  when invalid_object_definition then
    raise exception 'the filter of table "%" calls a function that is not IMMUTABLE, whose answer may change while the row does not: %', relation, sqlerrm
      using errcode = 'invalid_object_definition', hint = 'Let the filter judge by the row alone. If it worked before, somebody has changed a function that it calls: look at it, and at who owns it.';
  end;
  -- PostgreSQL drops a predicate that is always true.
  select coalesce(pg_get_expr(indpred, indrelid), 'true') into bound
  from pg_index where indexrelid = 'pg_temp.tributary_filter_index'::regclass;
  used := array(select distinct a.attname::text from pg_depend d join pg_attribute a on (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
    where (d.classid, d.objid, d.refclassid, d.refobjid) = ('pg_class'::regclass, 'pg_temp.tributary_filter_index'::regclass, 'pg_class'::regclass, 'pg_temp.tributary_filter'::regclass)
      and d.refobjsubid > 0);
  drop table pg_temp.tributary_filter;
end $$;

-- Functions outside pg_catalog that the filter's index calls, by itself or by operators. Those of extensions are not counted: a
-- superuser installed them.
create or replace function tributary.calls_of_index() returns oid[]
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with called as (
    select case d.refclassid when 'pg_proc'::regclass then d.refobjid else o.oprcode::oid end as function
    from pg_depend d left join pg_operator o on d.refclassid = 'pg_operator'::regclass and o.oid = d.refobjid
    where d.classid = 'pg_class'::regclass and d.objid = 'pg_temp.tributary_filter_index'::regclass and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass))
  select coalesce(array_agg(distinct c.function order by c.function), '{}') from called c
  where c.function >= 16384 and not exists (select from pg_depend d where (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, c.function, 'e'))
$$;

-- Makes tributary."condition_<relation>", the filter as a function of the columns that it uses, whose names and constants are bound
-- once: whatever is renamed later, and whatever a session has set, it means the same. Gives its text as it reads now. A function that
-- takes other columns gets the other one of two names: writers may be about to call the one before, which prune() drops.
-- Parameters have no collation of their own, so a filter over a column that has one stays text; so does one over more columns than a
-- function may have parameters.
create or replace function tributary.make_condition(relation regclass, name text, used text[], present text, inout bound text, out condition text)
language plpgsql set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off as $$
declare
  types oid[] := array(select a.atttypid from unnest(used) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = u.c order by i);
  found regprocedure;
begin
  if bound = 'true' or cardinality(used) > 100 -- FUNC_MAX_ARGS
      or exists (select from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = relation and a.attname = any (used) and a.attcollation <> t.typcollation) then
    return;
  end if;
  condition := case
    when exists (select from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.proname = present and p.proargnames = used and p.proargtypes::oid[] = types) then present
    else tributary.object_name(case when present = tributary.object_name('condition', name) then 'condition2' else 'condition' end, name) end;
  for found in select p.oid from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.proname = condition
      and (p.proargnames is distinct from used or p.proargtypes::oid[] <> types) loop
    execute format('drop function %s', found);
  end loop;
  execute format('create or replace function tributary.%I(%s) returns boolean language sql immutable return (%s)', condition,
    (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, -1)), ', ' order by i) from unnest(used) with ordinality u(c, i)
      join pg_attribute a on a.attrelid = relation and a.attname = u.c), bound);
  perform tributary.settle_functions(name, '{condition,condition2}');
  bound := tributary.text_of_condition(condition);
end $$;

-- The filter as it reads now; null where it is not kept as a function.
create or replace function tributary.text_of_condition(condition text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
begin
  return (
    select regexp_replace(pg_get_function_sqlbody(p.oid), '^RETURN ', '') from pg_proc p
    where p.pronamespace = 'tributary'::regnamespace and p.proname = condition);
end $$;

-- SQL that asks a function that was made for a filter, with a prefix, of the columns that it takes; null where there is none.
create or replace function tributary.call_of_condition(condition text, relation regclass, r_prefix text) returns text
language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select format('tributary.%I(%s)', p.proname, (select string_agg(case when a.attgenerated = 'v' and r_prefix <> ''
        -- rows that a trigger is given don't have it (18)
        then (select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d where (d.adrelid, d.adnum) = (a.attrelid, a.attnum))
        else r_prefix || quote_ident(c) end, ', ' order by i)
      from unnest(p.proargnames) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c))
  from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.proname = condition
$$;

-- The function that runs a filter which calls functions of others: it goes by the name of its condition.
create or replace function tributary.name_of_filter(name text, condition text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select tributary.object_name(case when condition = tributary.object_name('condition2', name) then 'filter2' else 'filter' end, name)
$$;

-- Drops what was made for filters that are others now. Not right away: whoever writes at that moment may be about to call it.
create or replace function tributary.drop_stale_filters() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  stale regprocedure;
begin
  for stale in select p.oid from tributary.capture c cross join unnest('{condition,condition2,filter,filter2}'::text[]) made
      join pg_proc p on p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(made, c.relation)
      where p.proname is distinct from c.condition and (made !~ '^filter' or cardinality(c.calls) = 0 or p.proname <> tributary.name_of_filter(c.relation, c.condition)) loop
    begin
      execute format('drop function %s', stale);
    exception when lock_not_available or undefined_function then
      null; -- somebody else is at it
    end;
  end loop;
end $$;

-- What is evaluated for a filter: itself, or where it calls functions of others, a function of ours that runs them without any
-- right. Whatever they do besides answering is rolled back: settings of the session, cursors that are held and triggers that
-- wait for the commit, where they would run as whoever has the session.
create or replace function tributary.canonical_filter(relation regclass, name text, bound text, calls oid[], used text[], condition text, following boolean) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  wrapper text := tributary.name_of_filter(name, condition);
  found regprocedure;
begin
  if cardinality(calls) = 0 then
    return bound;
  end if;
  for found in select p.oid from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.proname = wrapper
      and p.proargtypes::oid[] <> array(select a.atttypid from pg_attribute a where a.attrelid = relation and a.attname = any (used) order by a.attnum) loop
    execute format('drop function %s', found);
  end loop;
  execute format('create or replace function tributary.%I(%s) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as %L',
    wrapper, (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, -1)), ', ' order by a.attnum) from pg_attribute a where a.attrelid = relation and a.attname = any (used)),
    format($body$
#variable_conflict use_variable
declare
  tributary_passes boolean;
begin
  begin
    tributary_passes := (%s);
    raise exception using errcode = 'TRBFL';
  exception when sqlstate 'TRBFL' then
    null;
  end;
  return tributary_passes;
end$body$, coalesce(tributary.call_of_condition(condition, relation, ''), bound)));
  if not following then
    for found in select f::regprocedure from unnest(calls) f loop
      execute format('grant usage on schema %I to %I', (select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = found), tributary.role_name('filter'));
      execute format('grant execute on function %s to %I', found, tributary.role_name('filter'));
    end loop;
  end if;
  perform tributary.settle_functions(name, '{filter,filter2}');
  return format('tributary.%I(%s)', wrapper, (select string_agg(quote_ident(u), ', ' order by i) from unnest(used) with ordinality c(u, i)));
end $$;

-- Judges one row. Raises where the filter reads what it may not: each write of the table would fail then.
create or replace function tributary.try_filter(relation regclass, name text, canonical text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('select %s from (table %s union all select (null::%2$s).*) r limit 1', canonical, relation);
exception when insufficient_privilege then
  raise exception 'the filter of table "%" calls a function that role "%" may not run to its end: %', name, tributary.role_name('filter'), sqlerrm
    using errcode = 'insufficient_privilege', hint = format('A filter runs as that role, which has no rights. Let it judge by the row alone, or let the owner of what it reads allow that: GRANT SELECT ON ... TO %I;', tributary.role_name('filter'));
when others then
  null; -- of this row; capture tells of others
end $$;

-- The filter, for a session of ours. Functions of others that were altered since apply confirmed them are not run.
create or replace function tributary.usable_filter(c tributary.capture) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not tributary.are_calls_intact(c.calls) then
    raise exception 'what the filter of table "%" calls was altered since it was confirmed', c.relation
      using errcode = 'object_not_in_prerequisite_state', hint = 'Look at the function, then confirm it: tributary apply';
  end if;
  return c.canonical;
end $$;

create or replace function tributary.are_calls_intact(calls text[]) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  -- by its name as it is printed: to_regprocedure() asks for rights in the function's schema
  return (
    select coalesce(bool_and(exists (select from pg_proc p where p.oid >= 16384 and p.pronamespace <> 'tributary'::regnamespace
      and p.oid::regprocedure::text = left(call, length(call) - 33) and tributary.call_mark(p.oid) = call)), true) from unnest(calls) call);
end $$;

-- The table with its partitions or inheritance children: a statement that names a child fires the child's triggers only. This and
-- what follows is asked of hundreds of tables one after the other: in PL/pgSQL, which keeps its plans.
create or replace function tributary.family(relation regclass) returns setof regclass
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_class c where c.oid = relation and c.relhassubclass) then -- most tables
    return query select c.oid::regclass from pg_class c where c.oid = relation and c.relkind in ('r', 'p');
    return;
  end if;
  return query
    with recursive member(oid) as (
      select relation::oid
      union
      select i.inhrelid from pg_inherits i join member m on i.inhparent = m.oid
    )
    select c.oid::regclass from member m join pg_class c on c.oid = m.oid where c.relkind in ('r', 'p');
end $$;

-- Keys of a table that several rows have: it and a table that inherits from it, where PostgreSQL allows that. Null: none.
create or replace function tributary.twins(relation regclass) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found text;
begin
  if exists (select from pg_class c where c.oid = relation and c.relkind = 'r' and c.relhassubclass) then
    execute format('select row(%1$s)::text from %2$s group by %1$s having count(*) > 1 limit 1',
      (select string_agg(quote_ident(k), ', ') from unnest(tributary.key_columns(relation)) k), relation) into found;
  end if;
  return found;
end $$;

-- Raises where there are such keys: neither capture nor a first copy can tell the rows apart.
create or replace function tributary.expect_no_twins(relation regclass) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found text := tributary.twins(relation);
begin
  if found is not null then
    raise exception 'table "%" and a table that inherits from it have rows of the same key, as %: rows above are named by it', tributary.known_as(relation), found
      using errcode = 'unique_violation', hint = format('Give them keys of their own, or take the child out: ALTER TABLE ... NO INHERIT %s;', relation);
  end if;
end $$;

-- Called where a row is written whose key another one of the family has: it is one row above, so the link is not exact.
create or replace function tributary.doubt_twins(relation text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$ select tributary.doubt_capture(relation) $$;

-- Of the tables that a family had, those that are no longer in it.
create or replace function tributary.leavers(before regclass[], relation regclass) returns setof regclass
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query select c.oid::regclass from pg_class c where c.oid = any (before) and not c.oid in (select f::oid from tributary.family(relation) f);
end $$;

-- Has a family lost a table, or got one that has rows?
create or replace function tributary.is_other_family(before regclass[], relation regclass) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select not before::oid[] <@ array(select f::oid from tributary.family(relation) f)
    or exists (select from tributary.family(relation) f where f <> all (before) and pg_relation_size(f) > 0)
$$;

-- The numbers in a table of its columns that travel.
create or replace function tributary.column_numbers(relation regclass, columns text[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(a.attname, a.attnum), '{}') from pg_attribute a
  where a.attrelid = relation and a.attnum > 0 and a.attname = any (tributary.travelling_columns(relation, columns))
$$;

-- Does a name mean another column than before?
create or replace function tributary.is_other_column(before jsonb, now jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select exists (select from jsonb_each(now) n where before -> n.key <> n.value)
$$;

-- Have rows that were there got values of a new column that no other node can know of: a default that is no constant, as now() is? That
-- of a constant is in the statement that adds the column elsewhere.
create or replace function tributary.has_new_values(relation regclass, before jsonb, now jsonb) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from jsonb_each(now) n join pg_attribute a on a.attrelid in (select tributary.family(relation)) and a.attname = n.key and a.atthasmissing
      join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    where not before ? n.key and pg_get_expr(d.adbin, d.adrelid) !~ '^\(?(''([^'']|'''')*''|-?[0-9.]+|true|false|NULL)\)?(::[a-z ]+(\([0-9,]+\))?)*$');
end $$;

-- Where a table has a rule for INSERT or UPDATE, also one that does not fire for what is delivered, PostgreSQL refuses ON CONFLICT.
create or replace function tributary.has_update_rule(relation regclass) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from pg_rewrite r where r.ev_class = relation and r.ev_type in ('2', '3'));
end $$;

-- Does a foreign key change rows of the table when others change?
create or replace function tributary.has_actions(relation regclass) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from tributary.family(relation) f join pg_constraint k on k.conrelid = f and k.contype = 'f' where k.confupdtype in ('c', 'n', 'd') or k.confdeltype in ('n', 'd'));
end $$;

-- What generated code depends on. When it differs from what is recorded, the code is made again.
create or replace function tributary.layout(relation regclass, columns text[]) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return md5(jsonb_build_array(
    relation::text, tributary.key_columns(relation),
    (select jsonb_agg(jsonb_build_array(c, format_type(a.atttypid, a.atttypmod), a.attidentity) order by a.attnum)
     from unnest(tributary.travelling_columns(relation, columns)) c
       join pg_attribute a on a.attrelid = relation and a.attname = c),
    (select jsonb_agg(f::oid order by f::oid) from tributary.family(relation) f))::text
    || case when tributary.has_update_rule(relation) then 'rule' else '' end || case when tributary.has_actions(relation) then 'actions' else '' end);
end $$;

-- The name that a table travels under: the one it had when it was first captured or delivered into.
create or replace function tributary.known_as(relation regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select c.relation from tributary.capture c where c.relid = known_as.relation::oid),
    (select d.relation from tributary.delivery d where d.relid = known_as.relation::oid),
    tributary.relation_name(known_as.relation))
$$;

-- Is a table a member of a family, at any depth?
create or replace function tributary.is_of(member oid, base oid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$ select exists (select from tributary.family(base::regclass) f where f::oid = member) $$;

-- Captures a table, or changes how it is captured. filter null: every row; columns null: all, also later ones. following: called
-- by ALTER TABLE, as our owner. replicated: also what other subscriptions write.
create or replace function tributary.capture_table(set_name text, relation regclass, filter text, columns text[], on_leave text, following boolean default false,
  replicated boolean default false)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name text := tributary.known_as(relation);
  member regclass;
  bound text;
  calls oid[];
  used text[];
  condition text;
  canonical text;
  marks text[];
  known regclass[];
begin
  if cardinality(tributary.key_columns(relation)) = 0 then
    raise exception 'table "%" has no primary key: capture names rows by it', name
      using hint = format('ALTER TABLE %s ADD PRIMARY KEY (%s);', relation, 'column, ...');
  elsif not tributary.key_columns(relation) <@ tributary.travelling_columns(relation, columns) then
    raise exception 'the columns of table "%" that travel lack its primary key (%)', name, tributary.key_columns(relation);
  end if;
  select * into bound, calls, used from tributary.bind_filter(relation, filter);
  if not following then
    perform tributary.expect_no_twins(relation);
    perform tributary.doubt_capture(name) from tributary.capture c where c.relation = name and not tributary.is_capture_intact(c);
    -- What is written into a table that has lost its name to another one, or has left the family, is nobody's business any more.
    perform tributary.drop_triggers(array(select tributary.leavers(c.relid || c.family, capture_table.relation)), prefix)
    from tributary.capture c cross join unnest('{tributary\\_capture\\_,tributary\\_replicated\\_}'::text[]) prefix where c.relation = name;
    perform tributary.settle_table(relation, true, false);
  end if;
  select * into bound, condition from tributary.make_condition(relation, name, used, (select c.condition from tributary.capture c where c.relation = name), bound);
  canonical := tributary.canonical_filter(relation, name, bound, calls, used, condition, following);
  if cardinality(calls) > 0 and not following then
    perform tributary.try_filter(relation, name, canonical);
  end if;
  -- what is confirmed stays what apply confirmed
  marks := case when following then coalesce((select c.calls from tributary.capture c where c.relation = name), '{}')
    else array(select tributary.call_mark(f) from unnest(calls) f) end;
  -- Our owner may not drop triggers of a table that has left: apply does.
  known := array(select tributary.family(relation)) || case when following
    then array(select tributary.leavers(c.family, capture_table.relation) from tributary.capture c where c.relation = name) else '{}' end;
  insert into tributary.capture as c (relation, set_name, filter, columns, on_leave, canonical, layout, relid, bound, calls, family, condition, replicated, numbers) values (
      name, set_name, filter, columns, on_leave, canonical, tributary.layout(relation, columns), relation, bound, marks, known, condition, replicated, tributary.column_numbers(relation, columns))
    on conflict on constraint capture_pkey do update set set_name = excluded.set_name, filter = excluded.filter,
      columns = excluded.columns, on_leave = excluded.on_leave, canonical = excluded.canonical, layout = excluded.layout,
      relid = excluded.relid, bound = excluded.bound, calls = excluded.calls, family = excluded.family, condition = excluded.condition,
      replicated = excluded.replicated, numbers = case when following then c.numbers else '{}' end || excluded.numbers;
  perform tributary.generate_capture(name);
  for member in select tributary.family(relation) loop
    perform tributary.attach_capture(member, name);
  end loop;
  perform tributary.attach_replicated_capture(relation, name, replicated);
end $$;

create or replace function tributary.capture_triggers(member regclass, relation text)
returns table (name text, definition text) language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'tributary_capture_' || event,
    format('create or replace trigger tributary_capture_%1$s %2$s %1$s on %3$s %4$s for each statement execute function tributary.%5$I()',
      event, case event when 'truncate' then 'before' else 'after' end, member,
      case event when 'insert' then 'referencing new table as new_rows'
        when 'update' then 'referencing old table as old_rows new table as new_rows'
        when 'delete' then 'referencing old table as old_rows' else '' end,
      tributary.object_name('capture_' || event, relation))
  from unnest('{insert,update,delete,truncate}'::text[]) event
$$;

-- True when each of our triggers of that prefix is on the table, enabled, and calls our function. Those of what is replicated fire for that only.
create or replace function tributary.has_triggers(member regclass, prefix text, wanted int) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select count(*) = wanted from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    where t.tgrelid = member and t.tgname like prefix || '%' and t.tgenabled = case when prefix ~ 'replicated' then 'R' else 'O' end and p.pronamespace = 'tributary'::regnamespace);
end $$;

-- CREATE TRIGGER locks out writers for a moment, so it runs only where a trigger is not as it should be.
create or replace function tributary.attach_capture(member regclass, relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  wanted record;
begin
  if tributary.has_triggers(member, 'tributary\_capture\_', 4) then
    return;
  end if;
  for wanted in select * from tributary.capture_triggers(member, relation) loop
    execute wanted.definition;
  end loop;
end $$;

create or replace function tributary.drop_triggers(tables regclass[], prefix text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found record;
begin
  for found in select t.tgname, t.tgrelid::regclass as member from pg_trigger t where t.tgrelid = any (tables) and t.tgname like prefix || '%'
      and t.tgparentid = 0 loop -- those of partitions go with their parent's
    execute format('drop trigger %I on %s', found.tgname, found.member);
  end loop;
end $$;

create or replace function tributary.settle_functions(relation text, prefixes text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.settle_function(p.oid) from unnest(prefixes) prefix
    join pg_proc p on p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(prefix, relation);
end $$;

create or replace function tributary.drop_functions(relation text, prefixes text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found regprocedure;
begin
  for found in select p.oid::regprocedure from pg_proc p, unnest(prefixes) prefix
      where p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(prefix, relation) loop
    delete from tributary.code k where k.function = found::text;
    execute format('drop function %s', found);
  end loop;
end $$;

create or replace function tributary.uncapture_table(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.drop_triggers(array(select tributary.family(tributary.relation_of(uncapture_table.relation))) || c.relid || c.family, prefix)
  from tributary.capture c cross join unnest('{tributary\\_capture\\_,tributary\\_replicated\\_}'::text[]) prefix where c.relation = uncapture_table.relation;
  perform tributary.drop_functions(relation, '{capture_insert,capture_update,capture_delete,capture_truncate,capture_replicated,filter,filter2,condition,condition2}');
  delete from tributary.capture c where c.relation = uncapture_table.relation;
end $$;
