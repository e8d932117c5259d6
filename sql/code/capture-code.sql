-- The code of capture: trigger functions, made for each table. They have no SET clauses, each of which costs as much as a draft
-- does: what they call is named with its schema, operators too, and the filter was parsed when it was made. So nothing that a
-- session has set, and nothing that somebody puts into a schema, changes what they mean. Where that cannot be had (types that
-- are not PostgreSQL's own, a filter that stayed text), they have them.

-- Settings that change how values of these columns are written as text (reading: how that text is read). A type that is not listed
-- may depend on any. has_effect: SQL, true where text that is written as the session is set now is not read back exactly, or where
-- a key would be written in another way.
create or replace function tributary.settings_of_types(relation regclass, columns text[], reading boolean)
returns table (name text, value text, has_effect text) language sql stable set search_path = pg_catalog, pg_temp as $$
  with used as (
    select coalesce(e.oid, b.type) as type, a.attname = any (tributary.key_columns(relation)) as is_key
    from pg_attribute a cross join lateral tributary.type_below(relation, a.attname) b(type) join pg_type t on t.oid = b.type
      left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
    where a.attrelid = relation and a.attname = any (columns) and not a.attisdropped
  )
  select s.name, s.value, case when s.is_exact is null then 'false' when s.is_exact = '' or s.name in ('timezone', 'bytea_output') and exists (select from used u where u.is_key and u.type = any (s.types))
    then format('pg_catalog.current_setting(%L) operator(pg_catalog.<>) %L', s.name, s.value) else format('(%s) is not true', s.is_exact) end
  from (values
    -- What is written with the first four reads the same under any setting.
    ('datestyle', 'ISO, YMD', '{date,timestamp,timestamptz}'::regtype[], false, $c$pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')$c$),
    ('timezone', 'UTC', '{timestamptz}', false, null),
    ('extra_float_digits', '3', '{float4,float8}', false, $c$pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])$c$),
    ('bytea_output', 'hex', '{bytea}', false, null),
    ('intervalstyle', 'postgres', '{interval}', true, ''),
    ('lc_monetary', 'C', '{money}', true, ''),
    ('xmloption', 'content', '{xml}', true, '')) s(name, value, types, matters_to_readers, is_exact)
  where tributary.has_unknown_types(relation, columns)
    or exists (select from used u where u.type = any (s.types)) and (s.matters_to_readers or not reading)
$$;

-- Types whose text may depend on any setting.
create or replace function tributary.has_unknown_types(relation regclass, columns text[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from unnest(columns) c cross join lateral tributary.type_below(relation, c) b(type) join pg_type t on t.oid = b.type
      left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
    where coalesce(e.typtype, t.typtype) <> 'e' and coalesce(e.oid, t.oid) <> all ('{bool,int2,int4,int8,numeric,text,varchar,bpchar,name,uuid,json,jsonb,
      inet,cidr,macaddr,bit,varbit,time,timetz,date,timestamp,timestamptz,interval,float4,float8,bytea,money,xml}'::regtype[]))
$$;

-- SET clauses that pin them.
create or replace function tributary.text_settings(relation regclass, columns text[], reading boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(format('set %s = %L', s.name, s.value), ' ' order by s.name), '') from tributary.settings_of_types(relation, columns, reading) s
$$;

-- INSERT into the outbox of the rows that `source` selects (columns c1...cn as text, one per name in `columns`), in
-- messages of about 128 KiB.
create or replace function tributary.message_sql(outbox text, relation text, kind text, columns text[], source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.render($message$
    insert into tributary.{{outbox}} (kind, relation, columns, row_count, body)
    select {{kind}}, {{relation}}, {{columns}}, pg_catalog.count(*), tributary.carriable({{relation}}, {{columns}}, array[{{body}}])
    from (select *, pg_catalog.sum({{length}}) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from ({{source}}) d) e
    group by part;$message$,
    jsonb_build_object('outbox', quote_ident(outbox), 'kind', quote_literal(kind), 'relation', quote_literal(relation),
      'columns', quote_literal(columns) || '::pg_catalog.text[]', 'source', source,
      'body', string_agg(format('pg_catalog.array_agg(c%s)::pg_catalog.text', i), ', ' order by i),
      'length', string_agg(format('coalesce(pg_catalog.octet_length(c%s), 4) operator(pg_catalog.+) 1', i), ' operator(pg_catalog.+) ' order by i)))
  from generate_subscripts(columns, 1) i
$$;

-- As message_sql, for rows that stayed in the filter: one message per set of changed columns. `source` also gives
-- mask, one character per column, '1' where the column changed; the key's are always '1'.
create or replace function tributary.patch_sql(outbox text, relation text, columns text[], key_mask text, source text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.render($message$
    insert into tributary.{{outbox}} (kind, relation, columns, row_count, body)
    select 'patch', {{relation}}, pg_catalog.array_remove(array[{{columns}}], null), pg_catalog.count(*),
      tributary.carriable({{relation}}, pg_catalog.array_remove(array[{{columns}}], null), pg_catalog.array_remove(array[{{body}}], null))
    from (select *, pg_catalog.sum({{length}}) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from ({{source}}) d
          where mask operator(pg_catalog.<>) {{key_mask}}) e
    group by mask, part;$message$,
    jsonb_build_object('outbox', quote_ident(outbox), 'relation', quote_literal(relation), 'source', source, 'key_mask', quote_literal(key_mask),
      'columns', string_agg(format('case when %s then %L end', tributary.in_mask(i), columns[i]), ', ' order by i),
      'body', string_agg(format('case when %s then pg_catalog.array_agg(c%s)::pg_catalog.text end', tributary.in_mask(i), i), ', ' order by i),
      'length', string_agg(format('case when %s then coalesce(pg_catalog.octet_length(c%s), 4) operator(pg_catalog.+) 1 else 0 end', tributary.in_mask(i), i), ' operator(pg_catalog.+) ' order by i)))
  from generate_subscripts(columns, 1) i
$$;

create or replace function tributary.in_mask(place int) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select format('pg_catalog.substr(mask, %s, 1) operator(pg_catalog.=) ''1''', place) $$;

-- ' and <left>.k = <right>.k ...' over key columns.
create or replace function tributary.key_match(key text[], left_alias text, right_alias text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s.%I operator(pg_catalog.=) %s.%I', left_alias, k, right_alias, k), ' and ' order by i)
  from unnest(key) with ordinality u(k, i)
$$;

-- Is a value written in one way only, so that equal values are the same text?
create or replace function tributary.has_one_text(relation regclass, column_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.atttypid = any ('{bool,int2,int4,int8,uuid,bytea,date,timestamp,timestamptz}'::regtype[])
    or a.atttypid in ('text'::regtype, 'varchar'::regtype) and l.collisdeterministic
  from pg_attribute a left join pg_collation l on l.oid = a.attcollation where a.attrelid = relation and a.attname = column_name
$$;

-- As key_match, for rows that a patch can make equal. No UPDATE above changes how a key is written (1.0 and 1.00 are equal) or
-- a column GENERATED ALWAYS AS IDENTITY: where these changed, the row above goes, and comes anew.
create or replace function tributary.same_row(relation regclass, columns text[], left_alias text, right_alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(match, ' and ' order by a.attnum)
  from tributary.key_columns(relation) key cross join pg_attribute a cross join lateral (values
    (a.attname = any (key), '%1$s.%3$I operator(pg_catalog.=) %2$s.%3$I'),
    (a.attname = any (key) and not tributary.has_one_text(relation, a.attname), 'row(%1$s.%3$I)::pg_catalog.record operator(pg_catalog.*=) row(%2$s.%3$I)::pg_catalog.record'),
    (not a.attname = any (key) and a.attidentity = 'a' and a.attname = any (columns), '%1$s.%3$I operator(pg_catalog.=) %2$s.%3$I')) m(is_needed, template)
    cross join lateral format(m.template, left_alias, right_alias, a.attname) match
  where a.attrelid = relation and m.is_needed
$$;

-- True where two values of a column would be written differently.
create or replace function tributary.differs_sql(relation regclass, column_name text, before text, after text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format(case when tributary.has_one_text(relation, column_name)
    then '((%1$s operator(pg_catalog.=) %2$s) is not true and (%1$s is not null or %2$s is not null))'
    else 'row(%1$s)::pg_catalog.record operator(pg_catalog.*<>) row(%2$s)::pg_catalog.record' end, before || '.' || quote_ident(column_name), after || '.' || quote_ident(column_name))
$$;

-- 'c AS c1 ...': columns as the text that travels.
create or replace function tributary.text_list(relation regclass, columns text[], alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s as c%s', tributary.text_sql(relation, c, format('%s.%I', alias, c)), i), ', ' order by i)
  from unnest(columns) with ordinality u(c, i)
$$;

-- True where a row is so short that nothing of it needs to be asked how long it is; the text of other types is asked by carriable().
create or replace function tributary.is_short_sql(relation regclass, columns text[], alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce('coalesce(greatest(' || string_agg(format('pg_catalog.octet_length(%s.%I)', alias, c), ', ' order by i) || '), 0) operator(pg_catalog.<) ' || 15000000 / cardinality(columns), 'true')
  from unnest(columns) with ordinality u(c, i) where tributary.type_below(relation, c) in ('text'::regtype, 'varchar'::regtype, 'bytea'::regtype)
$$;

-- Are there types whose text can be long, and cannot be told the length of before it is made?
create or replace function tributary.has_long_types(relation regclass, columns text[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from unnest(columns) c cross join lateral tributary.type_below(relation, c) b(type) join pg_type t on t.oid = b.type
    where t.typlen < 0 and b.type not in ('text'::regtype, 'varchar'::regtype, 'bytea'::regtype, 'numeric'::regtype, 'inet'::regtype, 'cidr'::regtype))
$$;

-- Other triggers write the table, or functions that a statement calls: then messages must tell what the statement left behind, whoever
-- reports first. The setting tributary.nested says "on" of a transaction where a trigger did that, or names the client's
-- statement that has changed or dropped rows, by its time within the minute.
create or replace function tributary.statement_mark() returns text
language sql stable return date_part('microseconds', statement_timestamp())::text;

create or replace function tributary.is_marked_sql() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select $marked$coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark()$marked$
$$;

-- Trigger functions as templates. Plain: nothing else can have happened to a row in the statement, and text is written as it should be.
-- Alone: a statement's only row; where there are more, these write nothing. What is pinned is put back.
create or replace function tributary.code_of_capture(event text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $code$ select case event when 'insert' then $template${{declare}}
  is_plain pg_catalog.bool;
begin
  if not exists (select from {{new}} n) then
    return null;
  end if;{{check}}{{twins}}
  is_plain := {{is_plain}};
  if is_plain and {{is_marked}} then
    is_plain := not {{is_stale}};
  end if;
  if is_plain then
    {{put_alone}}
    if found then
      return null;
    end if;
  end if;
  {{pin}}
  <<by_rows>>
  begin
    {{nest}}
    exit by_rows when {{may_be_stale}} and {{is_stale}};
    {{put}}
    {{unpin}}
    return null;
  end by_rows;
  {{put_as_it_is}}
  {{unpin}}
  return null;
end$template$ when 'delete' then $template${{declare}}
  ignored pg_catalog.text;
begin
  if not exists (select from {{old}} o) then
    return null;
  end if;{{check}}
  if {{is_plain}} then
    {{drop_alone}}
    if found then
      {{mark}}
      return null;
    end if;
  end if;
  {{pin}}
  <<by_rows>>
  begin
    {{nest}}
    {{mark}}
    exit by_rows when exists (select from {{old}} o where {{is_retaken}});
    {{drop}}
    {{unpin}}
    return null;
  end by_rows;
  {{drop_as_it_is}}
  {{put_as_it_is}}
  {{unpin}}
  return null;
end$template$ when 'update' then $template${{declare}}
  ignored pg_catalog.text;{{declare_changes}}
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from {{new}} n), exists (select from {{old}} o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;{{check}}{{twins}}
  is_plain := {{is_plain}};
  if is_plain and {{is_marked}} then
    is_plain := not {{is_stale}};
  end if;
  if is_plain then
    if not is_before then
      {{put_alone}}
      if found then
        return null;
      end if;
    else
      if is_after then
        {{patch_alone}}
      else
        {{leave_alone}}
      end if;
      if found then
        {{mark}}
        return null;
      end if;
    end if;
  end if;
  {{pin}}
  <<by_rows>>
  begin
    {{nest}}
    exit by_rows when {{may_be_stale}} and {{is_stale}};
    {{mark}}
    select pg_catalog.count(o.{{first}}), pg_catalog.count(n.{{first}}), pg_catalog.count(*) into had, has, touched from {{joined}};
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from {{joined_to_kept}} where coalesce(o.{{first}} is not null and n.{{first}} is null, false) and {{is_retaken}});
      {{drop}}
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      {{patch}}
    end if;
    if touched operator(pg_catalog.>) had then
      {{put}}
    end if;
    {{unpin}}
    return null;
  end by_rows;
  {{drop_as_it_is}}
  {{put_as_it_is}}
  {{unpin}}
  return null;
end$template$ else $template$
begin{{check}}
  execute {{truncate}};
  return null;
end$template$ end $code$;

-- Fired by hand, or put on a table of somebody's own, a trigger function writes nothing. A table that has left the family is captured no
-- more. Transition tables, which all but TRUNCATE read, are there AFTER their event only.
create or replace function tributary.code_of_check(event text, base regclass, relation text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.render($template$
  if tg_op operator(pg_catalog.<>) {{event}}{{before}} then
    raise exception using errcode = 'insufficient_privilege', message = {{message}};
  elsif tg_relid operator(pg_catalog.<>) {{table}} and not tributary.is_of(tg_relid, {{table}}) then
    return null;
  end if;$template$, jsonb_build_object(
    'event', quote_literal(upper(event)), 'table', quote_literal(base::text) || '::pg_catalog.regclass::pg_catalog.oid',
    'before', case event when 'truncate' then ' or tg_when operator(pg_catalog.<>) ''BEFORE'' or tg_level operator(pg_catalog.<>) ''STATEMENT''' else '' end,
    'message', quote_literal(format('this trigger function captures table "%s", and was called elsewhere', relation))))
$$;

-- Makes the trigger function of an event, with what it takes to see and write what the application's role may not. parts: what there is for
-- any of the templates.
create or replace function tributary.create_capture_function(base regclass, relation text, event text, settings text, parts jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  template text := tributary.code_of_capture(event);
begin
  execute format('create or replace function tributary.%I() returns trigger language plpgsql security definer %s as %L',
    tributary.object_name('capture_' || event, relation), settings, E'\n#variable_conflict use_column\n' || tributary.render(template, tributary.parts_of(template, parts || jsonb_build_object('check', tributary.code_of_check(event, base, relation)))));
end $$;

-- ' and ...': a row r is this node's own. One that is shared may be this node's besides.
create or replace function tributary.is_own_sql(relation text, key text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when to_regclass(p.provenance) is null then ''
    when tributary.is_shared(relation) then format(' and coalesce((select pg_catalog.bool_or(p.tributary_owner operator(pg_catalog.=) %L) from %s p where %s), true)',
      (select n.name from tributary.node n), p.provenance, tributary.key_match(key, 'p', 'r'))
    else format(' and not exists (select from %s p where %s)', p.provenance, tributary.key_match(key, 'p', 'r')) end
  from format('tributary.%I', tributary.object_name('provenance', relation)) p(provenance)
$$;

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
  is_pinned boolean;
  approved text; -- condition on alias r
  old text;
  new text;
  joined text;
  joined_to_all text;
  there text; -- a row above of the key of o
  is_both constant text := format('where coalesce(o.%1$I is not null and n.%1$I is not null, false)', key[1]);
  is_gone constant text := format('where coalesce(o.%1$I is not null and n.%1$I is null, false)', key[1]);
  mask text;
  key_mask text;
  parts jsonb;
begin
  select * into strict rule from tributary.capture c where c.relation = generate_capture.relation;
  columns := tributary.travelling_columns(base, rule.columns);
  outbox := tributary.messages_name(rule.set_name);
  -- what calls functions of others is asked through a function that has no rights
  condition := tributary.call_of_condition(case cardinality(rule.calls) when 0 then rule.condition else tributary.name_of_filter(relation, rule.condition) end, base, 'r.');
  is_pinned := tributary.has_unknown_types(base, columns) or condition is null and rule.canonical <> 'true';
  settings := 'set search_path = pg_catalog, pg_temp set jit = off ' || tributary.text_settings(base, columns, false)
    -- backslashes of a filter that stayed text mean what they meant when it was bound
    || case when condition is null and strpos(rule.canonical, chr(92)) > 0 then ' set standard_conforming_strings = on' else '' end;
  approved := format('(%s)%s', coalesce(condition, rule.canonical), tributary.is_own_sql(relation, key));
  old := format('(select r.* from old_rows r where %s)', approved);
  new := format('(select r.* from new_rows r where %s)', approved);
  -- A full join is planned as hash or merge join only, and coalesce() keeps it one: a plan that was cached for one row stays good for 100,000.
  joined := format('%s o full join %s n on %s', old, new, tributary.same_row(base, columns, 'o', 'n'));
  joined_to_all := format('%s o full join new_rows n on %s', old, tributary.same_row(base, columns, 'o', 'n'));
  -- "offset 0": the mask is made once per row, not once for each column that looks at it.
  select format('select mask, %s from (select %s as mask, %s from %s %s offset 0) b',
      string_agg(case when c = any (key) then format('%s as c%s', tributary.text_sql(base, c, 'v' || i), i)
                 else format('case when %s then %s end as c%s', tributary.in_mask(i::int), tributary.text_sql(base, c, 'v' || i), i) end, ', ' order by i),
      string_agg(case when c = any (key) then '''1''' else format('case when %s then ''1'' else ''0'' end', tributary.differs_sql(base, c, 'o', 'n')) end, ' operator(pg_catalog.||) ' order by i),
      string_agg(format('n.%I as v%s', c, i), ', ' order by i), joined, is_both),
    string_agg(case when c = any (key) then '1' else '0' end, '' order by i)
  into mask, key_mask from unnest(columns) with ordinality u(c, i);

  -- "offset 0": asked by the key's index for each row that has gone
  there := format('select from %s r where %s%s offset 0', base, tributary.key_match(key, 'r', 'o'), case rule.on_leave when 'keep' then '' else ' and ' || approved end);
  parts := tributary.parts_of_session(base, columns, is_pinned) || tributary.parts_of_lone_rows(base, relation, outbox, columns, rule.on_leave, there) || jsonb_build_object(
    'old', old, 'new', new, 'first', quote_ident(key[1]), 'joined', joined, 'joined_to_kept', case rule.on_leave when 'keep' then joined_to_all else joined end,
    'twins', case when (select c.relkind = 'r' and c.relhassubclass from pg_class c where c.oid = base)
      then format(E'\n  if exists (select from %s n where 1 operator(pg_catalog.<) (select pg_catalog.count(*) from (select from %s r where %s offset 0 limit 2) t)) then'
        '\n    perform tributary.doubt_twins(%L);\n  end if;', new, base, tributary.key_match(key, 'r', 'n'), relation)
      else '' end,
    -- A function that the statement called has changed its rows since, or a foreign key's action: its changes are in the same transition tables.
    'may_be_stale', case when tributary.has_actions(base) then 'true' else tributary.is_marked_sql() end,
    'is_stale', (select format('exists (select from new_rows n where not exists (select from %s r where %s and row(%s)::pg_catalog.record operator(pg_catalog.*=) row(%s)::pg_catalog.record offset 0))',
        base, tributary.key_match(key, 'r', 'n'), string_agg(format('r.%I', c), ', ' order by i), string_agg(format('n.%I', c), ', ' order by i))
      from unnest(columns) with ordinality u(c, i)),
    -- Another part of the statement, or a function that it calls, has put a row where one has gone; its own trigger may have fired before.
    'is_retaken', format('exists (%s)', there),
    -- "as it is": what the statement touched, as it is in the table now
    'drop_as_it_is', tributary.message_sql(outbox, relation, 'drop', key, format('select %s from %s o where not exists (select from %s r where %s%s)',
      tributary.text_list(base, key, 'o'), old, base, tributary.same_row(base, columns, 'r', 'o'), case rule.on_leave when 'keep' then '' else ' and ' || approved end)),
    'patch', tributary.patch_sql(outbox, relation, columns, key_mask, mask),
    'truncate', tributary.truncate_sql(base, outbox, relation, key, approved));

  perform tributary.create_capture_function(base, relation, made.event, case when is_pinned or made.event = 'truncate' then settings else '' end, parts || jsonb_build_object(
    'put', tributary.message_sql(outbox, relation, 'put', columns, format('select %s from %s', tributary.text_list(base, columns, 'n'), made.put_from)),
    'put_as_it_is', tributary.message_sql(outbox, relation, 'put', columns, format('select %s from %s r where %s and exists (select from %s k where %s)',
      tributary.text_list(base, columns, 'r'), base, approved, made.touched, tributary.key_match(key, 'k', 'r'))),
    'drop', made.drop))
  from (
    select event, put_from, touched, tributary.message_sql(outbox, relation, 'drop', key, format('select %s from %s', tributary.text_list(base, key, 'o'), drop_from)) as drop
    from (values
      ('insert', new || ' n', new, 'old_rows o'),
      ('delete', new || ' n', old, old || ' o'),
      ('update', format('%s where coalesce(o.%I is null, false)', joined, key[1]), format('(select %1$s from %2$s o union select %1$s from %3$s n)', (select string_agg(quote_ident(k), ', ') from unnest(key) k), old, new),
        (parts ->> 'joined_to_kept') || ' ' || is_gone),
      ('truncate', new || ' n', new, old || ' o')) e(event, put_from, touched, drop_from)) made;
  perform tributary.settle_functions(relation, '{capture_insert,capture_update,capture_delete,capture_truncate}');
  perform tributary.note_code(relation, '{capture_insert,capture_update,capture_delete,capture_truncate}');
  perform tributary.generate_replicated_capture(relation);
end $$;

-- An expression for the statement that drops, above, each row of the table that a trigger fired for. A parent reads itself only: its
-- children fire their own.
create or replace function tributary.truncate_sql(base regclass, outbox text, relation text, key text[], approved text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_literal(part), ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' order by i)
  from md5(approved || key::text) hole -- what is hashed cannot hold its own hash
    cross join lateral string_to_table(tributary.message_sql(outbox, relation, 'drop', key, format('select %s from only %s r where %s', tributary.text_list(base, key, 'r'), hole, approved)), hole)
    with ordinality p(part, i)
$$;

-- What of the templates has to do with what a session has set. is_pinned: the function has SET clauses for all that matters.
create or replace function tributary.parts_of_session(base regclass, columns text[], is_pinned boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  with pin as (
    select s.name, s.value, s.has_effect, row_number() over () as place from (
      values ('search_path', 'pg_catalog, pg_temp', 'false'), ('jit', 'off', 'false')
      union all
      select t.name, t.value, t.has_effect from tributary.settings_of_types(base, columns, false) t) s(name, value, has_effect)
    where not is_pinned)
  select jsonb_build_object(
    'declare', case when is_pinned then E'\n<<v>>\ndeclare' else E'\n<<v>>\ndeclare\n  was pg_catalog.text[];' end,
    'pin', case when is_pinned then '' else format('was := array[%s]; perform %s;', string_agg(format('pg_catalog.current_setting(%L)', p.name), ', ' order by p.place),
      string_agg(format('pg_catalog.set_config(%L, %L, true)', p.name, p.value), ', ' order by p.place)) end,
    'unpin', case when is_pinned then '' else format('perform %s;', string_agg(format('pg_catalog.set_config(%L, was[%s], true)', p.name, p.place), ', ' order by p.place)) end,
    'mark', 'ignored := pg_catalog.set_config(''tributary.nested'', tributary.statement_mark(), true);', -- an assignment costs less than PERFORM
    'nest', $nest$if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;$nest$,
    'is_marked', tributary.is_marked_sql(),
    'is_plain', $plain$pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on'$plain$
      || coalesce(string_agg(' and (' || p.has_effect || ') is not true', '' order by p.place) filter (where p.has_effect <> 'false'), ''))
  from pin p
$$;

-- What of the templates writes a row that is alone: nothing, where it is not short or its key has changed.
create or replace function tributary.parts_of_lone_rows(base regclass, relation text, outbox text, columns text[], on_leave text, there text) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  key text[] := tributary.key_columns(base);
  keys constant text := format('%L::pg_catalog.text[]', key);
  is_alone constant text := 'not exists (select from %s offset 1) and ';
  dropped constant text := tributary.lone_body_sql(base, relation, key, 'o');
  listed text;
  body text;
  variables text;
  compared text;
  changed text;
begin
  -- Whether a column has changed is asked once, and kept in a variable of the block v.
  select string_agg(case when d is null then quote_literal(c) else format('case when v.d%s then %L end', i, c) end, ', ' order by i),
    string_agg(case when d is null then v else format('case when v.d%s then %s end', i, v) end, ', ' order by i),
    coalesce(string_agg(format(E'\n  d%s pg_catalog.bool;', i), '' order by i) filter (where d is not null), ''),
    format('select %s into %s from old_rows o join new_rows n on %s where not exists (select from new_rows offset 1);', string_agg(d, ', ' order by i), string_agg('v.d' || i, ', ' order by i) filter (where d is not null), tributary.same_row(base, columns, 'o', 'n')),
    string_agg('v.d' || i, ' or ' order by i) filter (where d is not null)
  into listed, body, variables, compared, changed
  from (select c, i, case when c <> all (key) then tributary.differs_sql(base, c, 'o', 'n') end, tributary.lone_value_sql(base, c, format('n.%I', c)) from unnest(columns) with ordinality u(c, i)) w(c, i, d, v);
  if cardinality(columns) > 1000 then -- PL/pgSQL takes 1,024 variables after INTO
    variables := '';
  end if;
  listed := format('pg_catalog.array_remove(array[%s], null)', listed);
  body := format('pg_catalog.array_remove(array[%s], null)', body);
  return jsonb_build_object(
    'put_alone', tributary.lone_message_sql(outbox, relation, 'put', format('%L::pg_catalog.text[]', columns), tributary.lone_body_sql(base, relation, columns, 'r'),
      'new_rows r where ' || format(is_alone, 'new_rows') || tributary.is_short_sql(base, columns, 'r')),
    'drop_alone', tributary.lone_message_sql(outbox, relation, 'drop', keys, dropped, format('old_rows o where %s%s and not exists (%s)',
      format(is_alone, 'old_rows'), tributary.is_short_sql(base, key, 'o'), there)),
    'leave_alone', case on_leave when 'keep' then 'perform from new_rows where false;'
      else tributary.lone_message_sql(outbox, relation, 'drop', keys, dropped, format('old_rows o join new_rows n on %s where %s%s and not exists (%s)',
        tributary.key_match(key, 'o', 'n'), format(is_alone, 'new_rows'), tributary.is_short_sql(base, key, 'o'), there)) end,
    'declare_changes', variables,
    'patch_alone', case when variables = '' then 'perform from new_rows where false;' else compared || E'\n        ' || tributary.lone_message_sql(outbox, relation, 'patch', listed, case when tributary.has_long_types(base, columns)
        then format('tributary.carriable(%L, %s, %s)', relation, listed, body) else body end,
      format('new_rows n where (%s) and %s', changed, tributary.is_short_sql(base, columns, 'n'))) end);
end $$;

create or replace function tributary.lone_message_sql(outbox text, relation text, kind text, columns text, body text, source text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('insert into tributary.%I (kind, relation, columns, row_count, body) select %L, %L, %s, 1, %s from %s;', outbox, kind, relation, columns, body, source)
$$;

-- The value of a column in a message of one row.
create or replace function tributary.lone_value_sql(base regclass, column_name text, value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$ select format('array[%s]::pg_catalog.text', tributary.short_text_sql(base, column_name, value)) $$;

create or replace function tributary.lone_body_sql(base regclass, relation text, columns text[], alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when tributary.has_long_types(base, columns) then format('tributary.carriable(%L, %L::pg_catalog.text[], array[%s])', relation, columns, list) else format('array[%s]', list) end
  from (select string_agg(tributary.lone_value_sql(base, c, format('%s.%I', alias, c)), ', ' order by i) from unnest(columns) with ordinality u(c, i)) b(list)
$$;
