-- Native logical replication: commands that take no parameters, so that names are quoted here and secrets stay parameters.

-- Publishes the outbox of a set: what is written to it, and nothing else.
create or replace function tributary.native_publish(publication text, set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaf regclass;
begin
  if not exists (select from pg_publication p where p.pubname = publication) then
    execute format('create publication %I with (publish = ''insert'')', publication);
  end if;
  for leaf in
    select l.leaf from tributary.outbox_leaves(set_name) l
    where not exists (select from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
      where p.pubname = publication and r.prrelid = l.leaf)
  loop
    execute format('alter publication %I add table only %s', publication, leaf);
  end loop;
end $$;

create or replace function tributary.native_unpublish(publication text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop publication if exists %I', publication);
end $$;

create or replace function tributary.native_has(subscription text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_subscription s join pg_database d on d.oid = s.subdbid
    where d.datname = current_database() and s.subname = subscription)
$$;

-- Subscriptions of ours in this database.
create or replace function tributary.native_subscriptions() returns setof pg_catalog.oid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select s.oid from pg_subscription s join pg_database d on d.oid = s.subdbid
  where d.datname = current_database()
    and starts_with(s.subname, (select replace(n.project, '-', '_') || '_from_' from tributary.node n))
$$;

-- The tables that a subscription takes and that are no outbox of its sets, in whichever state. A worker writes into the tables
-- that are listed at the subscriber, and into no other, whatever its provider sends.
create or replace function tributary.native_strays(subscription oid) returns setof regclass
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.srrelid::regclass from pg_subscription_rel r join pg_subscription s on s.oid = r.srsubid
  where s.oid = native_strays.subscription and not exists (
    select from tributary.outbox o cross join tributary.node n cross join tributary.outbox_leaves(o.set_name) l
    where l.leaf = r.srrelid and replace(n.project || '_' || o.set_name, '-', '_') = any (s.subpublications))
$$;

-- Raises when a subscription takes more than outboxes. In the transaction that made it so, nothing of that is kept.
create or replace function tributary.native_expect_outboxes(subscription oid) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  strays text[] := array(select r::text from tributary.native_strays(subscription) r order by 1);
  taker pg_subscription.subname%type := (select s.subname from pg_subscription s where s.oid = subscription);
  wanted text := (select string_agg(p, ', ') from pg_subscription s cross join unnest(s.subpublications) p where s.oid = subscription);
begin
  if cardinality(strays) > 0 then
    raise exception 'subscription "%" would take %, needs to take outboxes only: the provider publishes more', taker, array_to_string(strays, ', ')
      using errcode = 'insufficient_privilege',
        detail = 'Its rows would be written here as they are, past filter, delivery and ownership. Nothing was taken.',
        hint = format('Find out who added to %s at the provider; then, there: ALTER PUBLICATION ... DROP TABLE ...;', wanted);
  end if;
end $$;

-- CREATE and REFRESH ask the provider at that moment which tables it publishes, whatever it has told us before. What is more than
-- outboxes never gets as far as a commit, whoever runs the command. Disabling stays possible, so that it can be taken out.
create or replace function tributary.guard_subscriptions() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.native_expect_outboxes(o) from tributary.native_subscriptions() o join pg_subscription s on s.oid = o
  where s.subenabled;
end $$;

create or replace function tributary.native_is_guarded() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_event_trigger e
    where e.evtname = 'tributary_guard_subscriptions' and e.evtenabled in ('O', 'A') and e.evtevent = 'ddl_command_end'
      and e.evtfoid = to_regprocedure('tributary.guard_subscriptions()')
      and (e.evttags is null or e.evttags @> '{CREATE SUBSCRIPTION,ALTER SUBSCRIPTION}'))
$$;

create or replace function tributary.native_guard() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not tributary.native_is_guarded() then
    drop event trigger if exists tributary_guard_subscriptions;
    create event trigger tributary_guard_subscriptions on ddl_command_end
      when tag in ('CREATE SUBSCRIPTION', 'ALTER SUBSCRIPTION') execute function tributary.guard_subscriptions();
  end if;
end $$;

select tributary.native_guard();

-- Takes out what a subscription takes beyond outboxes, and asks the provider nothing. It stands still then; apply lets it run.
create or replace function tributary.native_take_out(subscription text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  target oid := (select s.oid from pg_subscription s where s.oid in (select tributary.native_subscriptions()) and s.subname = subscription);
begin
  if exists (select from tributary.native_strays(target)) then
    execute format('alter subscription %I disable', subscription);
    perform set_config('allow_system_table_mods', 'on', true);
    delete from pg_catalog.pg_subscription_rel r where r.srsubid = target and r.srrelid in (select tributary.native_strays(target));
    perform set_config('allow_system_table_mods', 'off', true);
  end if;
end $$;

-- Gives a subscription to the role that may insert into outboxes and nothing else: whatever runs in its worker, at commit too, has no
-- more rights than that. Before 16 the owner has to be a superuser at the moment when it becomes the owner, later on it needs CREATE
-- on the database: nobody else sees that, and at the end of the transaction it is gone.
create or replace function tributary.native_lower(subscription text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  role name := tributary.role_name('stream');
  is_lowered boolean := (select s.subowner = (select r.oid from pg_roles r where r.rolname = role)
    from pg_subscription s where s.oid in (select tributary.native_subscriptions()) and s.subname = subscription);
begin
  -- Without the default for everybody a worker would not get in.
  execute format('grant connect on database %I to %I', current_database(), role);
  if current_setting('server_version_num')::int >= 160000 then
    execute format('alter subscription %I set (password_required = false, run_as_owner = true)', subscription);
  end if;
  if is_lowered then
    return;
  elsif current_setting('server_version_num')::int >= 160000 then
    execute format('grant create on database %I to %I', current_database(), role);
    execute format('alter subscription %I owner to %I', subscription, role);
    execute format('revoke create on database %I from %I', current_database(), role);
  else
    execute format('alter role %I superuser', role);
    execute format('alter subscription %I owner to %I', subscription, role);
    execute format('alter role %I nosuperuser', role);
  end if;
end $$;

-- Subscribes to a slot that is there already. Nothing is copied: that is ours. What comes from further below travels on, as
-- is the default. options: of CREATE SUBSCRIPTION, as SQL, such as the server knows.
create or replace function tributary.native_subscribe(subscription text, conninfo text, publications text[], slot text, options text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.native_guard();
  if not tributary.native_has(subscription) then
    execute format('create subscription %I connection %L publication %s with (create_slot = false, slot_name = %L, copy_data = false, %s)',
      subscription, conninfo, (select string_agg(quote_ident(p), ', ') from unnest(publications) p), slot, options);
  end if;
  -- One that does not run yet, too, which the event trigger leaves alone.
  perform tributary.native_expect_outboxes(s.oid) from pg_subscription s
  where s.oid in (select tributary.native_subscriptions()) and s.subname = subscription;
  perform tributary.native_lower(subscription);
end $$;

-- Another address, and what is needed for ALTER SUBSCRIPTION ... SET PUBLICATION, which PostgreSQL wants outside any function, and of a
-- subscription that is enabled. The event trigger has a say in it.
create or replace function tributary.native_alter(subscription text, conninfo text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.native_guard();
  perform tributary.native_lower(subscription);
  execute format('alter subscription %I connection %L', subscription, conninfo);
  execute format('alter subscription %I enable', subscription);
end $$;

create or replace function tributary.native_switch(subscription text, is_on boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tributary.native_has(subscription) then
    execute format('alter subscription %I %s', subscription, case when is_on then 'enable' else 'disable' end);
  end if;
end $$;

-- Asks the provider nothing: its slot is dropped there.
create or replace function tributary.native_unsubscribe(subscription text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tributary.native_has(subscription) then
    execute format('alter subscription %I disable', subscription);
    execute format('alter subscription %I set (slot_name = none)', subscription);
    execute format('drop subscription %I', subscription);
  end if;
end $$;

-- What a message of ours says of itself, read from the bytes that native replication sends for it: its columns, in their order, as
-- text. Null where that cannot be read: the stream may stand still because of it.
create or replace function tributary.native_message(sent bytea, out relation text, out rows bigint)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  place int := 9; -- behind 'I', the table, 'N' and the number of columns
  bytes int;
  value bytea;
begin
  for number in 1..8 loop
    value := null;
    if get_byte(sent, place - 1) = ascii('t') then
      bytes := ('x' || encode(substring(sent from place + 1 for 4), 'hex'))::bit(32)::int;
      value := case when number in (6, 8) then substring(sent from place + 5 for bytes) end;
      place := place + 4 + bytes;
    end if;
    place := place + 1;
    if number = 6 then
      relation := convert_from(value, getdatabaseencoding());
    elsif number = 8 then
      rows := convert_from(value, 'SQL_ASCII');
    end if;
  end loop;
exception when others then
  relation := null;
  rows := 1;
end $$;

-- The first transaction with changes that a slot sends beyond a position. Nothing is taken from the slot. changes: to look
-- through, at least; seen is smaller when there are no more. Nothing is converted for the client: what cannot be is told, too.
create or replace function tributary.native_next(slot text, publications text, "position" pg_lsn, changes int,
  out seen int, out xid text, out "end" text, out committed_at text, out messages jsonb, out other_changes int)
language sql set search_path = pg_catalog, pg_temp set client_encoding = 'SQL_ASCII' as $$
  with change as materialized (
    select p.n, p.lsn, p.xid::text as xid, chr(get_byte(p.data, 0)) as action, p.data
    from pg_logical_slot_peek_binary_changes(slot::name, null, changes, 'proto_version', '1', 'publication_names', publications)
      with ordinality p(lsn, xid, data, n)
  ), target as (
    select c.xid, max(c.lsn) filter (where c.action = 'C') as "end",
      -- microseconds since 2000
      max(('x' || encode(substring(c.data from 10 for 8), 'hex'))::bit(64)::bigint) filter (where c.action = 'B') as committed_at
    from change c group by c.xid
    having max(c.lsn) filter (where c.action = 'C') > "position" and bool_or(c.action in ('I', 'U', 'D', 'T'))
    order by max(c.n) limit 1
  ), part as (
    select c.data, c.action = 'I' and ('x' || encode(substring(c.data from 2 for 4), 'hex'))::bit(32)::bigint::oid in (
      select l.leaf from tributary.outbox o cross join tributary.outbox_leaves(o.set_name) l) as is_message
    from change c join target t using (xid) where c.action in ('I', 'U', 'D', 'T')
  )
  select
    (select count(*)::int from change),
    (select t.xid from target t),
    (select t."end"::text from target t),
    (select to_char(timestamptz '2000-01-01 00:00:00+00' at time zone 'UTC' + t.committed_at * interval '1 microsecond', 'YYYY-MM-DD HH24:MI:SS.US"+00"')
      from target t),
    (select coalesce(jsonb_agg(to_jsonb(g) order by g.relation), '[]') from (
      select m.relation, count(*)::int as messages, sum(m.rows)::bigint as rows
      from part cross join tributary.native_message(part.data) m where part.is_message group by 1) g),
    (select count(*)::int from part where not is_message)
$$;
