-- Delivery: a trigger on the outbox above applies each message to the table of the same name, set by set, and keeps
-- for every delivered row which node owns it. What cannot be applied is parked; the stream goes on.

-- Applies one message of one table, whole, or raises why not. Made per table as tributary."apply_<relation>".
create or replace function tributary.apply(relation text, node text, kind text, columns text[], row_count int, body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  is_shared boolean := (select d.shared from tributary.delivery d where d.relation = apply.relation);
begin
  perform tributary.expect_converted(relation, node, columns);
  if is_shared is null then
    raise exception 'nothing delivers into table "%" here', relation using errcode = 'undefined_table';
  elsif is_shared then
    perform tributary.apply_shared(relation, node, kind, columns, row_count, body);
    return;
  end if;
  execute format('select tributary.%I($1, $2, $3, $4, $5)', tributary.object_name('apply', relation))
    using node, kind, columns, row_count, body;
end $$;

-- Puts into the outbox what no message of the stream says: the tiers above learn what a first copy brought here.
create or replace function tributary.pass_on(set_name text, relation text, node text, kind text, columns text[], row_count int, body text[])
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  role text := current_setting('session_replication_role');
begin
  if exists (select from tributary.node n where n.is_root) then
    return;
  end if;
  -- It is applied here already: delivery's own triggers, which fire in the role "replica", have nothing to do.
  perform set_config('session_replication_role', 'origin', true);
  execute format('insert into tributary.%I (node, epoch, number, kind, relation, columns, row_count, body) values ($1, $7, 0, $2, $3, $4, $5, tributary.carriable($3, $4, $6))',
    tributary.messages_name(set_name)) using node, kind, relation, columns, row_count, body,
    -- tells by whom it was passed on: both ends of a link count messages by it
    -1 - abs(hashtextextended((select n.name from tributary.node n), 0) % 1000000000);
  perform set_config('session_replication_role', role, true);
end $$;

-- The rows of a message as a subquery named by column. `body` and `columns` are SQL expressions.
create or replace function tributary.incoming_sql(relation regclass, wanted text[], columns text, body text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('(select %s from unnest(%s) u(%s)) i',
    string_agg(format('u.t%s::%s as %I', i, tributary.cast_type(relation, c), c), ', ' order by i),
    string_agg(format('%s[array_position(%s, %L)]::%s[]', body, columns, c, tributary.read_type(relation, c)), ', ' order by i),
    string_agg('t' || i, ', ' order by i))
  from unnest(wanted) with ordinality u(c, i)
$$;

-- Writes the rows of a put. A row that is there already takes the values of the columns that travelled, the key's too (it may
-- be written otherwise); one that is there and equal is not written.
create or replace function tributary.put_sql(relation regclass, wanted text[], columns text, body text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when not tributary.has_update_rule(relation)
    then format('insert into %s as t (%s) overriding system value select %s from %s on conflict (%s) %s',
      relation, names, own, rows, key, coalesce('do update set ' || assigned || ' where ' || differs, 'do nothing'))
    else format('with i as materialized (select * from %s)%s insert into %s (%s) overriding system value select %s from i where not exists (select from %s t where %s)',
      rows, format(', u as (update %s t set %s from i where %s and (%s))', relation, assigned, is_same, differs), relation, names, own, relation, is_same) end
  from (select string_agg(quote_ident(c), ', ' order by i), string_agg(format('i.%I', c), ', ' order by i),
      tributary.incoming_sql(relation, wanted, columns, body), (select string_agg(quote_ident(k), ', ') from unnest(tributary.key_columns(relation)) k),
      tributary.key_match(tributary.key_columns(relation), 't', 'i'),
      string_agg(format('%1$I = %2$s.%1$I', c, x.source), ', ' order by i) filter (where a.attidentity <> 'a'),
      string_agg(format('row(t.%1$I)::record operator(pg_catalog.*<>) row(%2$s.%1$I)::record', c, x.source), ' or ' order by i) filter (where a.attidentity <> 'a')
    from unnest(wanted) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c
      cross join (select case when tributary.has_update_rule(relation) then 'i' else 'excluded' end) x(source)) w(names, own, rows, key, is_same, assigned, differs)
$$;

-- SQL that makes way for rows of a put whose column GENERATED ALWAYS AS IDENTITY changed: no UPDATE writes one.
create or replace function tributary.make_way_sql(relation regclass, wanted text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when count(*) > 0 then format('delete from %s t using %s where %s and (%s);', relation,
    tributary.incoming_sql(relation, tributary.key_columns(relation) || array_agg(c), 'tributary_columns', 'tributary_body'),
    tributary.key_match(tributary.key_columns(relation), 't', 'i'), string_agg(format('t.%1$I <> i.%1$I', c), ' or ')) else '' end
  from unnest(wanted) c join pg_attribute a on a.attrelid = relation and a.attname = c and a.attidentity = 'a'
  where not c = any (tributary.key_columns(relation))
$$;

-- Writes the rows of a patch that this sender owns. A table of key columns only has nothing to write: its rows are counted.
create or replace function tributary.patch_rows_sql(relation regclass, wanted text[], provenance text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when count(*) > 0 then format('update %s t set %s from %s, %s p where %s and %s and p.tributary_owner = tributary_node',
      relation,
      string_agg(format('%1$I = case when %1$L = any (tributary_columns) then i.%1$I else t.%1$I end', c), ', ' order by i),
      tributary.incoming_sql(relation, wanted, 'tributary_columns', 'tributary_body'), provenance,
      tributary.key_match(tributary.key_columns(relation), 't', 'i'),
      tributary.key_match(tributary.key_columns(relation), 'p', 'i'))
    else format('perform from %s join %s p on %s where p.tributary_owner = tributary_node',
      tributary.incoming_sql(relation, wanted, 'tributary_columns', 'tributary_body'), provenance,
      tributary.key_match(tributary.key_columns(relation), 'p', 'i')) end
  from unnest(wanted) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c
  where not c = any (tributary.key_columns(relation)) and a.attidentity <> 'a'
$$;

-- A value of the only row of a message. place: of the column in the message, an SQL expression.
create or replace function tributary.only_value(relation regclass, column_name text, place text default null) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('(tributary_body[%s]::%s[])[1]::%s', coalesce(place, format('array_position(tributary_columns, %L)', column_name)), tributary.read_type(relation, column_name),
    tributary.cast_type(relation, column_name))
$$;

-- '<alias>.k = ...' over key columns, for the only row of the message that arrives.
create or replace function tributary.is_only_row_sql(relation regclass, alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s.%I = %s', alias, k, tributary.only_value(relation, k)), ' and ' order by i)
  from unnest(tributary.key_columns(relation)) with ordinality u(k, i)
$$;

-- As patch_rows_sql, for the only row of the message that arrives. Null for a table of key columns only.
create or replace function tributary.change_only_row_sql(relation regclass, wanted text[], provenance text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('update %s t set %s from %s p where %s and %s and p.tributary_owner = tributary_node',
    relation,
    string_agg(format('%1$I = case when %1$L = any (tributary_columns) then %2$s else t.%1$I end', c, tributary.only_value(relation, c)), ', ' order by i),
    provenance, tributary.is_only_row_sql(relation, 't'), tributary.is_only_row_sql(relation, 'p'))
  from unnest(wanted) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c
  where not c = any (tributary.key_columns(relation)) and a.attidentity <> 'a'
  having count(*) > 0
$$;

-- apply plans each statement anew: a plan that was made while the table was small, or for one row, is ruinous later.
-- Makes tributary."apply_<relation>" (any message, exact but slower) and tributary."take_<relation>" (new rows at once, everything
-- else through apply). Both run as the role that may write this table and its provenance, since what the table's owner has put
-- there (checks, defaults, domains, triggers) runs with them. What that code sets for the session is taken back before anything
-- of ours goes on.
create or replace function tributary.generate_delivery(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule tributary.delivery;
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  provenance text := format('tributary.%I', tributary.object_name('provenance', relation));
  columns text[];
  parts jsonb;
  code text;
begin
  select * into strict rule from tributary.delivery d where d.relation = generate_delivery.relation;
  columns := tributary.travelling_columns(base, rule.columns);
  parts := jsonb_build_object(
    'apply', format('tributary.%I', tributary.object_name('apply', relation)),
    'take', format('tributary.%I', tributary.object_name('take', relation)),
    'settings', tributary.text_settings(base, columns, true),
    'provenance', provenance,
    'base_literal', quote_literal(base::text) || '::regclass',
    'table', base::text,
    'relation', quote_literal(relation),
    'known', quote_literal(columns),
    'key_names', quote_literal(key),
    'key_i', (select string_agg(format('i.%I', k), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    'key', (select string_agg(quote_ident(k), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    'only_keys', (select string_agg(tributary.only_value(base, k, array_position(columns, k)::text), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    'only_values', (select string_agg(tributary.only_value(base, c, i::text), ', ' order by i) from unnest(columns) with ordinality u(c, i)),
    'only_change', coalesce(tributary.change_only_row_sql(base, columns, provenance), 'perform where false'),
    'p_is_only', tributary.is_only_row_sql(base, 'p'),
    't_is_only', tributary.is_only_row_sql(base, 't'),
    'columns', (select string_agg(quote_ident(c), ', ' order by i) from unnest(columns) with ordinality u(c, i)),
    'p_is_i', tributary.key_match(key, 'p', 'i'),
    'p_is_q', tributary.key_match(key, 'p', 'q'),
    't_is_i', tributary.key_match(key, 't', 'i'),
    'differences', tributary.differences_sql(base, columns),
    'same', (select string_agg(format('row(t.%1$I::%2$s)::record operator(pg_catalog.*=) row(i.%1$I::%2$s)::record', c, tributary.cast_type(base, c)), ' and ') from unnest(columns) c),
    'incoming_keys', tributary.incoming_sql(base, key, 'tributary_columns', 'tributary_body'),
    'incoming', tributary.incoming_sql(base, columns, 'tributary_columns', 'tributary_body'),
    'make_way', tributary.make_way_sql(base, columns),
    'put', tributary.put_sql(base, columns, 'tributary_columns', 'tributary_body'),
    'patch', tributary.patch_rows_sql(base, columns, provenance));
  select string_agg(tributary.render(t, tributary.parts_of(t, parts)), ';') into code from unnest(case when rule.shared
    then array[tributary.code_of_shared_apply(), tributary.code_of_shared_take()] else array[tributary.code_of_apply(), tributary.code_of_take()] end) t;
  begin
    execute code;
  exception when invalid_function_definition then -- somebody has put another function in its place
    perform tributary.drop_functions(relation, '{apply,take}');
    execute code;
  end;
  perform tributary.settle_functions(relation, '{apply,take}');
  perform tributary.note_code(relation, '{apply,take}');
end $$;

create or replace function tributary.code_of_apply() returns text language sql immutable set search_path = pg_catalog, pg_temp as $code$ select $template$
create or replace function {{apply}}(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows int, tributary_body text[])
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set jit = off set array_nulls = on {{settings}} as $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := {{known}};
  tributary_found text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop') or tributary_columns is null or tributary_body is null then
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
    delete from {{table}} t using released i where {{t_is_i}};
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    return;
  end if;
  select p.tributary_owner into tributary_found
  from {{incoming_keys}} join {{provenance}} p on {{p_is_i}} where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    {{patch}};
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from {{incoming}} join {{table}} t on {{t_is_i}}
  where not ({{same}}) and not exists (select from {{provenance}} p where {{p_is_i}});
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    {{make_way}}
    {{put}};
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql({{base_literal}}, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into {{provenance}} ({{key}}, tributary_owner)
  select {{key_i}}, tributary_node from {{incoming_keys}} on conflict ({{key}}) do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$
$template$ $code$;

create or replace function tributary.code_of_take() returns text language sql immutable set search_path = pg_catalog, pg_temp as $code$ select $template$
create or replace function {{take}}(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows int, tributary_body text[])
returns boolean language plpgsql security definer {{settings}} as $function$
#variable_conflict use_column
begin
  if tributary_kind operator(pg_catalog.=) 'put' and tributary_columns operator(pg_catalog.=) {{known}} then
    -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
    if tributary_rows operator(pg_catalog.=) 1 then
      insert into {{provenance}} ({{key}}, tributary_owner) values ({{only_keys}}, tributary_node);
      insert into {{table}} ({{columns}}) overriding system value values ({{only_values}});
    else
      insert into {{provenance}} ({{key}}, tributary_owner) select {{key_i}}, tributary_node from {{incoming_keys}};
      insert into {{table}} ({{columns}}) overriding system value select {{columns}} from {{incoming}};
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'patch' and tributary_columns operator(pg_catalog.<@) {{known}}::text[]
      and {{key_names}}::text[] operator(pg_catalog.<@) tributary_columns then
    -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
    {{only_change}};
    if not found then
      perform {{apply}}(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'drop' and tributary_columns operator(pg_catalog.<@) {{known}}::text[]
      and {{key_names}}::text[] operator(pg_catalog.<@) tributary_columns then
    delete from {{provenance}} p where {{p_is_only}} and p.tributary_owner operator(pg_catalog.=) tributary_node;
    if found then
      delete from {{table}} t where {{t_is_only}};
    end if;
  else
    perform {{apply}}(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
  end if;
  return true;
end $function$
$template$ $code$;

-- Calls, by halves, the function that takes messages of a table: SQL for the trigger of an outbox. relations: in the order of "C".
create or replace function tributary.dispatch_sql(relations text[]) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  half int := cardinality(relations) / 2;
begin
  if cardinality(relations) = 1 then
    return format('if new.relation operator(pg_catalog.=) %L then is_taken := tributary.%I(new.node, new.kind, new.columns, new.row_count, new.body); end if;',
      relations[1], tributary.object_name('take', relations[1]));
  end if;
  return format('if new.relation operator(pg_catalog.<) %L collate pg_catalog."C" then %s else %s end if;', relations[half + 1],
    tributary.dispatch_sql(relations[:half]), tributary.dispatch_sql(relations[half + 1:]));
end $$;

create or replace function tributary.receiver_name(set_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$ select tributary.object_name('receive', set_name) $$;

-- Makes tributary."receive_<set>", the trigger of a set's outbox above.
create or replace function tributary.generate_receiver(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
declare
  receiver regprocedure;
  relations text[] := array(select d.relation from tributary.delivery d where d.set_name = generate_receiver.set_name order by d.relation collate "C");
begin
  execute tributary.render(tributary.code_of_receive(), jsonb_build_object('receive', format('tributary.%I', tributary.receiver_name(set_name)),
    -- At the root nothing reads a message again: what is stored of it is there to be counted.
    'discard', case when exists (select from tributary.node n where n.is_root) then 'new.columns := null; new.body := null;' else '' end,
    'dispatch', case when cardinality(relations) > 0 then tributary.dispatch_sql(relations) else 'null;' end));
  update tributary.outbox o set listed = relations where o.set_name = generate_receiver.set_name;
  receiver := format('tributary.%I()', tributary.receiver_name(set_name));
  perform tributary.settle_function(receiver);
  insert into tributary.code values (receiver::text, null, tributary.code_hash(receiver))
  on conflict on constraint code_pkey do update set relation = excluded.relation, hash = excluded.hash;
end $$;

-- All that runs for a stream shares these settings of its session: a setting of each function would cost more than a row does.
create or replace function tributary.pin_session() returns void
language plpgsql as $$
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false),
    -- in a message NULL is always one
    pg_catalog.set_config('array_nulls', 'on', false),
    -- a plan that was made while a table was small would read all of it later
    pg_catalog.set_config('enable_seqscan', 'off', false),
    -- with it, a query without an index looks so dear that it would be compiled each time
    pg_catalog.set_config('jit', 'off', false);
end $$;

-- The trigger runs as our owner and decides; what takes a message runs as delivery. What holds for a second (may this node speak
-- over this link) is asked for once a second of each speaker; nothing that runs in between can say that it was.
create or replace function tributary.code_of_receive() returns text language sql immutable set search_path = pg_catalog, pg_temp as $code$ select $template$
create or replace function {{receive}}() returns trigger
language plpgsql security definer as $function$
declare
  heard pg_catalog.text := pg_catalog.current_setting('tributary.heard', true); -- the second, and who was heard in it
  second pg_catalog.text := pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8::pg_catalog.text;
  speaker pg_catalog.text := pg_catalog.concat('|', pg_catalog.quote_literal(new.node), ' ', new.epoch, '|');
  is_taken pg_catalog.bool;
begin
  -- Nobody but us makes triggers on tables of this schema.
  if tg_table_schema operator(pg_catalog.<>) 'tributary' then
    raise exception 'this trigger function delivers messages of an outbox, and was called elsewhere' using errcode = 'insufficient_privilege';
  end if;
  if (pg_catalog.starts_with(heard, second) and pg_catalog.strpos(heard, speaker) operator(pg_catalog.>) 0 and new.number operator(pg_catalog.>) 0
      and new.kind operator(pg_catalog.=) any ('{put,patch,drop}') and new.relation is not null and new.row_count is not null and new.sent_at is not null) is not true then
    perform tributary.pin_session();
    if not tributary.hear(tg_argv[0], new.node, new.epoch, new.number, new.sent_at, new.kind, new.relation, new.columns, new.row_count, new.body) then
      return null;
    end if;
    perform tributary.pin_session(); -- rows that were tried again ran code of others
    heard := pg_catalog.concat(case when pg_catalog.starts_with(heard, second) then heard else second end, case when new.number operator(pg_catalog.>) 0 then speaker end);
    perform pg_catalog.set_config('tributary.heard', heard, false);
  end if;
  -- What a sender says of where a message is kept is not believed.
  new.leaf := tg_argv[1];
  -- What fails at commit stops the stream for ever: a constraint trigger that fires always has its say at once, and parks.
  set constraints all immediate;
  if new.relation is not null then
    -- A message without a row that is parked is delivered as if nothing were.
    if not exists (select from tributary.parked p where p.relation operator(pg_catalog.=) new.relation and p.node operator(pg_catalog.=) new.node)
        or not tributary.any_parked(new.relation, new.node, tributary.key_columns(tributary.relation_of(new.relation)), new.columns, new.body) then
      begin
        {{dispatch}}
        if is_taken is null then
          is_taken := tributary.take_unlisted(tg_argv[0], new.relation, new.node, new.epoch, new.number, new.kind, new.columns, new.row_count, new.body);
        end if;
      exception
        when unique_violation then
          if new.kind operator(pg_catalog.=) 'put' then
            begin
              perform tributary.apply(new.relation, new.node, new.kind, new.columns, new.row_count, new.body);
              is_taken := true;
            exception when others then
              is_taken := false;
            end;
          end if;
        when others then
          is_taken := false;
      end;
    end if;
    if is_taken is not true then
      perform tributary.deliver_slowly(tg_argv[0], new.relation, new.node, new.epoch, new.number, new.kind, new.columns, new.row_count, new.body);
    end if;
    -- What the code of a table's owner left for the end of the transaction would run there as the session's user: for pglogical's
    -- worker, a superuser; for a native one, the role that may write the leaves of outboxes, in anybody's name. Triggers that
    -- would be deferred can't be made (refuse_deferred), cursors that are held are closed here.
    execute 'close all';
    -- Neither does it say who was heard, or what our code means.
    if pg_catalog.current_setting('search_path') operator(pg_catalog.<>) 'pg_catalog, pg_temp' or pg_catalog.current_setting('array_nulls') operator(pg_catalog.<>) 'on'
        or pg_catalog.current_setting('tributary.heard', true) operator(pg_catalog.<>) heard then
      perform tributary.pin_session();
      perform pg_catalog.set_config('tributary.heard', heard, false);
    end if;
  end if;
  {{discard}}
  return new;
end $function$
$template$ $code$;

-- May a message's node speak over this link, who sent it, and when; a beat and a fence are taken, and parked rows get another try,
-- now and then. False: the message is not taken.
create or replace function tributary.hear(set_name text, node text, epoch bigint, number bigint, sent_at timestamptz, kind text, relation text, columns text[], row_count int, body text[])
returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not tributary.may_speak(node) then
    return false;
  end if;
  perform tributary.note_message(set_name, node, epoch, number, sent_at, kind, relation, row_count, body);
  return true;
exception when others then
  if not tributary.is_unreadable(sqlstate) then
    raise;
  end if;
  -- no message can stop the stream: what cannot be read is kept, and told
  perform tributary.park_unreadable(set_name, relation, node, epoch, number, kind, columns, body, sqlerrm, sqlstate);
  return false;
end $$;

-- Who sent a message, and when; a beat and a fence are taken. Raises for what no node of ours writes.
create or replace function tributary.note_message(set_name text, node text, epoch bigint, number bigint, sent_at timestamptz, kind text, relation text, row_count int, body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
begin
  if node is null or epoch is null or number is null or sent_at is null or kind is null or row_count is null
      or kind not in ('put', 'patch', 'drop', 'beat', 'fence') or (relation is null) <> (kind in ('beat', 'fence')) then
    raise exception 'a message that cannot be read: kind %, table %, % rows', coalesce(kind, 'missing'), coalesce(relation, 'missing'), coalesce(row_count::text, 'missing')
      using errcode = 'invalid_parameter_value';
  elsif kind = 'fence' and (body[1] ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$') is not true then
    raise exception 'a fence that cannot be read: its token is no UUID' using errcode = 'invalid_parameter_value';
  end if;
  -- Number 0: passed on by a first copy, not by the node itself.
  if number > 0 then
    update tributary.source s
    set epoch = note_message.epoch, number = note_message.number, sent_at = note_message.sent_at, arrived_at = clock_timestamp(),
      -- A number is drawn, and then the clock is read: only a sequence that was set back draws lower ones later.
      went_back_at = case when s.epoch = note_message.epoch and note_message.number < s.number
          and extract(epoch from note_message.sent_at) - extract(epoch from s.sent_at) > 5
        then clock_timestamp() else s.went_back_at end
    where s.node = note_message.node;
    if not found then
      insert into tributary.source (node, epoch, number, sent_at) values (note_message.node, note_message.epoch, note_message.number, note_message.sent_at)
      on conflict on constraint source_pkey do nothing;
    end if;
  end if;
  if kind <> 'fence' and exists (select from tributary.retry r where r.next_at <= clock_timestamp()) then
    perform tributary.retry_when_due();
  end if;
  if kind = 'beat' then
    perform tributary.note_beat(set_name, node, epoch, number, sent_at, body[1]);
  elsif kind = 'fence' then
    set constraints all immediate;
    -- Rows of every node: the fence of a region also ends the first copy of what its districts own.
    perform tributary.retry_parked(until => clock_timestamp() + interval '10 s');
    update tributary.source s set fence = note_message.body[1]::uuid where s.node = note_message.node;
    update tributary.link l set phase = 'live', since = now(), live_since = note_message.sent_at
    where (l.provider, l.set_name, l.fence) = (note_message.node, note_message.set_name, note_message.body[1]::uuid);
  end if;
  execute 'close all'; -- retried rows ran code of their tables' owners: see code_of_receive()
end $$;

-- Makes the receivers of sets anew that tables have joined or left since: once for all of them, before their link opens.
create or replace function tributary.list_deliveries(sets text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.generate_receiver(o.set_name) from tributary.outbox o
  where o.set_name = any (sets) and o.listed <> array(select d.relation from tributary.delivery d where d.set_name = o.set_name order by d.relation collate "C");
end $$;

-- A message for a table that the set's receiver does not list: one that has joined the set since that was made, or one that nothing
-- delivers into. False: as of a function that takes messages, it is not taken.
create or replace function tributary.take_unlisted(set_name text, relation text, node text, epoch bigint, number bigint, kind text, columns text[], row_count int, body text[])
returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  is_taken boolean := true;
begin
  if exists (select from tributary.delivery d where (d.relation, d.set_name) = (take_unlisted.relation, take_unlisted.set_name)) then
    execute format('select tributary.%I($1, $2, $3, $4, $5)', tributary.object_name('take', relation)) into is_taken using node, kind, columns, row_count, body;
  else
    perform tributary.park_unknown(set_name, relation, node, epoch, number, kind, columns, row_count, body);
  end if;
  return is_taken;
end $$;

-- A message for a table that nothing delivers into: kept, and retried once something does.
create or replace function tributary.park_unknown(set_name text, relation text, node text, epoch bigint, number bigint, kind text, columns text[], row_count int, body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.expect_whole(columns, row_count, body);
  perform tributary.park(set_name, relation, node, epoch, number, kind,
    tributary.key_of(coalesce(nullif(tributary.key_columns(tributary.relation_of(relation)), '{}'), columns[1:1]), columns, r),
    columns, r, format('nothing delivers into table "%s" here', relation), '42P01')
  from tributary.rows_of(body) r;
end $$;

-- Puts the triggers onto a set's outbox. Delivery's is REPLICA: it fires for what the engine brings, not for what is captured here; the
-- one that looks after what cannot be written in the stream's encoding fires for both. A leaf that has them is not touched: its
-- lock is taken before the table's wherever messages arrive, and after it when ALTER TABLE is followed.
create or replace function tributary.attach_stream(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaf regclass;
  number smallint;
  old_name name;
begin
  for leaf, number in select l.leaf, l.number from tributary.outbox_leaves(set_name) l where not tributary.is_leaf_intact(l.leaf, set_name) loop
    for old_name in select tgname from pg_trigger where tgrelid = leaf and not tgisinternal loop
      execute format('drop trigger %I on %s', old_name, leaf);
    end loop;
    execute format('create trigger tributary_receive before insert on %s for each row execute function tributary.%I(%L, %L)',
      leaf, tributary.receiver_name(set_name), set_name, number);
    execute format('alter table %s enable replica trigger tributary_receive', leaf);
    if (select n.sends_as is not null from tributary.node n) then
      execute format('create trigger tributary_write before insert on %s for each row execute function tributary.mark_unconvertible(%L, %L)',
        leaf, set_name, (select n.sends_as from tributary.node n));
      execute format('alter table %s enable always trigger tributary_write', leaf);
    end if;
  end loop;
end $$;

create or replace function tributary.set_root(is_root boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update tributary.node n set is_root = set_root.is_root;
  perform tributary.generate_receiver(o.set_name) from tributary.outbox o;
end $$;

-- Protection: delivered rows are changed at the node that owns them. Made per table as tributary."protect_<relation>".
create or replace function tributary.generate_protection(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  provenance text := format('tributary.%I', tributary.object_name('provenance', relation));
  key text[] := tributary.key_columns(tributary.relation_of(relation));
  is_shared constant boolean := tributary.is_shared(relation);
  me constant text := (select n.name from tributary.node n);
begin
  execute format($function$
    create or replace function tributary.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp %s as $body$
    #variable_conflict use_column
    declare
      owner text;
      owned_key text;
    begin
      if tg_name !~ '^tributary_protect_' or tg_level <> 'STATEMENT' then
        raise exception 'this trigger function protects delivered rows, and was called elsewhere' using errcode = 'insufficient_privilege';
      end if;
      if tg_op = 'TRUNCATE' then
        select p.tributary_owner, row(%s)::text into owner, owned_key from %s p%s limit 1;
      else
        select p.tributary_owner, row(%s)::text into owner, owned_key from old_rows o join %s p on %s%s limit 1;
      end if;
      -- A partition that was detached holds what was delivered, and is the application's own again.
      if found and tributary.is_of(tg_relid, %L::regclass::oid) then
        if tg_argv[0] = 'warn' then
          raise warning 'row %% of table %% belongs to node "%%": this change will be overwritten by the next one from there', owned_key, %L, owner;
        else
          raise exception 'row %% of table %% belongs to node "%%"', owned_key, %L, owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%%s": it arrives here by itself.', owner);
        end if;
      end if;%s
      return null;
    end $body$ $function$,
    tributary.object_name('protect', relation), case when is_shared then tributary.text_settings(tributary.relation_of(relation), tributary.sent_columns(relation), false) else '' end,
    (select string_agg(format('p.%I', k), ', ') from unnest(key) k), provenance, case when is_shared then format(' where p.tributary_owner <> %L', me) else '' end,
    (select string_agg(format('p.%I', k), ', ') from unnest(key) k), provenance, tributary.key_match(key, 'p', 'o'),
    case when is_shared then tributary.not_own_sql(relation) else '' end,
    tributary.relation_of(relation), relation, relation, case when is_shared then tributary.keep_versions_sql(relation) else '' end);
  perform tributary.settle_functions(relation, '{protect}');
  perform tributary.note_code(relation, '{protect}');
end $$;

create or replace function tributary.attach_protection(member regclass, relation text, protect text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  event text;
begin
  foreach event in array '{update,delete,truncate}'::text[] loop
    if protect = 'off' then
      execute format('drop trigger if exists tributary_protect_%s on %s', event, member);
      continue;
    end if;
    execute format('create or replace trigger tributary_protect_%1$s %2$s %1$s on %3$s %4$s for each statement execute function tributary.%5$I(%6$L)',
      event, case event when 'truncate' then 'before' else 'after' end, member,
      case event when 'truncate' then '' else 'referencing old table as old_rows' end,
      tributary.object_name('protect', relation), protect);
  end loop;
end $$;

-- The columns of a table's key, as those of a table of ours are declared.
create or replace function tributary.key_declarations(relation regclass) returns table (name text, type text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select k, concat(format_type(a.atttypid, a.atttypmod), (select format(' collate %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
    where c.oid = a.attcollation and a.attcollation <> t.typcollation))
  from unnest(tributary.key_columns(relation)) with ordinality u(k, i)
    join pg_attribute a on a.attrelid = relation and a.attname = k join pg_type t on t.oid = a.atttypid order by i
$$;

-- Makes the table that keeps whose each delivered row is, or makes it follow the table's key: columns that were renamed or got
-- another type, and a primary key that was moved to other columns. shared: a row may have several owners.
create or replace function tributary.keep_provenance(name text, relation regclass, shared boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  kept text := format('tributary.%I', tributary.object_name('provenance', name));
  key text[] := tributary.key_columns(relation);
  before text[] := array_remove(tributary.key_columns(to_regclass(kept)), 'tributary_owner');
  is_moved boolean := cardinality(before) <> cardinality(key);
  declared text := (select string_agg(format('%I %s', d.name, d.type), ', ') from tributary.key_declarations(relation) d);
  present text := (select string_agg(format('%I %s', d.name, d.type), ', ') from tributary.key_declarations(to_regclass(kept)) d where d.name <> 'tributary_owner');
  listed text := (select string_agg(quote_ident(k), ', ') from unnest(key) k);
  unique_by constant text := listed || case when shared then ', tributary_owner' else '' end;
  was_shared constant boolean := 'tributary_owner' = any (tributary.key_columns(to_regclass(kept)));
  changed record;
begin
  if declared = present and was_shared = shared then
    return;
  elsif present is null then
    execute format('create table %s (%s, tributary_owner text not null, primary key (%s))', kept, declared, unique_by);
    return;
  end if;
  execute format('lock table %s in access exclusive mode', kept);
  if was_shared and not shared then
    perform tributary.expect_single_owners(name);
  end if;
  for changed in select b as old, k as new from unnest(before, key) u(b, k) where b <> k and not is_moved loop
    if exists (select from pg_attribute a where a.attrelid = relation and a.attname = changed.old and not a.attisdropped) then
      is_moved := true;
    else
      execute format('alter table %s rename column %I to %I', kept, changed.old, changed.new);
      before[array_position(before, changed.old)] := changed.new;
    end if;
  end loop;
  if not is_moved then
    if was_shared <> shared then
      execute format('alter table %s drop constraint %I, add primary key (%s)', kept,
        (select c.conname from pg_constraint c where c.conrelid = to_regclass(kept) and c.contype = 'p'), unique_by);
    end if;
    for changed in select d.name, d.type from tributary.key_declarations(relation) d
        where not exists (select from tributary.key_declarations(to_regclass(kept)) p where (p.name, p.type) = (d.name, d.type)) loop
      execute format('alter table %1$s alter column %2$I type %3$s using %2$I::%4$s', kept, changed.name, changed.type, split_part(changed.type, ' collate ', 1));
    end loop;
    return;
  end if;
  -- Each row's name by the new key is in the row itself.
  execute format('create temporary table tributary_owners on commit drop as select %s, p.tributary_owner from %s p join %s t on %s',
    (select string_agg(format('t.%I', k), ', ' order by i) from unnest(key) with ordinality u(k, i)), kept, relation, tributary.key_match(before, 'p', 't'));
  execute format('drop table %s', kept);
  execute format('create table %s (%s, tributary_owner text not null, primary key (%s))', kept, declared, unique_by);
  execute format('insert into %s select * from pg_temp.tributary_owners', kept);
  drop table pg_temp.tributary_owners;
end $$;

-- Delivers into a table, or changes how. columns null: all. following: called by ALTER TABLE, as our owner. shared: equal rows of
-- several owners are one row.
create or replace function tributary.deliver_table(set_name text, relation regclass, columns text[], protect text, following boolean default false,
  shared boolean default false) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name text := tributary.known_as(relation);
  key text[] := tributary.key_columns(relation);
  present tributary.delivery;
  member regclass;
begin
  if cardinality(key) = 0 then
    raise exception 'table "%" has no primary key: delivery names rows by it', name
      using hint = format('ALTER TABLE %s ADD PRIMARY KEY (...);', relation);
  end if;
  if not following then
    perform tributary.expect_nothing_deferred();
  end if;
  select * into present from tributary.delivery d where d.relation = name;
  if present.relation is not null and not following and not (present.set_name in (select tributary.received_sets()) and tributary.is_delivery_intact(present)) then
    perform tributary.doubt_delivery(name);
    -- of a table that has lost its name to another one, or has left the family
    perform tributary.drop_triggers(array(select tributary.leavers(present.relid || present.family, relation)), 'tributary\_protect\_');
  end if;
  perform tributary.keep_provenance(name, relation, shared);
  insert into tributary.delivery as d (relation, set_name, columns, protect, layout, relid, numbers, family, shared)
    values (name, set_name, columns, protect, tributary.layout(relation, columns), relation, tributary.column_numbers(relation, columns), array(select tributary.family(relation))
      || case when following then array(select tributary.leavers(present.family, deliver_table.relation)) else '{}' end, shared)
    on conflict on constraint delivery_pkey do update set set_name = excluded.set_name, columns = excluded.columns,
      protect = excluded.protect, layout = excluded.layout, relid = excluded.relid, family = excluded.family, shared = excluded.shared,
      numbers = case when following then d.numbers else '{}' end || excluded.numbers;
  if not following then
    perform tributary.settle_table(relation, false, true);
  end if;
  perform tributary.settle_provenance(name);
  perform tributary.generate_delivery(name);
  perform tributary.generate_protection(name);
  for member in select tributary.family(relation) loop
    if present.protect is distinct from protect or not tributary.has_triggers(member, 'tributary\_protect\_', case protect when 'off' then 0 else 3 end) then
      perform tributary.attach_protection(member, name, protect);
    end if;
  end loop;
  if not following then
    -- The receiver of the set itself finds the table without being made anew: see take_unlisted().
    perform tributary.generate_receiver(o.set_name) from tributary.outbox o where o.set_name = present.set_name and o.set_name <> deliver_table.set_name;
    perform tributary.attach_stream(set_name);
  end if;
  perform tributary.retry_soon(name);
  if shared and not coalesce(present.shared, false) and not following then
    -- what another owner of its key kept out may go in now, whether or not anything arrives
    perform tributary.retry_parked(relations => array[name], until => clock_timestamp() + interval '10 s');
  end if;
  -- Capture leaves delivered rows alone; it needs to know of them from now on.
  perform tributary.generate_capture(c.relation) from tributary.capture c where c.relation = name;
end $$;

-- Stops delivering into a table. Its rows stay, and so does what is known of their owners.
create or replace function tributary.undeliver_table(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  gone tributary.delivery;
begin
  delete from tributary.delivery d where d.relation = undeliver_table.relation returning * into gone;
  perform tributary.drop_triggers(array(select tributary.family(tributary.relation_of(relation))) || gone.relid || gone.family, 'tributary\_protect\_');
  if gone.relation is not null then
    perform tributary.generate_receiver(o.set_name) from tributary.outbox o where o.set_name = gone.set_name;
  end if;
  perform tributary.drop_functions(relation, '{apply,take,protect}');
end $$;
