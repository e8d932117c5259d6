-- Delivery: a trigger on the outbox above applies each message to the table of the same name, set by set, and keeps
-- for every delivered row which node owns it. What cannot be applied is parked; the stream goes on.

-- Applies one message of one table, whole, or raises why not. Made per table as tributary."apply_<relation>".
create or replace function tributary.apply(relation text, node text, kind text, columns text[], row_count int, body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tributary.delivery d where d.relation = apply.relation) then
    raise exception 'nothing delivers into table "%" here', relation using errcode = 'undefined_table';
  end if;
  execute format('select tributary.%I($1, $2, $3, $4, $5)', tributary.object_name('apply', relation))
    using node, kind, columns, row_count, body;
end $$;

-- Puts into the outbox what no message of the stream says: the tiers above learn what a first copy brought here.
create or replace function tributary.pass_on(set_name text, relation text, node text, kind text, columns text[], row_count int, body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  role text := current_setting('session_replication_role');
begin
  if exists (select from tributary.node n where n.is_root) then
    return;
  end if;
  -- It is applied here already: delivery's own triggers, which fire in the role "replica", have nothing to do.
  perform set_config('session_replication_role', 'origin', true);
  execute format('insert into tributary.%I (node, epoch, number, kind, relation, columns, row_count, body) values ($1, $7, 0, $2, $3, $4, $5, $6)',
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
  select format('insert into %s as t (%s) overriding system value select %s from %s on conflict (%s) %s',
    relation,
    string_agg(quote_ident(c), ', ' order by i),
    string_agg(format('i.%I', c), ', ' order by i),
    tributary.incoming_sql(relation, wanted, columns, body),
    (select string_agg(quote_ident(k), ', ') from unnest(tributary.key_columns(relation)) k),
    coalesce('do update set ' || string_agg(format('%I = excluded.%I', c, c), ', ' order by i)
      filter (where a.attidentity <> 'a') || ' where '
      || string_agg(format('row(t.%1$I)::record operator(pg_catalog.*<>) row(excluded.%1$I)::record', c), ' or ' order by i)
      filter (where a.attidentity <> 'a'), 'do nothing'))
  from unnest(wanted) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c
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

-- A value of the only row of the message that arrives. place: of the column in the message, an SQL expression.
create or replace function tributary.only_value(relation regclass, column_name text, place text default null) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('(new.body[%s]::%s[])[1]::%s', coalesce(place, format('array_position(new.columns, %L)', column_name)), tributary.read_type(relation, column_name),
    tributary.cast_type(relation, column_name))
$$;

-- '<alias>.k = …' over key columns, for the only row of the message that arrives.
create or replace function tributary.is_only_row_sql(relation regclass, alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s.%I = %s', alias, k, tributary.only_value(relation, k)), ' and ' order by i)
  from unnest(tributary.key_columns(relation)) with ordinality u(k, i)
$$;

-- As patch_rows_sql, for the only row of the message that arrives. Null for a table of key columns only.
create or replace function tributary.change_only_row_sql(relation regclass, wanted text[], provenance text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('update %s t set %s from %s p where %s and %s and p.tributary_owner = new.node',
    relation,
    string_agg(format('%1$I = case when %1$L = any (new.columns) then %2$s else t.%1$I end', c, tributary.only_value(relation, c)), ', ' order by i),
    provenance, tributary.is_only_row_sql(relation, 't'), tributary.is_only_row_sql(relation, 'p'))
  from unnest(wanted) with ordinality u(c, i) join pg_attribute a on a.attrelid = relation and a.attname = c
  where not c = any (tributary.key_columns(relation)) and a.attidentity <> 'a'
  having count(*) > 0
$$;

-- apply plans each statement anew: a plan that was made while the table was small, or for one row, is ruinous later.
-- Makes tributary."apply_<relation>" (any message, exact but slower) and tributary."deliver_<relation>" (the trigger:
-- new rows at once, everything else through apply, what fails row by row).
create or replace function tributary.generate_delivery(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule tributary.delivery;
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  columns text[];
  code text := tributary.apply_code() || ';' || tributary.deliver_code();
begin
  select * into strict rule from tributary.delivery d where d.relation = generate_delivery.relation;
  columns := tributary.travelling_columns(base, rule.columns);
  code := replace(code, 'TRIBUTARY_APPLY', format('tributary.%I', tributary.object_name('apply', relation)));
  code := replace(code, 'TRIBUTARY_DELIVER', format('tributary.%I', tributary.object_name('deliver', relation)));
  code := replace(code, 'TRIBUTARY_SETTINGS', tributary.text_settings(base, columns, true));
  code := replace(code, 'TRIBUTARY_PROVENANCE', format('tributary.%I', tributary.object_name('provenance', relation)));
  code := replace(code, 'TRIBUTARY_BASE_LITERAL', quote_literal(base::text) || '::regclass');
  code := replace(code, 'TRIBUTARY_TABLE', base::text);
  code := replace(code, 'TRIBUTARY_RELATION', quote_literal(relation));
  code := replace(code, 'TRIBUTARY_KNOWN', quote_literal(columns));
  code := replace(code, 'TRIBUTARY_KEY_NAMES', quote_literal(key));
  code := replace(code, 'TRIBUTARY_KEY_I', (select string_agg(format('i.%I', k), ', ') from unnest(key) k));
  code := replace(code, 'TRIBUTARY_KEY', (select string_agg(quote_ident(k), ', ') from unnest(key) k));
  code := replace(code, 'TRIBUTARY_ONLY_KEYS', (select string_agg(tributary.only_value(base, k, array_position(columns, k)::text), ', ') from unnest(key) k));
  code := replace(code, 'TRIBUTARY_ONLY_VALUES', (select string_agg(tributary.only_value(base, c, i::text), ', ' order by i) from unnest(columns) with ordinality u(c, i)));
  code := replace(code, 'TRIBUTARY_ONLY_CHANGE', coalesce(tributary.change_only_row_sql(base, columns, format('tributary.%I', tributary.object_name('provenance', relation))),
    'perform where false'));
  code := replace(code, 'TRIBUTARY_P_IS_ONLY', tributary.is_only_row_sql(base, 'p'));
  code := replace(code, 'TRIBUTARY_T_IS_ONLY', tributary.is_only_row_sql(base, 't'));
  code := replace(code, 'TRIBUTARY_COLUMNS', (select string_agg(quote_ident(c), ', ') from unnest(columns) c));
  code := replace(code, 'TRIBUTARY_P_IS_I', tributary.key_match(key, 'p', 'i'));
  code := replace(code, 'TRIBUTARY_T_IS_I', tributary.key_match(key, 't', 'i'));
  code := replace(code, 'TRIBUTARY_SAME', (select string_agg(format(
    'row(t.%1$I)::record operator(pg_catalog.*=) row(i.%1$I)::record', c), ' and ') from unnest(columns) c));
  code := replace(code, 'TRIBUTARY_INCOMING_KEYS', tributary.incoming_sql(base, key, 'tributary_columns', 'tributary_body'));
  code := replace(code, 'TRIBUTARY_INCOMING', tributary.incoming_sql(base, columns, 'tributary_columns', 'tributary_body'));
  code := replace(code, 'TRIBUTARY_NEW_KEYS', tributary.incoming_sql(base, key, 'new.columns', 'new.body'));
  code := replace(code, 'TRIBUTARY_NEW_ROWS', tributary.incoming_sql(base, columns, 'new.columns', 'new.body'));
  code := replace(code, 'TRIBUTARY_MAKE_WAY', tributary.make_way_sql(base, columns));
  code := replace(code, 'TRIBUTARY_PUT', tributary.put_sql(base, columns, 'tributary_columns', 'tributary_body'));
  code := replace(code, 'TRIBUTARY_PATCH', tributary.patch_rows_sql(base, columns, format('tributary.%I', tributary.object_name('provenance', relation))));
  execute code;
  execute format('revoke all on function tributary.%I() from public', tributary.object_name('deliver', relation));
  perform tributary.note_code(relation, '{apply,deliver}');
end $$;

create or replace function tributary.apply_code() returns text language sql immutable as $code$ select $template$
create or replace function TRIBUTARY_APPLY(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows int, tributary_body text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set jit = off TRIBUTARY_SETTINGS as $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := TRIBUTARY_KNOWN;
  tributary_found text;
  tributary_touched bigint;
begin
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), TRIBUTARY_RELATION using errcode = 'undefined_column';
  end if;
  if not TRIBUTARY_KEY_NAMES::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', TRIBUTARY_RELATION,
      array_to_string(tributary_columns, ', '), array_to_string(TRIBUTARY_KEY_NAMES::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from TRIBUTARY_PROVENANCE p using TRIBUTARY_INCOMING_KEYS
      where TRIBUTARY_P_IS_I and p.tributary_owner = tributary_node returning TRIBUTARY_KEY_I)
    delete from TRIBUTARY_TABLE t using released i where TRIBUTARY_T_IS_I;
    return;
  end if;
  select p.tributary_owner into tributary_found
  from TRIBUTARY_INCOMING_KEYS join TRIBUTARY_PROVENANCE p on TRIBUTARY_P_IS_I where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    TRIBUTARY_PATCH;
    get diagnostics tributary_touched = row_count;
    if tributary_touched <> tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from TRIBUTARY_INCOMING join TRIBUTARY_TABLE t on TRIBUTARY_T_IS_I
  where not (TRIBUTARY_SAME) and not exists (select from TRIBUTARY_PROVENANCE p where TRIBUTARY_P_IS_I);
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    TRIBUTARY_MAKE_WAY
    TRIBUTARY_PUT;
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql(TRIBUTARY_BASE_LITERAL, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into TRIBUTARY_PROVENANCE (TRIBUTARY_KEY, tributary_owner)
  select TRIBUTARY_KEY_I, tributary_node from TRIBUTARY_INCOMING_KEYS on conflict (TRIBUTARY_KEY) do nothing;
end $function$
$template$ $code$;

create or replace function tributary.deliver_code() returns text language sql immutable as $code$ select $template$
create or replace function TRIBUTARY_DELIVER() returns trigger
language plpgsql security definer TRIBUTARY_SETTINGS as $function$
#variable_conflict use_column
begin
  -- A message without a row that is parked is delivered as if nothing were.
  if not exists (select from tributary.parked p where (p.relation, p.node) = (TRIBUTARY_RELATION, new.node))
    or not tributary.any_parked(TRIBUTARY_RELATION, new.node, TRIBUTARY_KEY_NAMES, new.columns, new.body) then
    begin
      if new.kind = 'put' and new.columns = TRIBUTARY_KNOWN then
        -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
        if new.row_count = 1 then
          insert into TRIBUTARY_PROVENANCE (TRIBUTARY_KEY, tributary_owner) values (TRIBUTARY_ONLY_KEYS, new.node);
          insert into TRIBUTARY_TABLE (TRIBUTARY_COLUMNS) overriding system value values (TRIBUTARY_ONLY_VALUES);
        else
          insert into TRIBUTARY_PROVENANCE (TRIBUTARY_KEY, tributary_owner) select TRIBUTARY_KEY_I, new.node from TRIBUTARY_NEW_KEYS;
          insert into TRIBUTARY_TABLE (TRIBUTARY_COLUMNS) overriding system value select TRIBUTARY_COLUMNS from TRIBUTARY_NEW_ROWS;
        end if;
        return new;
      elsif new.row_count = 1 and new.columns <@ TRIBUTARY_KNOWN::text[] and TRIBUTARY_KEY_NAMES::text[] <@ new.columns then
        -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
        if new.kind = 'patch' then
          TRIBUTARY_ONLY_CHANGE;
          if found then
            return new;
          end if;
        elsif new.kind = 'drop' then
          delete from TRIBUTARY_PROVENANCE p where TRIBUTARY_P_IS_ONLY and p.tributary_owner = new.node;
          if found then
            delete from TRIBUTARY_TABLE t where TRIBUTARY_T_IS_ONLY;
          end if;
          return new;
        end if;
      end if;
      perform TRIBUTARY_APPLY(new.node, new.kind, new.columns, new.row_count, new.body);
      return new;
    exception
      when unique_violation then
        if new.kind = 'put' then
          begin
            perform TRIBUTARY_APPLY(new.node, new.kind, new.columns, new.row_count, new.body);
            return new;
          exception when others then
            null;
          end;
        end if;
      when others then
        null;
    end;
  end if;
  perform tributary.deliver_rows(tg_argv[0], new.relation, new.node, new.epoch, new.number, new.kind, new.columns, new.row_count, new.body);
  return new;
end $function$
$template$ $code$;

-- Every message: may it speak, who sent it; and parked rows get another try, now and then. A fence: the link is level with its
-- provider. What holds for a second is asked for once a second of each sender.
-- The triggers of a stream share the settings of their session, which are made here: a setting of each function would cost
-- more than a row does.
create or replace function tributary.deliver_control() returns trigger
language plpgsql security definer as $$
declare
  mark text;
  moment text;
begin
  if pg_catalog.current_setting('search_path') operator(pg_catalog.<>) 'pg_catalog, pg_temp' then
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
  end if;
  if pg_catalog.current_setting('enable_seqscan') operator(pg_catalog.<>) 'off' then
    -- a plan that was made while a table was small would read all of it later
    perform pg_catalog.set_config('enable_seqscan', 'off', false);
  end if;
  mark := 'tributary.noted_' || replace(new.node, '-', '_');
  moment := new.epoch || ' ' || extract(epoch from clock_timestamp())::bigint;
  if current_setting(mark, true) is distinct from moment or new.number = 0 or new.kind in ('fence', 'beat') then
    if not tributary.may_speak(new.node) then
      return null;
    end if;
    -- Number 0: passed on by a first copy, not by the node itself.
    if new.number > 0 then
      perform set_config(mark, moment, false);
      update tributary.source s
      set epoch = new.epoch, number = new.number, sent_at = new.sent_at, arrived_at = clock_timestamp(),
        -- A number is drawn, and then the clock is read: only a sequence that was set back draws lower ones later.
        went_back_at = case when s.epoch = new.epoch and new.number < s.number and new.sent_at > s.sent_at + interval '5 s'
          then clock_timestamp() else s.went_back_at end
      where s.node = new.node;
      if not found then
        insert into tributary.source (node, epoch, number, sent_at) values (new.node, new.epoch, new.number, new.sent_at)
        on conflict on constraint source_pkey do nothing;
      end if;
    end if;
    if new.kind <> 'fence' and exists (select from tributary.retry r where r.next_at <= clock_timestamp()) then
      perform tributary.retry_when_due();
    end if;
  end if;
  if new.kind = 'beat' then
    perform tributary.note_beat(tg_argv[0], new.node, new.epoch, new.number, new.sent_at, new.body[1]);
  end if;
  -- What fails at commit stops the stream for ever: a constraint trigger that fires always has its say at once, and parks.
  set constraints all immediate;
  if new.kind = 'fence' then
    -- Rows of every node: the fence of a region also ends the first copy of what its districts own.
    perform tributary.retry_parked(until => clock_timestamp() + interval '10 s');
    update tributary.source s set fence = new.body[1]::uuid where s.node = new.node;
    update tributary.link l set phase = 'live', since = now(), live_since = new.sent_at
    where (l.provider, l.set_name, l.fence) = (new.node, tg_argv[0], new.body[1]::uuid);
  end if;
  return new;
end $$;
revoke all on function tributary.deliver_control() from public;

-- A message for a table that nothing delivers into: kept, and retried once something does.
create or replace function tributary.deliver_unknown() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set array_nulls = on as $$
declare
  key text[] := coalesce(nullif(tributary.key_columns(tributary.relation_of(new.relation)), '{}'), new.columns[1:1]);
begin
  perform tributary.park(tg_argv[0], new.relation, new.node, new.epoch, new.number, new.kind,
    tributary.key_of(key, new.columns, r), new.columns, r, format('nothing delivers into table "%s" here', new.relation), '42P01')
  from tributary.rows_of(new.body) r;
  return new;
end $$;

-- At the root nothing reads a message again: what is stored of it is there to be counted.
create or replace function tributary.discard() returns trigger language plpgsql as $$
begin
  new.columns := null;
  new.body := null;
  return new;
end $$;

-- Puts the triggers onto a set's outbox. Those of delivery are REPLICA: they fire for what the engine brings, not for what is
-- captured here; the one that refuses what is too long to travel does the opposite. A leaf that has them is not touched: its
-- lock is taken before the table's wherever messages arrive, and after it when ALTER TABLE is followed.
create or replace function tributary.attach_stream(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaf regclass;
  old_name name;
  wanted record;
  all_wanted text[] := tributary.wanted_triggers(set_name);
begin
  for leaf in select l.leaf from tributary.outbox_leaves(set_name) l where tributary.is_leaf_intact(l.leaf, all_wanted) is not true loop
    for old_name in select tgname from pg_trigger where tgrelid = leaf and not tgisinternal loop
      execute format('drop trigger %I on %s', old_name, leaf);
    end loop;
    for wanted in select * from tributary.stream_triggers(set_name) loop
      execute format('create trigger %I before insert on %s for each row %s execute function tributary.%I(%L)',
        wanted.name, leaf, wanted.condition, wanted.function, set_name);
      execute format('alter table %s enable replica trigger %I', leaf, wanted.name);
    end loop;
    execute format('create trigger tributary_length before insert on %s for each row when (pg_column_size(new.body) > 250000000)
      execute function tributary.refuse_long_message()', leaf);
  end loop;
end $$;

-- The triggers of a set's outbox, in the order in which they fire.
create or replace function tributary.stream_triggers(set_name text) returns table (name text, condition text, function text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'tributary_1_control', '', 'deliver_control'
  union all
  select tributary.object_name('tributary_2', d.relation), format('when (new.relation = %L)', d.relation),
    tributary.object_name('deliver', d.relation)
  from tributary.delivery d where d.set_name = stream_triggers.set_name
  union all
  select 'tributary_3_unknown', format('when (new.relation is not null and not new.relation = any (%L::text[]))',
      coalesce((select array_agg(d.relation order by d.relation) from tributary.delivery d where d.set_name = stream_triggers.set_name), '{}')),
    'deliver_unknown'
  union all
  select 'tributary_4_discard', '', 'discard' from tributary.node where is_root
$$;

create or replace function tributary.set_root(is_root boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update tributary.node n set is_root = set_root.is_root;
  perform tributary.attach_stream(o.set_name) from tributary.outbox o;
end $$;

-- Protection: delivered rows are changed at the node that owns them. Made per table as tributary."protect_<relation>".
create or replace function tributary.generate_protection(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  provenance text := format('tributary.%I', tributary.object_name('provenance', relation));
  key text[] := tributary.key_columns(tributary.relation_of(relation));
begin
  execute format($function$
    create or replace function tributary.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    #variable_conflict use_column
    declare
      owner text;
      owned_key text;
    begin
      if tg_op = 'TRUNCATE' then
        select p.tributary_owner, row(%s)::text into owner, owned_key from %s p limit 1;
      else
        select p.tributary_owner, row(%s)::text into owner, owned_key from old_rows o join %s p on %s limit 1;
      end if;
      if found then
        if tg_argv[0] = 'warn' then
          raise warning 'row %% of table %% belongs to node "%%": this change will be overwritten by the next one from there', owned_key, %L, owner;
        else
          raise exception 'row %% of table %% belongs to node "%%"', owned_key, %L, owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%%s": it arrives here by itself.', owner);
        end if;
      end if;
      return null;
    end $body$ $function$,
    tributary.object_name('protect', relation),
    (select string_agg(format('p.%I', k), ', ') from unnest(key) k), provenance,
    (select string_agg(format('p.%I', k), ', ') from unnest(key) k), provenance, tributary.key_match(key, 'p', 'o'),
    relation, relation);
  perform tributary.note_code(relation, '{protect}');
end $$;

create or replace function tributary.attach_protection(member regclass, relation text, protect text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  event text;
begin
  foreach event in array '{update,delete,truncate}'::text[] loop
    if exists (select from pg_trigger t where t.tgrelid = member and t.tgname = 'tributary_protect_' || event) then
      execute format('drop trigger tributary_protect_%s on %s', event, member);
    end if;
    continue when protect = 'off';
    execute format('create trigger tributary_protect_%1$s %2$s %1$s on %3$s %4$s for each statement execute function tributary.%5$I(%6$L)',
      event, case event when 'truncate' then 'before' else 'after' end, member,
      case event when 'truncate' then '' else 'referencing old table as old_rows' end,
      tributary.object_name('protect', relation), protect);
  end loop;
end $$;

-- Delivers into a table, or changes how. columns null: all.
create or replace function tributary.deliver_table(set_name text, relation regclass, columns text[], protect text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name text := tributary.known_as(relation);
  key text[] := tributary.key_columns(relation);
  present tributary.delivery;
  member regclass;
begin
  if cardinality(key) = 0 then
    raise exception 'table "%" has no primary key: delivery names rows by it', name
      using hint = format('ALTER TABLE %s ADD PRIMARY KEY (…);', relation);
  end if;
  select * into present from tributary.delivery d where d.relation = name;
  if present.relation is not null and current_setting('tributary.following', true) is distinct from 'on'
      and not tributary.is_delivery_intact(present) then
    perform tributary.doubt_delivery(name);
  end if;
  execute format('create table if not exists tributary.%I (%s, tributary_owner text not null, primary key (%s))',
    tributary.object_name('provenance', name),
    (select string_agg(format('%I %s %s', k, format_type(a.atttypid, a.atttypmod),
        case when a.attcollation <> t.typcollation and a.attcollation <> 0
          then (select format('collate %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace where c.oid = a.attcollation)
          else '' end), ', ' order by i)
      from unnest(key) with ordinality u(k, i)
        join pg_attribute a on a.attrelid = relation and a.attname = k join pg_type t on t.oid = a.atttypid),
    (select string_agg(quote_ident(k), ', ' order by i) from unnest(key) with ordinality u(k, i)));
  insert into tributary.delivery as d values (name, set_name, columns, protect, tributary.layout(relation, columns), relation)
    on conflict on constraint delivery_pkey do update set set_name = excluded.set_name, columns = excluded.columns,
      protect = excluded.protect, layout = excluded.layout, relid = excluded.relid;
  perform tributary.generate_delivery(name);
  perform tributary.generate_protection(name);
  for member in select tributary.family(relation) loop
    if present.protect is distinct from protect or not tributary.has_triggers(member, 'tributary\_protect\_', case protect when 'off' then 0 else 3 end) then
      perform tributary.attach_protection(member, name, protect);
    end if;
  end loop;
  perform tributary.attach_stream(set_name);
  perform tributary.retry_soon(name);
  -- Capture leaves delivered rows alone; it needs to know of them from now on.
  perform tributary.generate_capture(c.relation) from tributary.capture c where c.relation = name;
end $$;

-- Stops delivering into a table. Its rows stay, and so does what is known of their owners.
create or replace function tributary.undeliver_table(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  gone tributary.delivery;
begin
  if tributary.relation_of(relation) is not null then
    perform tributary.drop_triggers(tributary.relation_of(relation), 'tributary\_protect\_');
  end if;
  delete from tributary.delivery d where d.relation = undeliver_table.relation returning * into gone;
  if gone.relation is not null then
    perform tributary.attach_stream(gone.set_name);
  end if;
  perform tributary.drop_functions(relation, '{apply,deliver,protect}');
end $$;
