-- The role that the upstream of this node reads as, and nothing else: it may log in and replicate. What an engine needs of it
-- beside that: native replication nothing, pglogical one function that tells which node this is.

create or replace function tributary.set_link_role(role name, uses_pglogical boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found pg_roles;
begin
  lock table pg_catalog.pg_authid in share row exclusive mode;
  select * into found from pg_roles r where r.rolname = set_link_role.role;
  if found.rolsuper then
    raise exception 'role "%" is a superuser: the upstream reads as one that may do next to nothing', set_link_role.role
      using hint = format('ALTER ROLE %I NOSUPERUSER;', set_link_role.role);
  end if;
  if found.oid is null then
    execute format('create role %I noinherit', set_link_role.role);
    execute format('comment on role %I is %L', set_link_role.role, 'made by tributary: the upstream reads as this role');
  end if;
  execute format('alter role %I login replication noinherit nocreatedb nocreaterole nobypassrls', set_link_role.role);
  -- the upstream's worker asks by bare names: they are PostgreSQL's, whatever path the database has for others
  execute format('alter role %I set search_path = pg_catalog', set_link_role.role);
  execute format('grant connect on database %I to %I', current_database(), set_link_role.role);
  if uses_pglogical then
    execute format('grant usage on schema pglogical to %I', set_link_role.role);
    execute format('grant execute on function pglogical.pglogical_node_info() to %I', set_link_role.role);
  end if;
end $$;

-- verifier: what the server keeps of the password. mark: tells a subscription that has the password from one that has not; the
-- comment has it beside a mark of the verifier, which tells when somebody else has set another password since.
create or replace function tributary.set_link_password(role name, verifier text, mark text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter role %I password %L', set_link_password.role, verifier);
  execute format('comment on role %I is %L', set_link_password.role,
    format('made by tributary: the upstream reads as this role, password %s %s', mark, md5(verifier)));
end $$;

-- Ends its sessions, takes its rights here away, and drops it where we made it. One that has
-- rights elsewhere in the cluster stays, and cannot log in any more.
create or replace function tributary.drop_link_role(role name) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  found pg_roles;
begin
  -- roles are the cluster's: one at a time, whichever database
  lock table pg_catalog.pg_authid in share row exclusive mode;
  select * into found from pg_roles r where r.rolname = drop_link_role.role;
  if found.oid is null then
    return;
  end if;
  perform pg_terminate_backend(a.pid, 5000) from pg_stat_activity a where a.usesysid = found.oid and a.datname = current_database();
  if to_regnamespace('pglogical') is not null then
    execute format('revoke all on all tables in schema pglogical from %I', drop_link_role.role);
    execute format('revoke all on all functions in schema pglogical from %I', drop_link_role.role);
    execute format('revoke all on schema pglogical from %I', drop_link_role.role);
  end if;
  execute format('revoke all on database %I from %I', current_database(), drop_link_role.role);
  if starts_with(shobj_description(found.oid, 'pg_authid'), 'made by tributary') then
    if exists (select from pg_shdepend d where (d.refclassid, d.refobjid) = ('pg_authid'::regclass, found.oid)) then
      execute format('alter role %I nologin noreplication password null', drop_link_role.role);
    else
      execute format('drop role %I', drop_link_role.role);
    end if;
  end if;
end $$;

-- Subscribes with pglogical; nothing is copied, that is ours, and whatever comes from below travels on. A subscription that is
-- there already gets the connection string. pglogical would have this server connect to itself, which it needs for first copies
-- of its own only, and wants one and the same connection string for all subscriptions to a provider: for as long as this
-- transaction lasts, all that it keeps are this one.
create or replace function tributary.pglogical_subscribe(subscription text, conninfo text, sets text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  kept jsonb;
begin
  if not exists (select from pglogical.subscription s where s.sub_name = subscription) then
    kept := (select jsonb_object_agg(i.if_id::text, i.if_dsn) from pglogical.node_interface i);
    update pglogical.node_interface set if_dsn = conninfo;
    perform pglogical.create_subscription(subscription_name := subscription::name, provider_dsn := conninfo, replication_sets := sets,
      synchronize_structure := false, synchronize_data := false, forward_origins := '{all}');
    update pglogical.node_interface i set if_dsn = kept ->> i.if_id::text where kept ? i.if_id::text;
  end if;
  perform tributary.pglogical_connect_by(subscription, conninfo);
end $$;

-- Has a subscription use a connection string. One that it used before is forgotten, unless others use it.
create or replace function tributary.pglogical_connect_by(subscription text, conninfo text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  origin record;
begin
  select n.node_id, n.node_name, i.if_dsn into origin
  from pglogical.subscription s join pglogical.node n on n.node_id = s.sub_origin
    join pglogical.node_interface i on i.if_id = s.sub_origin_if
  where s.sub_name = subscription;
  if origin.node_id is null or origin.if_dsn = conninfo then
    return;
  end if;
  if not exists (select from pglogical.node_interface i where i.if_nodeid = origin.node_id and i.if_dsn = conninfo) then
    perform pglogical.alter_node_add_interface(origin.node_name, ('tributary_' || left(md5(conninfo), 16))::name, conninfo);
  end if;
  perform pglogical.alter_subscription_interface(subscription::name, (select i.if_name from pglogical.node_interface i
    where i.if_nodeid = origin.node_id and i.if_dsn = conninfo order by i.if_id desc limit 1));
end $$;

-- Interfaces to a subscription's provider that nobody connects by: ours go, and that which pglogical made with the provider
-- keeps where the provider is, and nothing of how to get in.
create or replace function tributary.pglogical_forget(subscription text, place text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  idle record;
begin
  for idle in
    select n.node_name, i.if_id, i.if_name
    from pglogical.subscription s join pglogical.node n on n.node_id = s.sub_origin
      join pglogical.node_interface i on i.if_nodeid = n.node_id
    where s.sub_name = subscription
      and not exists (select from pglogical.subscription o where i.if_id in (o.sub_origin_if, o.sub_target_if))
  loop
    if starts_with(idle.if_name::text, 'tributary_') then
      perform pglogical.alter_node_drop_interface(idle.node_name, idle.if_name);
    else
      update pglogical.node_interface i set if_dsn = place where i.if_id = idle.if_id;
    end if;
  end loop;
end $$;
