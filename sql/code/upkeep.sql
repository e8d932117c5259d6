-- Upkeep: following the application's schema, and telling what is installed.

-- A new, changed or dropped column, or a new partition, changes what capture and delivery must do. Their code is made
-- again in the transaction of the ALTER TABLE itself, so that no statement of the application meets outdated code.
create or replace function tributary.follow_table_changes() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  captured tributary.capture;
  delivered tributary.delivery;
  base regclass;
begin
  if current_setting('tributary.following', true) = 'on' then
    return; -- making the code again is itself DDL
  end if;
  perform set_config('tributary.following', 'on', true);
  -- A table without its key is in the middle of a change: the old code still works, and the new key makes it again.
  -- A table that was dropped is not followed to another one of its name: apply decides that.
  for captured in select c.* from tributary.capture c join pg_class k on k.oid = c.relid loop
    base := captured.relid;
    continue when captured.layout = tributary.layout(base, captured.columns) or cardinality(tributary.key_columns(base)) = 0;
    begin
      perform tributary.capture_table(captured.set_name, base, captured.canonical, captured.columns, captured.on_leave);
    exception when undefined_column or undefined_function then
      raise exception 'the filter of table "%" uses what this change takes away: %', captured.relation, captured.canonical
        using detail = sqlerrm, hint = 'Change "where" in the topology file and run "tributary apply" first.';
    end;
    update tributary.capture c set filter = captured.filter where c.relation = captured.relation;
  end loop;
  for delivered in select d.* from tributary.delivery d join pg_class k on k.oid = d.relid loop
    base := delivered.relid;
    continue when delivered.layout = tributary.layout(base, delivered.columns) or cardinality(tributary.key_columns(base)) = 0;
    perform tributary.deliver_table(delivered.set_name, base, delivered.columns, delivered.protect);
  end loop;
  perform set_config('tributary.following', '', true);
end $$;

drop event trigger if exists tributary_follow_table_changes;
create event trigger tributary_follow_table_changes on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE') execute function tributary.follow_table_changes();

-- Makes all generated code anew: what an older version generated may call what is no longer there. Replacing a function
-- locks no table; triggers stay as they are.
create or replace function tributary.regenerate() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.generate_capture(c.relation) from tributary.capture c join pg_class k on k.oid = c.relid;
  perform tributary.generate_delivery(d.relation), tributary.generate_protection(d.relation)
  from tributary.delivery d join pg_class k on k.oid = d.relid;
end $$;

create or replace function tributary.has_function(prefix text, relation text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_proc p
    where p.pronamespace = 'tributary'::regnamespace and p.proname = tributary.object_name(prefix, relation))
$$;

create or replace function tributary.is_capture_intact(c tributary.capture) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(base is not null
    and c.layout = tributary.layout(base, c.columns)
    and (select bool_and(tributary.has_triggers(member, 'tributary\_capture\_', 4)) from tributary.family(base) member)
    and tributary.has_function('capture_insert', c.relation) and tributary.has_function('capture_update', c.relation)
    and tributary.has_function('capture_delete', c.relation) and tributary.has_function('capture_truncate', c.relation), false)
  from tributary.relation_of(c.relation) base
$$;

create or replace function tributary.is_delivery_intact(d tributary.delivery) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(base is not null
    and d.layout = tributary.layout(base, d.columns)
    and (select bool_and(tributary.has_triggers(member, 'tributary\_protect\_', case d.protect when 'off' then 0 else 3 end))
      from tributary.family(base) member)
    and tributary.has_function('apply', d.relation) and tributary.has_function('deliver', d.relation)
    and (select bool_and(exists (select from pg_trigger t
        where t.tgrelid = leaf and t.tgname = tributary.object_name('tributary_2', d.relation) and t.tgenabled = 'R'))
      from tributary.outbox_leaves(d.set_name)), false)
  from tributary.relation_of(d.relation) base
$$;

-- All that observation needs to know of this node, in one round trip.
create or replace function tributary.describe() returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'talliedSince', n.tallied_since,
    'version', (select max(number) from tributary.schema_version),
    'project', n.project, 'node', n.name, 'nodeId', n.id, 'epoch', n.epoch::text, 'isRoot', n.is_root,
    'madeNode', n.made_node, 'madeExtension', n.made_extension, 'isGuarded', tributary.is_guarded(),
    'outboxes', (select coalesce(jsonb_agg(jsonb_build_object('set', o.set_name, 'isIntact', tributary.is_outbox_intact(o.set_name),
        'tables', (select jsonb_agg(format('tributary.%s', c.relname) order by c.relname)
          from tributary.outbox_leaves(o.set_name) l join pg_class c on c.oid = l.leaf)) order by o.set_name), '[]')
      from tributary.outbox o),
    'captures', (select coalesce(jsonb_agg(jsonb_build_object('set', c.set_name, 'relation', c.relation, 'where', c.filter,
        'columns', c.columns, 'onLeave', c.on_leave, 'isIntact', tributary.is_capture_intact(c)) order by c.relation), '[]')
      from tributary.capture c),
    'deliveries', (select coalesce(jsonb_agg(jsonb_build_object('set', d.set_name, 'relation', d.relation,
        'columns', d.columns, 'protect', d.protect, 'isIntact', tributary.is_delivery_intact(d)) order by d.relation), '[]')
      from tributary.delivery d),
    'links', (select coalesce(jsonb_agg(jsonb_build_object('provider', l.provider, 'set', l.set_name, 'phase', l.phase, 'liveSince', l.live_since,
        'refusals', tributary.refusals(l.provider),
        'seeded', (select coalesce(jsonb_agg(jsonb_build_object('relation', s.relation, 'rule', s.rule) order by s.relation), '[]')
          from tributary.seed s where s.provider = l.provider)) order by l.provider, l.set_name), '[]')
      from tributary.link l),
    'parkedRows', (select count(*) from tributary.parked))
  from tributary.node n
$$;
