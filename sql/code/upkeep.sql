-- Upkeep: following the application's schema, and telling what is installed.

-- Whoever makes a table a child of one that we capture or protect lends our roles what they need of it, and so does who moves a
-- table to another schema, or gives it a column of a type there. Runs as that person, and therefore calls nothing but
-- PostgreSQL: event triggers fire by name, this one before the next.
create or replace function tributary.lend_rights() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  is_of_table constant boolean := tg_tag in ('ALTER TABLE', 'CREATE TABLE');
  touched constant oid[] := array(select e.objid from pg_event_trigger_ddl_commands() e
    where e.classid = 'pg_class'::regclass and e.object_type in ('table', 'table column') and e.schema_name not in ('pg_temp', 'tributary'));
  ours oid[];
  child record;
  place record;
begin
  if is_of_table and touched = '{}' then
    return;
  end if;
  -- of a type or an extension that moves to another schema: each table
  ours := array(select t.tgrelid from pg_trigger t where t.tgname in ('tributary_capture_truncate', 'tributary_protect_update')
    and t.tgrelid = any (case when is_of_table then touched else array(select k.oid from pg_class k where k.relhastriggers) end));
  -- planned only where there is something to look at
  if ours <> '{}' then
    for place in
      select distinct n.nspname as space, r.rolname as role
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type y on y.oid = a.atttypid left join pg_type b on b.oid in (y.typelem, y.typbasetype) and b.oid <> 0
        join pg_namespace n on n.oid in (c.relnamespace, y.typnamespace, b.typnamespace) and n.nspname not in ('pg_catalog', 'information_schema')
        join pg_namespace s on s.nspname = 'tributary'
        join pg_roles r on starts_with(r.rolname, left(pg_get_userbyid(s.nspowner), -5)) and right(r.rolname, -(length(pg_get_userbyid(s.nspowner)) - 5)) in ('owner', 'capture', 'filter', 'delivery')
      where c.oid = any (ours) and not has_schema_privilege(r.oid, n.oid, 'usage')
    loop
      begin
        execute format('grant usage on schema %I to %I', place.space, place.role);
      exception when insufficient_privilege then
        null;
      end;
      if not has_schema_privilege(place.role, place.space, 'usage') then
        raise exception 'role "%" may not use schema "%", where this table or a type of its columns comes to be: replication would make every write of the table fail', place.role, place.space
          using errcode = 'insufficient_privilege', hint = format('Let the owner of the schema allow it first: GRANT USAGE ON SCHEMA %I TO %I;', place.space, place.role);
      end if;
    end loop;
  end if;
  if exists (select from pg_inherits i where i.inhrelid = any (touched)) or exists (select from pg_inherits i where i.inhparent = any (touched)) then
    for child in
      with recursive ancestor(child, oid) as (
        select i.inhrelid, i.inhparent from pg_inherits i where i.inhrelid = any (touched)
        union
        -- ATTACH PARTITION names the parent
        select i.inhrelid, i.inhparent from pg_inherits i where i.inhparent = any (touched)
        union
        select a.child, i.inhparent from ancestor a join pg_inherits i on i.inhrelid = a.oid)
      select distinct a.child::regclass as name, pg_get_userbyid(n.nspowner) as owner, pg_get_userbyid(p.proowner) as capture, t.tgname ~ '^tributary_capture_' as captures
      from ancestor a join pg_trigger t on t.tgrelid = a.oid and t.tgname in ('tributary_capture_truncate', 'tributary_protect_update')
        join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'tributary'
    loop
      begin
        if not has_table_privilege(child.owner, child.name, 'trigger') then
          execute format('grant trigger on %s to %I', child.name, child.owner);
        end if;
        if child.captures and not has_table_privilege(child.capture, child.name, 'select') then
          execute format('grant select on %s to %I', child.name, child.capture);
        end if;
      exception when insufficient_privilege then
        null; -- then capture is not intact there, which status tells
      end;
    end loop;
  end if;
end $$;

-- A new, changed or dropped column, a partition that comes or goes, another name of a type or schema: all that changes what
-- capture and delivery must do. Their code is made again in the transaction of the change itself, so that no statement of the
-- application meets outdated code. Only what the command touched is looked at: our own DDL, and temporary tables, are nobody's business.
create or replace function tributary.follow_table_changes() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set quote_all_identifiers = off set standard_conforming_strings = on as $$
declare
  touched oid[] := case when tg_tag in ('ALTER TABLE', 'CREATE TABLE') then array(
      select e.objid from pg_event_trigger_ddl_commands() e
      where e.classid = 'pg_class'::regclass and e.object_type in ('table', 'table column') and e.schema_name not in ('pg_temp', 'tributary'))
    when tg_tag = 'CREATE RULE' then array(
      select r.ev_class from pg_event_trigger_ddl_commands() e join pg_rewrite r on e.classid = 'pg_rewrite'::regclass and r.oid = e.objid)
    when tg_tag in ('ALTER TYPE', 'ALTER DOMAIN') then array(
      with recursive made_of(type) as (
        select e.objid from pg_event_trigger_ddl_commands() e where e.classid = 'pg_type'::regclass
        union
        select y.oid from made_of m join pg_type y on m.type in (y.typelem, y.typbasetype))
      select a.attrelid from made_of m join pg_attribute a on a.atttypid = m.type and not a.attisdropped
      where a.attrelid in (select c.relid from tributary.capture c union select d.relid from tributary.delivery d))
    else array(select c.relid from tributary.capture c union select d.relid from tributary.delivery d) end;
begin
  if touched <> '{}' then
    -- short: where it refuses, people are shown this line
    perform tributary.follow(touched);
  end if;
end $$;

-- The same, of what goes with something else: DROP ... CASCADE, and a partition. What a filter stands on stays.
create or replace function tributary.follow_drops() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set quote_all_identifiers = off set standard_conforming_strings = on as $$
declare
  gone record;
  tables oid[];
begin
  if tg_tag = 'ALTER TABLE' or not exists (select from pg_event_trigger_dropped_objects() d where not d.is_temporary)
      or exists (select from pg_event_trigger_dropped_objects() d where d.object_type = 'schema' and d.object_name = 'tributary') then
    return;
  end if;
  select c.relation, c.bound into gone from pg_event_trigger_dropped_objects() d
    join tributary.capture c on d.object_type = 'function' and d.address_names = array['tributary', c.condition]
  where not d.original limit 1;
  if gone.relation is not null then
    raise exception 'the filter of table "%" uses what this change takes away: %', gone.relation, gone.bound
      using errcode = 'dependent_objects_still_exist', hint = tributary.hint_of_filter();
  end if;
  tables := array(select d.objid from pg_event_trigger_dropped_objects() d where d.classid = 'pg_class'::regclass and not d.is_temporary
    and d.schema_name <> 'tributary' and d.object_type in ('table', 'table column'));
  if tables <> '{}' then
    perform tributary.follow(tables);
  end if;
end $$;

create or replace function tributary.hint_of_filter() returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'Let "where" in the topology file do without it and run "tributary apply" first. What is to be renamed or to get another type is added anew, beside the old column.'
$$;

-- Makes the code of these tables again, and of those that they are or were partitions or children of, where it is outdated.
create or replace function tributary.follow(tables oid[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
declare
  touched oid[] := array(
    with recursive kin(oid) as (
      select unnest(tables)
      union
      select i.inhparent from kin join pg_inherits i on i.inhrelid = kin.oid)
    select oid from kin);
  captured tributary.capture;
  delivered tributary.delivery;
  base regclass;
  present jsonb;
begin
  if cardinality(touched) = 0 then
    return;
  end if;
  -- A table without its key is in the middle of a change: the old code still works, and the new key makes it again.
  -- A table that was dropped is not followed to another one of its name: apply decides that. Delivery first: capture asks
  -- provenance by the key that it has then.
  for delivered in select d.* from tributary.delivery d where (d.relid = any (touched) or d.family::oid[] && touched) and exists (select from pg_class c where c.oid = d.relid) loop
    base := delivered.relid;
    present := tributary.column_numbers(base, delivered.columns);
    if tributary.is_other_column(delivered.numbers, present) or tributary.has_new_values(base, delivered.numbers, present) then
      perform tributary.doubt_delivery(delivered.relation);
    end if;
    update tributary.delivery d set numbers = d.numbers || present where d.relation = delivered.relation and not d.numbers @> present;
    continue when delivered.layout = tributary.layout(base, delivered.columns) or cardinality(tributary.key_columns(base)) = 0;
    if exists (select from tributary.leavers(delivered.family, base)) then
      perform tributary.doubt_delivery(delivered.relation);
    end if;
    begin
      perform tributary.deliver_table(delivered.set_name, base, delivered.columns, delivered.protect, true, delivered.shared);
    exception when insufficient_privilege then
      perform tributary.doubt_delivery(delivered.relation);
    end;
  end loop;
  for captured in select c.* from tributary.capture c where (c.relid = any (touched) or c.family::oid[] && touched) and exists (select from pg_class k where k.oid = c.relid) loop
    base := captured.relid;
    if exists (select from tributary.family(base) f where f = any (captured.family)
        and (f::oid = any (touched) and not tributary.has_triggers(f, 'tributary\_capture\_', 4)
          or captured.replicated and f::oid = any (tables) and not tributary.has_triggers(f, 'tributary\_replicated\_', 2))) then
      -- Somebody has switched capture off, perhaps for a moment, as when a dump is loaded with --disable-triggers.
      perform tributary.doubt_capture(captured.relation);
    end if;
    present := tributary.column_numbers(base, captured.columns);
    if tributary.is_other_column(captured.numbers, present) or tributary.has_new_values(base, captured.numbers, present) then
      perform tributary.doubt_capture(captured.relation);
    end if;
    update tributary.capture c set numbers = c.numbers || present where c.relation = captured.relation and not c.numbers @> present;
    continue when captured.layout = tributary.layout(base, captured.columns) and captured.bound = coalesce(tributary.text_of_condition(captured.condition), captured.bound)
      or cardinality(tributary.key_columns(base)) = 0;
    if tributary.is_other_family(captured.family, base) then
      perform tributary.doubt_capture(captured.relation);
    end if;
    begin
      perform tributary.renew_capture(captured);
    exception when undefined_column or undefined_function then
      raise exception 'the filter of table "%" uses what this change takes away: %', captured.relation, captured.bound
        using detail = sqlerrm, hint = tributary.hint_of_filter();
    when insufficient_privilege then
      perform tributary.doubt_capture(captured.relation); -- the layout differs, so it is not intact until apply has been here
    end;
  end loop;
end $$;

-- Captures a table as before, by its filter as it reads now. "filter" stays what the topology file said.
create or replace function tributary.renew_capture(c tributary.capture) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.capture_table(c.set_name, c.relid, nullif(coalesce(tributary.text_of_condition(c.condition), c.bound), 'true'), c.columns, c.on_leave, true, c.replicated);
  update tributary.capture k set filter = c.filter where k.relation = c.relation;
end $$;

-- pglogical's worker is a superuser, and a native one may write outboxes. Code of a table's owner runs there with the delivery
-- role's rights only, but a trigger that is deferred to the end of the transaction would run as the session's user. One that
-- fires for delivered rows must not be.
create or replace function tributary.refuse_deferred() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- temporary tables, too: code that a worker runs could make one, in the worker's own session
  touched constant oid[] := array(select e.objid from pg_event_trigger_ddl_commands() e where e.object_type = 'trigger'
      or e.object_type = 'table' and exists (select from pg_class c where c.oid = e.objid and c.relhastriggers));
  found record;
begin
  if touched = '{}' then
    return;
  end if;
  for found in select t.tgname, t.tgrelid::regclass as relation from pg_trigger t
    where (t.oid = any (touched) or t.tgrelid = any (touched)) and t.tgdeferrable and not t.tgisinternal and t.tgenabled in ('A', 'R')
      and not (select r.rolsuper from pg_class c join pg_roles r on r.oid = c.relowner where c.oid = t.tgrelid) loop
    raise exception 'trigger "%" on table % is deferrable, and fires for replicated rows: it would run with the rights of whoever applies rows, when that commits', found.tgname, found.relation
      using errcode = 'insufficient_privilege', hint = 'Make it NOT DEFERRABLE, or let it fire for the application''s own writes only: ALTER TABLE ... ENABLE TRIGGER.';
  end loop;
end $$;

-- The same, of what was there before us.
create or replace function tributary.expect_nothing_deferred() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found record;
begin
  select t.tgname, t.tgrelid::regclass as relation into found from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_roles r on r.oid = c.relowner
  where t.tgdeferrable and not t.tgisinternal and t.tgenabled in ('A', 'R') and not r.rolsuper limit 1;
  if found.tgname is not null then
    raise exception 'trigger "%" on table % is deferrable, and fires for replicated rows: it would run with the rights of whoever applies rows, when that commits', found.tgname, found.relation
      using errcode = 'insufficient_privilege', hint = format('Let it fire for the application''s own writes only: ALTER TABLE %s ENABLE TRIGGER %I; or make it anew, NOT DEFERRABLE.', found.relation, found.tgname);
  end if;
end $$;

drop event trigger if exists tributary_1_lend_rights;
create event trigger tributary_1_lend_rights on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE', 'ALTER TYPE', 'ALTER DOMAIN', 'ALTER EXTENSION') execute function tributary.lend_rights();
drop event trigger if exists tributary_2_refuse_deferred;
create event trigger tributary_2_refuse_deferred on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE', 'CREATE TRIGGER', 'CREATE SCHEMA') execute function tributary.refuse_deferred();
alter event trigger tributary_2_refuse_deferred enable always;
drop event trigger if exists tributary_follow_table_changes;
create event trigger tributary_follow_table_changes on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE', 'ALTER TYPE', 'ALTER DOMAIN', 'ALTER SCHEMA', 'ALTER EXTENSION', 'CREATE RULE') execute function tributary.follow_table_changes();
drop event trigger if exists tributary_follow_drops;
create event trigger tributary_follow_drops on sql_drop execute function tributary.follow_drops();

-- A session in the role "replica" changes a table just as well.
alter event trigger tributary_1_lend_rights enable always;
alter event trigger tributary_follow_table_changes enable always;
alter event trigger tributary_follow_drops enable always;

-- ALTER TABLE gives every row a value of its own, of a new column or another type, and no trigger fires for that.
create or replace function tributary.note_rewrite() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if pg_event_trigger_table_rewrite_reason() & 6 > 0 then -- of a default, of a type
    perform tributary.doubt_capture(c.relation) from tributary.capture c join pg_class k on k.oid = c.relid
    where exists (select from tributary.family(c.relid) member where member = pg_event_trigger_table_rewrite_oid());
    perform tributary.doubt_delivery(d.relation) from tributary.delivery d join pg_class k on k.oid = d.relid
    where exists (select from tributary.family(d.relid) member where member = pg_event_trigger_table_rewrite_oid());
  end if;
end $$;

drop event trigger if exists tributary_note_rewrite;
create event trigger tributary_note_rewrite on table_rewrite execute function tributary.note_rewrite();
alter event trigger tributary_note_rewrite enable always;

-- Makes all generated code anew: what an older version generated may call what is no longer there. Replacing a function
-- locks no table; triggers stay as they are. from_version: of the schema, before. What is not altered, a superuser has confirmed by calling this.
create or replace function tributary.regenerate(from_version int) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  outdated regprocedure;
  captured tributary.capture;
  received text[] := array(select tributary.received_sets());
begin
  perform tributary.doubt_capture(c.relation) from tributary.capture c where not tributary.is_capture_intact(c);
  perform tributary.doubt_delivery(d.relation) from tributary.delivery d where not case when from_version < 17
    then tributary.is_delivery_intact(d, '{apply,deliver,protect}')
      and tributary.is_received(d.set_name, tributary.object_name('tributary_2', d.relation), tributary.object_name('deliver', d.relation))
    else tributary.is_delivery_intact(d) and d.set_name = any (received) end;
  update tributary.capture c set family = array(select tributary.family(c.relid)) where c.family = '{}';
  update tributary.delivery d set family = array(select tributary.family(d.relid)), numbers = tributary.column_numbers(d.relid, d.columns) where d.family = '{}';
  for captured in select c.* from tributary.capture c join pg_class k on k.oid = c.relid loop
    begin
      perform tributary.renew_capture(captured);
    exception when others then -- its filter means nothing any more, or something else: it goes on as it was until apply has confirmed it
      perform tributary.generate_capture(captured.relation), tributary.doubt_capture(captured.relation);
    end;
  end loop;
  perform tributary.generate_delivery(d.relation), tributary.generate_protection(d.relation)
  from tributary.delivery d join pg_class k on k.oid = d.relid;
  perform tributary.generate_receiver(o.set_name), tributary.attach_stream(o.set_name) from tributary.outbox o;
  for outdated in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.pronargs = 0
      and (p.proname in ('deliver_control', 'deliver_unknown', 'discard', 'refuse_long_message') or p.proname in (select tributary.object_name('deliver', d.relation) from tributary.delivery d)) loop
    delete from tributary.code k where k.function = outdated::text;
    execute format('drop function %s', outdated);
  end loop;
end $$;

create or replace function tributary.code_hash(function oid) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select md5(row(p.prosrc, p.proconfig, p.prosecdef, l.lanname, pg_get_userbyid(p.proowner))::text) from pg_proc p join pg_language l on l.oid = p.prolang
    where p.oid = code_hash.function);
end $$;

-- Notes how functions were generated for a table: what differs later was altered by somebody.
create or replace function tributary.note_code(relation text, prefixes text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
begin
  insert into tributary.code
  select p.oid::regprocedure::text, note_code.relation, tributary.code_hash(p.oid)
  from unnest(prefixes) prefix join pg_proc p on p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(prefix, note_code.relation)
  on conflict on constraint code_pkey do update set relation = excluded.relation, hash = excluded.hash;
end $$;

-- Notes all other functions as they are now: right after they were installed.
create or replace function tributary.seal() returns void
language sql set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  delete from tributary.code k where k.relation is null;
  insert into tributary.code
  select p.oid::regprocedure::text, null, tributary.code_hash(p.oid) from pg_proc p where p.pronamespace = 'tributary'::regnamespace
  on conflict on constraint code_pkey do nothing;
$$;

-- True when all functions that were generated for a table are there, as they were made.
create or replace function tributary.is_code_sound(relation text, prefixes text[]) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
begin
  return (
    select coalesce(bool_and(exists (select from pg_proc p left join tributary.code k on k.function = p.oid::regprocedure::text
      where p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(prefix, is_code_sound.relation)
        -- an older version noted nothing
        and coalesce(k.hash = tributary.code_hash(p.oid), true))), false)
    from unnest(prefixes) prefix);
end $$;

-- What of the schema itself is missing or was altered. Code that belongs to a table is left to that table's own check.
create or replace function tributary.damage() returns setof text
language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select format('function %s is missing', k.function) from tributary.code k
  where k.relation is null and to_regprocedure(k.function) is null
  union all
  select format('function %s was altered', k.function) from tributary.code k
  where k.relation is null and k.hash <> tributary.code_hash(to_regprocedure(k.function))
  union all
  select format('event trigger %s is missing, disabled or altered', w.name)
  from (values ('tributary_1_lend_rights', 'ddl_command_end', 'lend_rights'), ('tributary_2_refuse_deferred', 'ddl_command_end', 'refuse_deferred'),
    ('tributary_follow_table_changes', 'ddl_command_end', 'follow_table_changes'), ('tributary_replicated_capture', 'ddl_command_end', 'enable_replicated_capture'), ('tributary_follow_drops', 'sql_drop', 'follow_drops'),
    ('tributary_note_rewrite', 'table_rewrite', 'note_rewrite')) w(name, event, function)
  where not exists (select from pg_event_trigger e
    where e.evtname = w.name and e.evtenabled in ('O', 'A') and e.evtevent = w.event and e.evtfoid = to_regprocedure(format('tributary.%s()', w.function))
      and (e.evttags is null or e.evttags @> '{ALTER TABLE,CREATE TABLE}'))
  union all
  select tributary.role_damage()
$$;

-- Changes of the table may have been missed up to now: the link above compares its rows.
create or replace function tributary.doubt_capture(relation text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.capture c set doubted_at = clock_timestamp() where c.relation = doubt_capture.relation
$$;

-- Messages for the table may not have been applied: the links below compare its rows.
create or replace function tributary.doubt_delivery(relation text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select tributary.doubt_rows(l.provider, array[relation]) from (select distinct provider from tributary.link) l
$$;

create or replace function tributary.is_capture_intact(c tributary.capture) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(c.relation);
begin
  return coalesce(base is not null
    and tributary.taken_by(c.relid, c.relation) is null
    and c.layout = tributary.layout(base, c.columns)
    and (select bool_and(tributary.has_triggers(member, 'tributary\_capture\_', 4) and (not c.replicated or tributary.has_triggers(member, 'tributary\_replicated\_', 2)))
      from tributary.family(base) member)
    and not exists (select from tributary.leavers(c.family, base))
    and (c.condition is null or coalesce(tributary.text_of_condition(c.condition) = c.bound, false))
    and tributary.are_calls_intact(c.calls)
    and tributary.is_code_sound(c.relation, case when c.replicated
      then '{capture_insert,capture_update,capture_delete,capture_truncate,capture_replicated}' else '{capture_insert,capture_update,capture_delete,capture_truncate}' end::text[]), false);
end $$;

-- functions: prefixes of those that were made for the table. Older versions made others. Whether messages of its set get there is
-- asked of is_received().
create or replace function tributary.is_delivery_intact(d tributary.delivery, functions text[] default '{apply,take,protect}') returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(d.relation);
begin
  return coalesce(base is not null
    and tributary.taken_by(d.relid, d.relation) is null
    and d.layout = tributary.layout(base, d.columns)
    and to_regclass(format('tributary.%I', tributary.object_name('provenance', d.relation))) is not null
    and d.shared = ('tributary_owner' = any (tributary.key_columns(to_regclass(format('tributary.%I', tributary.object_name('provenance', d.relation))))))
    and (select bool_and(tributary.has_triggers(member, 'tributary\_protect\_', case d.protect when 'off' then 0 else 3 end))
      from tributary.family(base) member)
    and not exists (select from tributary.leavers(d.family, base))
    and tributary.is_code_sound(d.relation, functions), false);
end $$;

-- Has every leaf of a set's outbox this trigger, and is the function that it calls there as it was made?
create or replace function tributary.is_received(set_name text, trigger text, receiver text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select coalesce(bool_and(exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid left join tributary.code k on k.function = p.oid::regprocedure::text
    where t.tgrelid = leaf and t.tgname = trigger and t.tgenabled = 'R' and p.pronamespace = 'tributary'::regnamespace
      and p.proname = receiver and coalesce(k.hash = tributary.code_hash(p.oid), true))), false)
  from tributary.outbox_leaves(set_name)
$$;

-- The sets whose messages are received as they should be.
create or replace function tributary.received_sets() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select o.set_name from tributary.outbox o where tributary.is_received(o.set_name, 'tributary_receive', tributary.receiver_name(o.set_name))
$$;

-- All that observation needs to know of this node, in one round trip.
create or replace function tributary.describe() returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.describe('{damage,outboxes,captures,deliveries}', null)
$$;

-- The same, without what takes milliseconds for each table and was not asked for. relation: the one table to look at; null: all.
create or replace function tributary.describe(parts text[], relation text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'talliedSince', n.tallied_since,
    'version', (select max(number) from tributary.schema_version),
    'project', n.project, 'node', n.name, 'nodeId', n.id, 'epoch', n.epoch::text, 'isRoot', n.is_root, 'place', tributary.place(),
    'madeNode', n.made_node, 'madeExtension', n.made_extension, 'isGuarded', tributary.is_guarded(),
    'damage', (select coalesce(jsonb_agg(d order by d), '[]') from tributary.damage() d where 'damage' = any (parts)),
    'outboxes', (select coalesce(jsonb_agg(jsonb_build_object('set', o.set_name, 'isIntact', tributary.is_outbox_intact(o.set_name),
        'tables', (select coalesce(jsonb_agg(format('tributary.%s', c.relname) order by c.relname), '[]')
          from tributary.outbox_leaves(o.set_name) l join pg_class c on c.oid = l.leaf)) order by o.set_name), '[]')
      from tributary.outbox o where 'outboxes' = any (parts)),
    'captures', (select coalesce(jsonb_agg(jsonb_build_object('set', c.set_name, 'relation', c.relation, 'where', c.filter,
        'columns', c.columns, 'onLeave', c.on_leave, 'isReplicated', c.replicated, 'isIntact', tributary.is_capture_intact(c), 'taken', tributary.taken_by(c.relid, c.relation),
        'doubtedAt', c.doubted_at) order by c.relation), '[]')
      from tributary.capture c where 'captures' = any (parts) and (describe.relation is null or c.relation = describe.relation)),
    'deliveries', (select coalesce(jsonb_agg(jsonb_build_object('set', d.set_name, 'relation', d.relation,
        'columns', d.columns, 'protect', d.protect, 'shared', d.shared, 'severalOwners', case when d.shared then tributary.count_shared(d.relation) end,
        'isIntact', d.set_name in (select tributary.received_sets()) and tributary.is_delivery_intact(d),
        'taken', tributary.taken_by(d.relid, d.relation)) order by d.relation), '[]')
      from tributary.delivery d where 'deliveries' = any (parts) and (describe.relation is null or d.relation = describe.relation)),
    'links', (select coalesce(jsonb_agg(jsonb_build_object('provider', l.provider, 'set', l.set_name, 'phase', l.phase, 'liveSince', l.live_since,
        'providerPlace', l.provider_place, 'subscriberPlace', l.subscriber_place,
        'wentBackAt', (select s.went_back_at from tributary.source s where s.node = l.provider),
        'refusals', tributary.refusals(l.provider),
        'seeded', (select coalesce(jsonb_agg(jsonb_build_object('relation', s.relation, 'rule', s.rule) order by s.relation), '[]')
          from tributary.seed s where s.provider = l.provider)) order by l.provider, l.set_name), '[]')
      from tributary.link l),
    'members', (select coalesce(jsonb_object_agg(m.provider, m.nodes), '{}')
      from (select provider, jsonb_agg(node order by node) as nodes from tributary.member group by provider) m),
    'impostures', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'node', i.node, 'messages', i.messages) order by i.provider, i.node), '[]')
      from tributary.imposture i where i.last_at > now() - interval '7 days'),
    'monitor', tributary.monitor_state(),
    'parkedRows', (select count(*) from tributary.parked))
  from tributary.node n
$$;
