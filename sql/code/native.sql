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

-- Subscribes to a slot that is there already. Nothing is copied: that is ours. What comes from further below travels on, as
-- is the default. options: of CREATE SUBSCRIPTION, as SQL, such as the server knows.
create or replace function tributary.native_subscribe(subscription text, conninfo text, publications text[], slot text, options text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not tributary.native_has(subscription) then
    execute format('create subscription %I connection %L publication %s with (create_slot = false, slot_name = %L, copy_data = false, %s)',
      subscription, conninfo, (select string_agg(quote_ident(p), ', ') from unnest(publications) p), slot, options);
  end if;
end $$;

-- Its tables are taken by ALTER SUBSCRIPTION … REFRESH PUBLICATION, which PostgreSQL wants outside any function, and of a
-- subscription that is enabled.
create or replace function tributary.native_alter(subscription text, conninfo text, publications text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter subscription %I connection %L', subscription, conninfo);
  execute format('alter subscription %I set publication %s with (refresh = false)', subscription,
    (select string_agg(quote_ident(p), ', ') from unnest(publications) p));
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
