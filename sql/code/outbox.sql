-- Outboxes: where the messages of a set are written, and how they are emptied again.

-- All messages of a set that are here: partitioned into the leaves that the engine carries.
create or replace function tributary.parent_name(set_name text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select 'messages_' || replace(set_name, '-', '_')
$$;

-- Where messages are written: an outbox that an older version made has one table only, until its replication set is made again.
create or replace function tributary.messages_name(set_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when to_regclass(format('tributary.%I', tributary.parent_name(set_name))) is null
    then tributary.outbox_name(set_name) else tributary.parent_name(set_name) end
$$;

-- The tables that hold a set's messages.
create or replace function tributary.outbox_leaves(set_name text) returns table (leaf regclass, number smallint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.oid::regclass, coalesce(substring(c.relname from '[$](.)$'), '0')::smallint
  from pg_class c
  where c.oid in (
    select i.inhrelid from pg_inherits i where i.inhparent = (select to_regclass(format('tributary.%I', tributary.parent_name(set_name))))
    union all
    select to_regclass(format('tributary.%I', tributary.outbox_name(set_name))))
  order by 2
$$;

-- The leaf that is written at a moment: each in turn for 20 seconds, then at rest for 40. Every message asks for it, so it is
-- written to be inlined: no settings, a body that was parsed when it was made, and no more promised than date_part() promises; and
-- each function in it costs: below 20, from 20, from 40.
create or replace function tributary.current_leaf(at timestamptz) returns smallint
language sql stable parallel safe
return width_bucket(date_part('second', at), 20, 40, 1)::smallint;

-- A set's outbox. Insert-only and without an index: the engine carries it as it is, delivery reads it by trigger.
--   put    whole rows that entered the filter          body: one array literal per column, one element per row
--   patch  key and changed columns of rows that stayed
--   drop   keys of rows that left, or were deleted
--   fence  a mark in the stream, body: its token       beat  a heartbeat
-- The engine reads a message from the WAL. In its table nothing needs it after the commit, so the leaves take turns, and
-- those at rest are emptied by prune(). They are tables of their own for the engine: a tier above needs all of them first.
create or replace function tributary.create_outbox(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  me tributary.node;
  parent text := tributary.parent_name(set_name);
  present text := tributary.outbox_name(set_name);
  leaf text;
begin
  select * into strict me from tributary.node;
  -- its trigger is made anew below, and calls functions that must be there
  perform tributary.doubt_delivery(d.relation), tributary.generate_delivery(d.relation)
  from tributary.delivery d join pg_class k on k.oid = d.relid
  where d.set_name = create_outbox.set_name and not (d.set_name in (select tributary.received_sets()) and tributary.is_delivery_intact(d));
  if to_regclass(format('tributary.%I', parent)) is null and to_regclass(format('tributary.%I', present)) is not null then
    -- made by a version without leaves: the first one
    execute format('truncate tributary.%I', present);
    execute format('alter table tributary.%I add column if not exists leaf smallint not null default 0, alter column sent_at set default clock_timestamp()', present);
  end if;
  execute format($table$
    create table if not exists tributary.%1$I (
      node text not null default %2$L,
      epoch bigint not null default %3$s,
      number bigint not null default nextval('tributary.message_number'),
      sent_at timestamptz not null default clock_timestamp(),
      kind text not null,
      relation text,
      columns text[],
      row_count int not null default 0,
      body text[],
      leaf smallint not null default tributary.current_leaf(clock_timestamp())
    ) partition by list (leaf)$table$, parent, me.name, me.epoch);
  for number in 0..2 loop
    leaf := present || case when number > 0 then '$' || number else '' end;
    execute format('create table if not exists tributary.%I (like tributary.%I including defaults) with (autovacuum_enabled = false, toast.autovacuum_enabled = false)',
      leaf, parent);
    begin
      execute format('alter table tributary.%I alter column body set compression lz4', leaf);
    exception when feature_not_supported then
      null; -- a server built without lz4 compresses with pglz
    end;
    -- a message from a version without leaves says nothing about them
    execute format('alter table tributary.%I alter column leaf set default %s', leaf, number);
    if not exists (select from pg_inherits i where i.inhrelid = to_regclass(format('tributary.%I', leaf))) then
      execute format('alter table tributary.%I attach partition tributary.%I for values in (%s)', parent, leaf, number);
    end if;
  end loop;
  insert into tributary.outbox values (create_outbox.set_name) on conflict do nothing;
  perform tributary.settle_outbox(set_name);
  perform tributary.generate_receiver(set_name);
  perform tributary.attach_stream(set_name);
  perform tributary.generate_capture(c.relation) from tributary.capture c where c.set_name = create_outbox.set_name;
end $$;

-- Has a leaf the trigger that it should have, and no other?
create or replace function tributary.is_leaf_intact(leaf regclass, set_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(format('%s %s %s', t.tgname, p.proname, t.tgenabled) collate "C" order by t.tgname)
    = array[format('tributary_receive %s R', tributary.receiver_name(set_name))]
      || array(select 'tributary_write mark_unconvertible A' from tributary.node n where n.sends_as is not null), false)
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid
  where t.tgrelid = leaf and (t.tgenabled = 'R' or t.tgname = 'tributary_length' or (t.tgenabled, t.tgname) = ('A', 'tributary_write'))
$$;

create or replace function tributary.is_outbox_intact(set_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select count(*) = 3 and coalesce(bool_and(tributary.is_leaf_intact(l.leaf, is_outbox_intact.set_name)), false)
  from tributary.outbox_leaves(set_name) l
$$;

create or replace function tributary.outbox_bytes(set_name text) returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(pg_total_relation_size(leaf)), 0)::bigint from tributary.outbox_leaves(set_name)
$$;

create or replace function tributary.drop_outbox(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop table if exists tributary.%I', tributary.parent_name(set_name));
  execute format('drop table if exists tributary.%I', tributary.outbox_name(set_name));
  execute format('drop function if exists tributary.%I()', tributary.receiver_name(set_name));
  delete from tributary.code k where k.function = format('tributary.%I()', tributary.receiver_name(set_name));
  delete from tributary.outbox o where o.set_name = drop_outbox.set_name;
  delete from tributary.heartbeat h where h.set_name = drop_outbox.set_name;
end $$;

-- Empties the leaves at rest; gives the bytes that became free. A leaf that a transaction still writes is left for the next
-- time: nobody waits for longer than the moment that is tried. Small leaves are left while a slot is behind: each TRUNCATE
-- leaves dead catalog rows, which no vacuum can remove as long as the slot may need them.
create or replace function tributary.prune(small_bytes bigint default 4194304) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '20ms' as $$
declare
  leaf regclass;
  bytes bigint;
  freed bigint := 0;
  behind boolean := exists (select from pg_replication_slots s where s.database = current_database() and s.slot_type = 'logical'
    and pg_current_wal_lsn() - s.confirmed_flush_lsn > 67108864);
  -- A leaf that is about to be written is no longer at rest.
  written smallint[] := array[tributary.current_leaf(clock_timestamp()), tributary.current_leaf(clock_timestamp() + interval '2 seconds')];
begin
  if pg_is_in_recovery() then
    return 0;
  end if;
  perform tributary.drop_stale_filters();
  for leaf, bytes in
    select l.leaf, pg_relation_size(l.leaf) from tributary.outbox o cross join tributary.outbox_leaves(o.set_name) l
    where not l.number = any (written)
  loop
    continue when bytes = 0 or (behind and bytes < small_bytes);
    bytes := pg_total_relation_size(leaf);
    begin
      execute format('lock table only %s in access exclusive mode', leaf);
      perform tributary.tally_leaf(leaf);
      execute format('truncate only %s', leaf);
      freed := freed + bytes;
    exception when lock_not_available then
      null;
    end;
  end loop;
  if freed > 0 then
    delete from tributary.tally t where t.hour < now() - interval '7 days';
  end if;
  return freed;
end $$;

-- Puts a mark into the stream of each set; the subscriber that expects the token knows by it that all before has arrived.
-- Runs as a role that may write marks and beats, and no message: whoever compares needs no more.
create or replace function tributary.fence(sets text[], token uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wanted text;
begin
  foreach wanted in array sets loop
    if not exists (select from tributary.outbox o where o.set_name = wanted) then
      raise exception 'set "%" has no outbox here', wanted using errcode = 'undefined_object';
    end if;
    execute format('insert into tributary.%I (kind, body) values (''fence'', array[%L])', tributary.messages_name(wanted), token);
  end loop;
end $$;
