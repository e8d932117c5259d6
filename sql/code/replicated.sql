-- Capture of what is written in the session replication role "replica": by another product's subscription, or by a session that
-- has set it. Neither fires capture's own triggers. A table whose rule says "capture: replicated" has triggers for these, too.
-- PostgreSQL's worker fires triggers for rows and none for statements, so these are asked about one row at a time.

-- Makes tributary."capture_replicated_<relation>" for a rule that says so, else drops it. A message tells what is in the table now of a
-- row that was written: it goes up whole, or as gone.
create or replace function tributary.generate_replicated_capture(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
declare
  rule tributary.capture;
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  columns text[];
  outbox text;
  condition text;
  approved text; -- of alias r
  present text; -- rows as they are now that travel
  dropped text;
  truncated text;
  is_old text := (select string_agg(format('r.%1$I = old.%1$I', k), ' and ') from unnest(key) k);
  is_new text := (select string_agg(format('r.%1$I = new.%1$I', k), ' and ') from unnest(key) k);
begin
  select * into strict rule from tributary.capture c where c.relation = generate_replicated_capture.relation;
  if not rule.replicated then
    return;
  end if;
  columns := tributary.travelling_columns(base, rule.columns);
  outbox := tributary.messages_name(rule.set_name);
  condition := tributary.call_of_condition(case cardinality(rule.calls) when 0 then rule.condition else tributary.name_of_filter(relation, rule.condition) end, base, 'r.');
  approved := format('(%s)%s', coalesce(condition, rule.canonical), tributary.is_own_sql(relation, key));
  present := format('%s r where %s and %s', base, is_new, approved);
  dropped := format('(select r.* from (select old.*) r where %s) o where not exists (select from %s r where %s%s)', approved, base, is_old,
    case rule.on_leave when 'keep' then '' else ' and ' || approved end);
  truncated := tributary.truncate_sql(base, outbox, relation, key, approved);
  execute format('create or replace function tributary.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off %s as %L',
    tributary.object_name('capture_replicated', relation),
    tributary.text_settings(base, columns, false) || case when condition is null then ' set standard_conforming_strings = on' else '' end,
    format($body$
#variable_conflict use_column
declare
  role text := current_setting('session_replication_role');
begin
  if tg_name !~ '^tributary_replicated_' then
    raise exception using errcode = 'insufficient_privilege', message = %1$L;
  elsif not tributary.is_of(tg_relid, %2$L::regclass::oid) then
    return null; -- of a table that has left the family
  end if;
  -- In the role "replica" the outbox would take a message for one that has arrived.
  if tg_op = 'TRUNCATE' then
    perform set_config('session_replication_role', 'origin', true);
    execute %3$s;
    perform set_config('session_replication_role', role, true);
    return null;
  end if;
  if tg_op <> 'INSERT' then
    if exists (select from %4$s) then
      perform set_config('session_replication_role', 'origin', true);
      %5$s
      perform set_config('session_replication_role', role, true);
    end if;
  end if;
  if tg_op <> 'DELETE' then
    if exists (select from %6$s) then
      perform set_config('session_replication_role', 'origin', true);
      %7$s
      perform set_config('session_replication_role', role, true);
    end if;
  end if;
  return null;
end$body$,
      format('this trigger function captures table "%s", and was called elsewhere', relation), base, truncated,
      dropped, tributary.message_sql(outbox, relation, 'drop', key, format('select %s from %s', tributary.text_list(base, key, 'o'), dropped)),
      present, tributary.message_sql(outbox, relation, 'put', columns, format('select %s from %s', tributary.text_list(base, columns, 'r'), present))));
  perform tributary.settle_functions(relation, '{capture_replicated}');
  perform tributary.note_code(relation, '{capture_replicated}');
end $$;

-- Puts these triggers onto a table and its partitions or children, or takes them away. What delivery brings does not fire them: it is
-- written as a role of ours. PostgreSQL puts a parent's trigger for rows onto its partitions by itself. Only who owns a table
-- (apply, and whoever makes a new child: enable_replicated_capture) may let a trigger fire in the role "replica".
create or replace function tributary.attach_replicated_capture(relation regclass, name text, replicated boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  member regclass;
  is_partitioned boolean := (select c.relkind = 'p' from pg_class c where c.oid = relation);
  target text := format(' when (current_user <> %L) execute function tributary.%I()', tributary.role_name('delivery'), tributary.object_name('capture_replicated', name));
begin
  if not replicated then
    if exists (select from pg_trigger t where t.tgrelid in (select f::oid from tributary.family(relation) f) and t.tgname like 'tributary\_replicated\_%') then
      perform tributary.drop_triggers(array(select tributary.family(relation)), 'tributary\_replicated\_');
    end if;
    perform tributary.drop_functions(name, '{capture_replicated}');
    return;
  end if;
  for member in select f from tributary.family(relation) f where not tributary.has_triggers(f, 'tributary\_replicated\_', 2) loop
    if member = relation or not is_partitioned then
      execute format('create or replace trigger tributary_replicated_rows after insert or update or delete on %s for each row', member) || target;
    end if;
    execute format('create or replace trigger tributary_replicated_truncate before truncate on %s for each statement', member) || target;
  end loop;
  for member in select f from tributary.family(relation) f join pg_class c on c.oid = f
      where pg_has_role(c.relowner, 'usage') and not tributary.has_triggers(f, 'tributary\_replicated\_', 2) loop
    execute format('alter table %s enable replica trigger tributary_replicated_rows, enable replica trigger tributary_replicated_truncate', member);
  end loop;
end $$;

-- Lets the triggers of a child that was just made fire for what is replicated. Runs as who made it, and therefore calls nothing but PostgreSQL: event
-- triggers fire by name, this one after the one that makes them.
create or replace function tributary.enable_replicated_capture() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found record;
begin
  for found in
    with recursive touched(oid) as (
      select e.objid from pg_event_trigger_ddl_commands() e where e.classid = 'pg_class'::regclass
      union
      -- ATTACH PARTITION names the parent
      select i.inhrelid from touched m join pg_inherits i on i.inhparent = m.oid)
    select t.tgrelid::regclass as member, t.tgname as name from touched m join pg_trigger t on t.tgrelid = m.oid
      join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tributary' and t.tgname in ('tributary_replicated_rows', 'tributary_replicated_truncate') and t.tgenabled = 'O' and t.tgparentid = 0
  loop
    begin
      execute format('alter table %s enable replica trigger %I', found.member, found.name);
    exception when insufficient_privilege then
      null; -- then capture is not intact there, which status tells
    end;
  end loop;
end $$;

drop event trigger if exists tributary_replicated_capture;
create event trigger tributary_replicated_capture on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE') execute function tributary.enable_replicated_capture();
alter event trigger tributary_replicated_capture enable always;
