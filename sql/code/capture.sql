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
language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select regexp_replace(pg_get_function_sqlbody(p.oid), '^RETURN ', '') from pg_proc p
  where p.pronamespace = 'tributary'::regnamespace and p.proname = condition
$$;

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
language sql stable set search_path = pg_catalog, pg_temp as $$
  -- by its name as it is printed: to_regprocedure() asks for rights in the function's schema
  select coalesce(bool_and(exists (select from pg_proc p where p.oid >= 16384 and p.oid::regprocedure::text = left(call, length(call) - 33)
    and tributary.call_mark(p.oid) = call)), true) from unnest(calls) call
$$;

-- The table with its partitions or inheritance children: a statement that names a child fires the child's triggers only.
create or replace function tributary.family(relation regclass) returns setof regclass
language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive member(oid) as (
    select relation::oid
    union
    select i.inhrelid from pg_inherits i join member m on i.inhparent = m.oid
  )
  select c.oid::regclass from member m join pg_class c on c.oid = m.oid where c.relkind in ('r', 'p')
$$;

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
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.oid::regclass from pg_class c where c.oid = any (before) and not c.oid in (select f::oid from tributary.family(relation) f)
$$;

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

-- Where a table has a rule for INSERT or UPDATE, also one that does not fire for what is delivered, PostgreSQL refuses ON CONFLICT.
create or replace function tributary.has_update_rule(relation regclass) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$ select exists (select from pg_rewrite r where r.ev_class = relation and r.ev_type in ('2', '3')) $$;

-- What generated code depends on. When it differs from what is recorded, the code is made again.
create or replace function tributary.layout(relation regclass, columns text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select md5(jsonb_build_array(
    relation::text, tributary.key_columns(relation),
    (select jsonb_agg(jsonb_build_array(c, format_type(a.atttypid, a.atttypmod), a.attidentity) order by a.attnum)
     from unnest(tributary.travelling_columns(relation, columns)) c
       join pg_attribute a on a.attrelid = relation and a.attname = c),
    (select jsonb_agg(f::oid order by f::oid) from tributary.family(relation) f))::text
    || case when tributary.has_update_rule(relation) then 'rule' else '' end)
$$;

-- Settings that change how values are written as text, or (reading) how that text is read. Generated functions pin those
-- that their types depend on and no others: each one costs time at every call. A type that is not listed may depend on any.
create or replace function tributary.text_settings(relation regclass, columns text[], reading boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with used as (
    select coalesce(e.oid, t.oid) as type, coalesce(e.typtype, t.typtype) = 'e' or coalesce(e.oid, t.oid) in (
      'bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'text'::regtype,
      'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'uuid'::regtype, 'json'::regtype, 'jsonb'::regtype,
      'inet'::regtype, 'cidr'::regtype, 'macaddr'::regtype, 'bit'::regtype, 'varbit'::regtype, 'time'::regtype, 'timetz'::regtype,
      'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype, 'float4'::regtype, 'float8'::regtype,
      'bytea'::regtype, 'money'::regtype, 'xml'::regtype) as is_known
    from pg_attribute a join pg_type t on t.oid = a.atttypid
      left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
    where a.attrelid = relation and a.attname = any (columns) and not a.attisdropped
  )
  select coalesce(string_agg(format('set %s = %L', name, value), ' ' order by name), '')
  from (values
    -- What is written with the first four reads the same under any setting.
    ('datestyle', 'ISO, YMD', '{date,timestamp,timestamptz}'::regtype[], false),
    ('timezone', 'UTC', '{timestamptz}', false),
    ('extra_float_digits', '3', '{float4,float8}', false),
    ('bytea_output', 'hex', '{bytea}', false),
    ('intervalstyle', 'postgres', '{interval}', true),
    ('lc_monetary', 'C', '{money}', true),
    ('xmloption', 'content', '{xml}', true)) s(name, value, types, matters_to_readers)
  where exists (select from used u where not u.is_known)
    or exists (select from used u where u.type = any (s.types)) and (s.matters_to_readers or not reading)
$$;

-- INSERT into the outbox of the rows that `source` selects (columns c1...cn as text, one per name in `columns`), in
-- messages of about 128 KiB. kind and columns are SQL expressions.
create or replace function tributary.message_sql(outbox text, relation text, kind text, columns text[], source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($message$
    insert into tributary.%I (kind, relation, columns, row_count, body)
    select %L, %L, %L::text[], count(*), array[%s]
    from (select *, sum(%s) over (rows unbounded preceding) / 131072 as part from (%s) d) e
    group by part;$message$,
    outbox, kind, relation, columns,
    string_agg(format('array_agg(c%s)::text', i), ', ' order by i),
    string_agg(format('coalesce(octet_length(c%s), 4) + 1', i), ' + ' order by i),
    source)
  from generate_subscripts(columns, 1) i
$$;

-- As message_sql, where `source` gives one row: the same message for a third of the time.
create or replace function tributary.short_message_sql(outbox text, relation text, kind text, columns text[], source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($message$
    insert into tributary.%I (kind, relation, columns, row_count, body)
    select %L, %L, %L::text[], 1, array[%s] from (%s) d;$message$,
    outbox, kind, relation, columns, string_agg(format('array[c%s]::text', i), ', ' order by i), source)
  from generate_subscripts(columns, 1) i
$$;

-- As patch_sql, where `source` gives one row.
create or replace function tributary.short_patch_sql(outbox text, relation text, columns text[], key_mask text, source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($message$
    insert into tributary.%I (kind, relation, columns, row_count, body)
    select 'patch', %L, array_remove(array[%s], null), 1, array_remove(array[%s], null) from (%s) d where mask <> %L;$message$,
    outbox, relation,
    string_agg(format('case when substr(mask, %s, 1) = ''1'' then %L end', i, columns[i]), ', ' order by i),
    string_agg(format('case when substr(mask, %s, 1) = ''1'' then array[c%s]::text end', i, i), ', ' order by i),
    source, key_mask)
  from generate_subscripts(columns, 1) i
$$;

-- As message_sql, for rows that stayed in the filter: one message per set of changed columns. `source` also gives
-- mask, one character per column, '1' where the column changed; the key's are always '1'.
create or replace function tributary.patch_sql(outbox text, relation text, columns text[], key_mask text, source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($message$
    insert into tributary.%I (kind, relation, columns, row_count, body)
    select 'patch', %L, array_remove(array[%s], null), count(*), array_remove(array[%s], null)
    from (select *, sum(%s) over (partition by mask rows unbounded preceding) / 131072 as part from (%s) d
          where mask <> %L) e
    group by mask, part;$message$,
    outbox, relation,
    string_agg(format('case when substr(mask, %s, 1) = ''1'' then %L end', i, columns[i]), ', ' order by i),
    string_agg(format('case when substr(mask, %s, 1) = ''1'' then array_agg(c%s)::text end', i, i), ', ' order by i),
    string_agg(format('case when substr(mask, %s, 1) = ''1'' then coalesce(octet_length(c%s), 4) + 1 else 0 end', i, i), ' + ' order by i),
    source, key_mask)
  from generate_subscripts(columns, 1) i
$$;

-- ' and <left>.k = <right>.k ...' over key columns.
create or replace function tributary.key_match(key text[], left_alias text, right_alias text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s.%I = %s.%I', left_alias, k, right_alias, k), ' and ' order by i)
  from unnest(key) with ordinality u(k, i)
$$;

-- As key_match, for rows that a patch can make equal. No UPDATE above changes how a key is written (1.0 and 1.00 are equal) or
-- a column GENERATED ALWAYS AS IDENTITY: where these changed, the row above goes, and comes anew.
create or replace function tributary.same_row(relation regclass, columns text[], left_alias text, right_alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(match, ' and ' order by a.attnum)
  from tributary.key_columns(relation) key cross join pg_attribute a left join pg_collation l on l.oid = a.attcollation
    cross join lateral (values
    (a.attname = any (key), '%1$s.%3$I = %2$s.%3$I'),
    (a.attname = any (key) and not (a.atttypid = any ('{int2,int4,int8,uuid,bytea,date,timestamp,timestamptz}'::regtype[])
      or a.atttypid in ('text'::regtype, 'varchar'::regtype) and l.collisdeterministic),
      'row(%1$s.%3$I)::record operator(pg_catalog.*=) row(%2$s.%3$I)::record'),
    (not a.attname = any (key) and a.attidentity = 'a' and a.attname = any (columns), '%1$s.%3$I = %2$s.%3$I')) m(is_needed, template)
    cross join lateral format(m.template, left_alias, right_alias, a.attname) match
  where a.attrelid = relation and m.is_needed
$$;

-- 'c AS c1::text ...': columns as the text that travels.
create or replace function tributary.text_list(relation regclass, columns text[], alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s as c%s', tributary.text_sql(relation, c, format('%s.%I', alias, c)), i), ', ' order by i)
  from unnest(columns) with ordinality u(c, i)
$$;

-- A trigger function: body, with what it takes to see and write what the application's role may not. TRIBUTARY_FIRED: as the trigger that
-- it was made for, in a table of the family. Asked with the first question of the body, whose answer is no for most statements.
create or replace function tributary.create_capture_function(base regclass, relation text, event text, settings text, body text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  table_oid text := quote_literal(base::text) || '::pg_catalog.regclass::pg_catalog.oid';
begin
  body := replace(body, 'TRIBUTARY_FIRED', format('tg_op = %L and tg_relid = %s', upper(event), table_oid));
  -- Fired by hand, or put on a table of somebody's own, it writes nothing. A table that has left the family is captured no more. The
  -- transition tables, which all but TRUNCATE read, are there AFTER their event only.
  body := replace(body, 'TRIBUTARY_CHECK', format($check$
    if tg_op <> %L%s then
      raise exception using errcode = 'insufficient_privilege', message = %L;
    elsif tg_relid <> %4$s and not tributary.is_of(tg_relid, %4$s) then
      return null;
    end if;$check$,
    upper(event), case event when 'truncate' then ' or tg_when <> ''BEFORE'' or tg_level <> ''STATEMENT''' else '' end,
    format('this trigger function captures table "%s", and was called elsewhere', relation), table_oid));
  execute format(
    'create or replace function tributary.%I() returns trigger language plpgsql security definer '
    'set search_path = pg_catalog, pg_temp set jit = off %s as %L', tributary.object_name('capture_' || event, relation), settings,
    E'\n#variable_conflict use_column\n' || body);
end $$;

-- Makes the capture functions of one table from its row in tributary.capture.
create or replace function tributary.generate_capture(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule tributary.capture;
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  columns text[];
  outbox text;
  condition text;
  settings text;
  approved text; -- condition on alias r
  old_approved text;
  new_approved text;
  new_present text;
  joined text;
  patch_source text;
  key_mask text;
  same_row text;
  -- What most statements end with, so it comes first.
  crossed constant text := $c$
    if TRIBUTARY_FIRED and not exists (select from CROSSED n) then
      return null;
    end if;TRIBUTARY_CHECK$c$;
  counted constant text := $c$
    select count(*) into touched from (select from CROSSED n limit 2) t;
    if touched = 1 then$c$;
  -- A trigger changes rows of this table while another statement on it is still firing its own: then messages tell what is in
  -- the table now, whichever statement reports first.
  by_rows constant text := E'\n    <<by_rows>>\n    begin\n'
    '      if pg_trigger_depth() > 1 or current_setting(''tributary.nested'', true) = ''on'' then\n'
    '        perform set_config(''tributary.nested'', ''on'', true);\n        exit by_rows;\n      end if;';
  drop_as_it_is text;
  put_as_it_is text;
  twins text := '';
  -- Another part of the statement has put a row where one has gone; its own trigger may have fired before. "offset 0": asked by the
  -- key's index for each row that has gone.
  retaken text := format('exists (select from %s r where %s offset 0)', base, tributary.key_match(key, 'r', 'o'));
begin
  select * into strict rule from tributary.capture c where c.relation = generate_capture.relation;
  columns := tributary.travelling_columns(base, rule.columns);
  outbox := tributary.messages_name(rule.set_name);
  -- what calls functions of others is asked through a function that has no rights
  condition := tributary.call_of_condition(case cardinality(rule.calls) when 0 then rule.condition else tributary.name_of_filter(relation, rule.condition) end, base, 'r.');
  settings := tributary.text_settings(base, columns, false)
    -- backslashes of a filter that stayed text mean what they meant when it was bound
    || case when condition is null and strpos(rule.canonical, chr(92)) > 0 then ' set standard_conforming_strings = on' else '' end;
  same_row := tributary.same_row(base, columns, 'o', 'n');
  approved := format('(%s)', coalesce(condition, rule.canonical));
  if to_regclass(format('tributary.%I', tributary.object_name('provenance', relation))) is not null then
    approved := approved || format(' and not exists (select from tributary.%I p where %s)',
      tributary.object_name('provenance', relation), tributary.key_match(key, 'p', 'r'));
  end if;
  old_approved := format('(select r.* from old_rows r where %s)', approved);
  new_approved := format('(select r.* from new_rows r where %s)', approved);
  if (select c.relkind = 'r' and c.relhassubclass from pg_class c where c.oid = base) then
    twins := format(E'\n    if exists (select from %s n where 1 < (select count(*) from (select from %s r where %s offset 0 limit 2) t)) then'
      '\n      perform tributary.doubt_twins(%L);\n    end if;', new_approved, base, tributary.key_match(key, 'r', 'n'), relation);
  end if;
  new_present := case rule.on_leave when 'keep' then 'new_rows' else new_approved end;
  drop_as_it_is := tributary.message_sql(outbox, relation, 'drop', key, format(
      'select %s from %s o where not exists (select from %s r where %s%s)',
      tributary.text_list(base, key, 'o'), old_approved, base, tributary.same_row(base, columns, 'r', 'o'),
      case rule.on_leave when 'keep' then '' else ' and ' || approved end));
  put_as_it_is := tributary.message_sql(outbox, relation, 'put', columns, format(
      'select %s from %s r where %s and exists (select from TRIBUTARY_TOUCHED k where %s)',
      tributary.text_list(base, columns, 'r'), base, approved, tributary.key_match(key, 'k', 'r')))
    || E'\n    return null;\nend';
  -- A full join is planned as hash or merge join only: a plan that was cached for one row stays good for 100,000.
  joined := format('%s o full join TRIBUTARY_NEW n on %s', old_approved, same_row);

  perform tributary.create_capture_function(base, relation, 'insert', settings,
    E'declare\n  touched bigint;\nbegin' || replace(crossed, 'CROSSED', new_approved) || twins || by_rows || replace(counted, 'CROSSED', new_approved)
    || tributary.short_message_sql(outbox, relation, 'put', columns,
         format('select %s from %s n', tributary.text_list(base, columns, 'n'), new_approved))
    || E'\n    else'
    || tributary.message_sql(outbox, relation, 'put', columns,
         format('select %s from %s n', tributary.text_list(base, columns, 'n'), new_approved))
    || E'\n    end if;\n    return null;\n    end by_rows;' || replace(put_as_it_is, 'TRIBUTARY_TOUCHED', new_approved));

  perform tributary.create_capture_function(base, relation, 'delete', settings,
    E'declare\n  touched bigint;\nbegin' || replace(crossed, 'CROSSED', old_approved) || by_rows
    || format(E'\n    exit by_rows when exists (select from %s o where %s);', old_approved, retaken) || replace(counted, 'CROSSED', old_approved)
    || tributary.short_message_sql(outbox, relation, 'drop', key,
         format('select %s from %s o', tributary.text_list(base, key, 'o'), old_approved))
    || E'\n    else'
    || tributary.message_sql(outbox, relation, 'drop', key,
         format('select %s from %s o', tributary.text_list(base, key, 'o'), old_approved))
    || E'\n    end if;\n    return null;\n    end by_rows;' || drop_as_it_is || replace(put_as_it_is, 'TRIBUTARY_TOUCHED', old_approved));

  -- "offset 0": the mask is made once per row, not once for each column that looks at it.
  select format('select mask, %s from (select %s as mask, %s from %s where coalesce(o.%I is not null and n.%I is not null, false) offset 0) b',
      string_agg(case when c = any (key) then format('%s as c%s', tributary.text_sql(base, c, 'v' || i), i)
                 else format('case when substr(mask, %s, 1) = ''1'' then %s end as c%s', i, tributary.text_sql(base, c, 'v' || i), i) end, ', ' order by i),
      string_agg(case when c = any (key) then '''1'''
                 else format('(row(o.%I)::record operator(pg_catalog.*<>) row(n.%I)::record)::int', c, c) end, ' || ' order by i),
      string_agg(format('n.%I as v%s', c, i), ', ' order by i),
      replace(joined, 'TRIBUTARY_NEW', new_approved), key[1], key[1]),
    string_agg(case when c = any (key) then '1' else '0' end, '' order by i)
    into patch_source, key_mask from unnest(columns) with ordinality u(c, i);
  perform tributary.create_capture_function(base, relation, 'update', settings,
    E'declare\n  had bigint;\n  has bigint;\n  touched bigint;\nbegin'
    || format($c$
    if TRIBUTARY_FIRED and not exists (select from %2$s n) and not exists (select from %1$s o) then
      return null;
    end if;TRIBUTARY_CHECK$c$, old_approved, new_approved) || twins || by_rows
    || format(E'\n    select (select count(*) from (select from %s o limit 2) t), (select count(*) from (select from %s n limit 2) t) into had, has;',
         old_approved, new_approved)
    || E'\n    if had = 0 and has = 1 then'
    || tributary.short_message_sql(outbox, relation, 'put', columns,
         format('select %s from %s n', tributary.text_list(base, columns, 'n'), new_approved))
    || E'\n      return null;\n    elsif had = 1 and has = 1 then'
    || tributary.short_patch_sql(outbox, relation, columns, key_mask,
         replace(patch_source, replace(joined, 'TRIBUTARY_NEW', new_approved),
           format('%s o join %s n on %s', old_approved, new_approved, same_row)))
    || E'\n      -- else its key has changed, or nothing has\n      if found then\n        return null;\n      end if;\n    end if;'
    || format(E'\n    select count(o.%1$I), count(n.%1$I), count(*) into had, has, touched from %2$s;\n',
         key[1], replace(joined, 'TRIBUTARY_NEW', new_approved))
    || format(E'    if touched > has then\n      exit by_rows when exists (select from %s where coalesce(o.%I is not null and n.%I is null, false) and %s);',
         replace(joined, 'TRIBUTARY_NEW', 'new_rows'), key[1], key[1], retaken)
    || tributary.message_sql(outbox, relation, 'drop', key, format(
         'select %s from %s where coalesce(o.%I is not null and n.%I is null, false)',
         tributary.text_list(base, key, 'o'), replace(joined, 'TRIBUTARY_NEW', new_present), key[1], key[1]))
    || E'\n    end if;\n    if had + has > touched then'
    || tributary.patch_sql(outbox, relation, columns, key_mask, patch_source)
    || E'\n    end if;\n    if touched > had then'
    || tributary.message_sql(outbox, relation, 'put', columns, format(
         'select %s from %s where coalesce(o.%I is null, false)',
         tributary.text_list(base, columns, 'n'), replace(joined, 'TRIBUTARY_NEW', new_approved), key[1]))
    || E'\n    end if;\n    return null;\n    end by_rows;' || drop_as_it_is || replace(put_as_it_is, 'TRIBUTARY_TOUCHED', format('(select %1$s from %2$s o union select %1$s from %3$s n)',
         (select string_agg(quote_ident(k), ', ') from unnest(key) k), old_approved, new_approved)));

  -- TRUNCATE: this node's rows are dropped above one by one. A parent reads itself only: its children fire their own.
  perform tributary.create_capture_function(base, relation, 'truncate', settings,
    E'beginTRIBUTARY_CHECK\n  execute replace(' || quote_literal(tributary.message_sql(outbox, relation, 'drop', key, format(
      'select %s from only TRIBUTARY_TARGET r where %s', tributary.text_list(base, key, 'r'), approved)))
    || E', ''TRIBUTARY_TARGET'', tg_relid::regclass::text);\n  return null;\nend');
  perform tributary.settle_functions(relation, '{capture_insert,capture_update,capture_delete,capture_truncate}');
  perform tributary.note_code(relation, '{capture_insert,capture_update,capture_delete,capture_truncate}');
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
-- by ALTER TABLE, as our owner.
create or replace function tributary.capture_table(set_name text, relation regclass, filter text, columns text[], on_leave text, following boolean default false)
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
    perform tributary.drop_triggers(array(select tributary.leavers(c.relid || c.family, capture_table.relation)), 'tributary\_capture\_')
    from tributary.capture c where c.relation = name;
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
  insert into tributary.capture as c (relation, set_name, filter, columns, on_leave, canonical, layout, relid, bound, calls, family, condition, numbers) values (
      name, set_name, filter, columns, on_leave, canonical, tributary.layout(relation, columns), relation, bound, marks, known, condition, tributary.column_numbers(relation, columns))
    on conflict on constraint capture_pkey do update set set_name = excluded.set_name, filter = excluded.filter,
      columns = excluded.columns, on_leave = excluded.on_leave, canonical = excluded.canonical, layout = excluded.layout,
      relid = excluded.relid, bound = excluded.bound, calls = excluded.calls, family = excluded.family, condition = excluded.condition,
      numbers = case when following then c.numbers else '{}' end || excluded.numbers;
  perform tributary.generate_capture(name);
  for member in select tributary.family(relation) loop
    perform tributary.attach_capture(member, name);
  end loop;
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

-- True when each of our triggers of that prefix is on the table, enabled, and calls our function.
create or replace function tributary.has_triggers(member regclass, prefix text, wanted int) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select count(*) = wanted from pg_trigger t join pg_proc p on p.oid = t.tgfoid
  where t.tgrelid = member and t.tgname like prefix || '%' and t.tgenabled = 'O' and p.pronamespace = 'tributary'::regnamespace
$$;

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
  for found in select t.tgname, t.tgrelid::regclass as member from pg_trigger t where t.tgrelid = any (tables) and t.tgname like prefix || '%' loop
    execute format('drop trigger %I on %s', found.tgname, found.member);
  end loop;
end $$;

create or replace function tributary.settle_functions(relation text, prefixes text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select tributary.settle_function(p.oid) from pg_proc p
  where p.pronamespace = 'tributary'::regnamespace and p.proname in (select tributary.object_name(prefix, relation) from unnest(prefixes) prefix)
$$;

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
  perform tributary.drop_triggers(array(select tributary.family(tributary.relation_of(uncapture_table.relation))) || c.relid || c.family, 'tributary\_capture\_')
  from tributary.capture c where c.relation = uncapture_table.relation;
  perform tributary.drop_functions(relation, '{capture_insert,capture_update,capture_delete,capture_truncate,filter,filter2,condition,condition2}');
  delete from tributary.capture c where c.relation = uncapture_table.relation;
end $$;
