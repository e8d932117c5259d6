-- Roles: who runs what. No function of ours runs with a superuser's rights for somebody else. Nobody logs in as any of them. Named
-- after the project, and dropped by "remove"; docs/concepts/rights.md has what each may do.
--   owner     owns the schema, its tables, and all functions that no other role must own. Nothing of the application runs as it
--   capture   reads captured tables and writes messages, in this node's own name only
--   filter    runs what a filter calls of others: may do nothing
--   delivery  writes delivered tables and their provenance: constraints, defaults and triggers of the tables' owners run as it
--   stream    owns native subscriptions: may insert into the leaves of outboxes
--   status    owns what the monitor may call: reads, and writes beats
--   operator  owns nothing: people are made members of it, who may look at everything (status, verify, trace, parked) and change nothing

create or replace function tributary.role_name(part text) returns name
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('tributary_%s_%s', replace(n.project, '-', '_'), part)::name from tributary.node n
$$;

create or replace function tributary.role_parts() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$ select '{owner,capture,filter,delivery,stream,status,operator}'::text[] $$;

-- Makes the roles that are missing, and takes from those that are there what they should not have. By a superuser.
create or replace function tributary.make_roles() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  mark text;
  part text;
  role name;
  found pg_roles;
  tie record;
begin
  -- A cluster may have several nodes of a project, set up at the same time: a lock that holds in all of its databases.
  lock table pg_catalog.pg_authid in share row exclusive mode;
  foreach part in array tributary.role_parts() loop
    role := tributary.role_name(part);
    mark := case part when 'operator' then 'made by tributary: whoever is a member may look at all that it does here'
      else 'made by tributary: owns code of its schemas, and nobody logs in as it' end;
    select * into found from pg_roles r where r.rolname = role;
    if found.oid is null then
      execute format('create role %I', role);
      execute format('comment on role %I is %L', role, mark);
    elsif shobj_description(found.oid, 'pg_authid') is distinct from mark then
      raise exception 'role "%" is there and was not made by Tributary, which needs that name', role
        using hint = format('Rename it: ALTER ROLE %I RENAME TO ...; or choose another project name in the topology file.', role);
    end if;
    -- PostgreSQL refuses the workers of a subscription whose owner may not log in; a limit of no connections lets nobody else in.
    execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication inherit %s %s', role,
      case when part in ('capture', 'delivery') then 'bypassrls' else 'nobypassrls' end,
      case when part = 'stream' then 'login connection limit 0' else 'nologin' end);
  end loop;
  for tie in select g.rolname as role, m.rolname as member from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
      where not tributary.may_be_member(g.rolname, m.rolname)
        and (g.rolname in (select tributary.role_name(p) from unnest(tributary.role_parts()) p) or m.rolname in (select tributary.role_name(p) from unnest(tributary.role_parts()) p)) loop
    execute format('revoke %I from %I', tie.role, tie.member);
  end loop;
  execute format('grant %I, %I, %I, %I to %I', tributary.role_name('capture'), tributary.role_name('filter'), tributary.role_name('delivery'),
    tributary.role_name('status'), tributary.role_name('owner'));
  execute format('grant pg_monitor to %I, %I', tributary.role_name('status'), tributary.role_name('operator'));
end $$;

-- The memberships that our roles may have: the owner replaces the functions of the others when a table is altered, and people
-- are members of operator.
create or replace function tributary.may_be_member(role name, member name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select member = tributary.role_name('owner') and role in (tributary.role_name('capture'), tributary.role_name('filter'), tributary.role_name('delivery'), tributary.role_name('status'))
    or member in (tributary.role_name('status'), tributary.role_name('operator')) and role = 'pg_monitor'
    or role = tributary.role_name('operator') and member not in (select tributary.role_name(p) from unnest(tributary.role_parts()) p)
$$;

-- The role that a function belongs to, by its name: all that is not named here runs as its caller, and belongs to the owner.
create or replace function tributary.owner_of_function(name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when name ~ '^capture_(insert|update|delete|truncate|replicated)_|^protect_' then 'capture'
    when name ~ '^filter2?_' then 'filter'
    when name ~ '^(apply|take)_' then 'delivery'
    when name in ('row_sums', 'hashed_rows', 'has_others', 'has_rows', 'owned_keys', 'look', 'look_shared', 'values_of', 'strays', 'trace', 'judge_parts') then 'capture'
    when name in ('vitals', 'beat', 'fence', 'pglogical_state') then 'status'
    else 'owner' end
$$;

-- What an operator may call of the functions that run as another role: they read what is compared, put a mark into a stream,
-- note what a comparison found, and empty the outboxes' leaves at rest.
create or replace function tributary.is_for_operator(name text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select name in ('row_sums', 'hashed_rows', 'has_others', 'has_rows', 'owned_keys', 'look', 'look_shared', 'values_of', 'strays', 'trace', 'judge_parts',
    'fence', 'pglogical_state', 'record_verification', 'tend')
$$;

-- Gives a function to the role that should have it, and to nobody else the right to call it. One that runs as its caller may
-- be called by our other roles.
create or replace function tributary.settle_function(function regprocedure) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known pg_proc;
  role name;
begin
  select * into strict known from pg_proc p where p.oid = function;
  role := tributary.role_name(tributary.owner_of_function(known.proname));
  if known.proowner <> (select r.oid from pg_roles r where r.rolname = role) then
    execute format('alter function %s owner to %I', function, role);
  end if;
  execute format('revoke all on function %s from public', function);
  if not known.prosecdef then
    execute format('grant execute on function %s to %I, %I, %I, %I, %I', function, tributary.role_name('capture'), tributary.role_name('delivery'),
      tributary.role_name('stream'), tributary.role_name('status'), tributary.role_name('operator'));
    if known.proname ~ '^condition2?_' then
      execute format('grant execute on function %s to %I', function, tributary.role_name('filter'));
    end if;
  elsif tributary.is_for_operator(known.proname) then
    execute format('grant execute on function %s to %I', function, tributary.role_name('operator'));
  elsif known.proname ~ '^filter2?_|^doubt_twins$|^keep_version$' then
    execute format('grant execute on function %s to %I', function, tributary.role_name('capture'));
  elsif known.proname ~ '^(apply|take)_' then
    execute format('grant execute on function %s to %I', function, tributary.role_name('owner'));
  end if;
end $$;

-- Gives the schema and all that is in it to our roles. By a superuser; costs nothing where it is so already.
create or replace function tributary.settle() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  owner constant name := tributary.role_name('owner');
  others constant text := (select string_agg(quote_ident(tributary.role_name(p)), ', ') from unnest('{capture,filter,delivery,stream,status,operator}'::text[]) p);
  lookers constant text := format('%I, %I', tributary.role_name('status'), tributary.role_name('operator'));
  thing record;
begin
  -- In the order in which capture takes its locks, so that nobody who writes and we wait for each other.
  for thing in select c.oid::regclass as name from pg_class c
      where c.relnamespace = 'tributary'::regnamespace and c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) <> owner
        and c.relname ~ '^(provenance|messages|outbox)_' order by c.relname ~ '^provenance_' desc, c.relkind = 'p' desc, c.relname loop
    execute format('lock table only %s in access exclusive mode', thing.name);
  end loop;
  execute format('alter schema tributary owner to %I', owner);
  execute 'revoke all on schema tributary from public';
  execute format('grant usage on schema tributary to %s', others);
  execute format('grant temporary on database %I to %I, %I', current_database(), owner, tributary.role_name('filter'));
  -- capture: what it writes while others replicate must not look as if it had arrived
  execute format('grant set on parameter session_replication_role to %I, %I', owner, tributary.role_name('capture'));
  for thing in select c.oid::regclass as name, c.relkind from pg_class c join pg_roles r on r.oid = c.relowner
      where c.relnamespace = 'tributary'::regnamespace and c.relkind in ('r', 'p', 'S') and r.rolname <> owner
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass and c.relkind = 'S') loop
    execute format('alter %s %s owner to %I', case thing.relkind when 'S' then 'sequence' else 'table' end, thing.name, owner);
  end loop;
  execute format('alter default privileges for role %I revoke execute on functions from public', owner);
  execute format('grant select on all tables in schema tributary to %s', lookers);
  execute format('grant select on all sequences in schema tributary to %s', lookers);
  execute format('grant select, insert, update on tributary.heartbeat to %I', tributary.role_name('status'));
  execute format('grant select on tributary.node, tributary.capture, tributary.delivery, tributary.outbox to %I, %I', tributary.role_name('capture'), tributary.role_name('delivery'));
  -- of shared rows: who still has a say
  execute format('grant select on tributary.member, tributary.link to %I', tributary.role_name('delivery'));
  -- for what runs as capture on behalf of an operator
  execute format('grant select on tributary.parked to %I', tributary.role_name('capture'));
  execute format('grant usage on sequence tributary.message_number to %I, %I', tributary.role_name('capture'), tributary.role_name('status'));
  -- Only a superuser sees these by itself.
  execute format('grant select on pg_catalog.pg_file_settings to %s', lookers);
  execute format('grant execute on function pg_catalog.pg_show_all_file_settings() to %s', lookers);
  execute format('grant select on pg_catalog.pg_replication_origin_status to %s', lookers);
  execute format('grant execute on function pg_catalog.pg_show_replication_origin_status() to %s', lookers);
  perform tributary.settle_outbox(o.set_name) from tributary.outbox o;
  perform tributary.settle_provenance(d.relation) from tributary.delivery d;
  perform tributary.settle_table(t.relation, t.captures, t.receives) from (
    select relid as relation, bool_or(captures) as captures, bool_or(receives) as receives from (
      select c.relid, true as captures, false as receives from tributary.capture c union all select d.relid, false, true from tributary.delivery d) u
      join pg_class k on k.oid = u.relid group by relid) t;
  perform tributary.settle_function(p.oid) from pg_proc p where p.pronamespace = 'tributary'::regnamespace;
  if to_regclass('pglogical.subscription') is not null then
    execute format('grant usage on schema pglogical to %I, %I', owner, tributary.role_name('status'));
    execute format('grant select (sub_id, sub_name, sub_slot_name, sub_enabled) on pglogical.subscription to %I, %I', owner, tributary.role_name('status'));
    -- not node_interface: it has connection strings. What an operator is told of these it asks pglogical_state() for: whoever may
    -- use the schema may alter what pglogical sends.
    execute format('grant select (node_id, node_name) on pglogical.node to %I', tributary.role_name('status'));
    execute format('grant execute on function pglogical.show_subscription_status(name) to %I', tributary.role_name('status'));
    execute format('grant select on pglogical.local_node, pglogical.replication_set, pglogical.replication_set_table, pglogical.local_sync_status to %I', tributary.role_name('status'));
  end if;
end $$;

-- Gives a table to our owner; one that it has already is not locked.
create or replace function tributary.own(name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = to_regclass(name)) <> tributary.role_name('owner') then
    execute format('alter table %s owner to %I', name, tributary.role_name('owner'));
  end if;
end $$;

-- An outbox: who may write it. Capture says what happened to rows, never in whose name.
create or replace function tributary.settle_outbox(set_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaf regclass;
begin
  perform tributary.own(format('tributary.%I', tributary.messages_name(set_name)));
  execute format('grant insert (kind, relation, columns, row_count, body) on tributary.%I to %I, %I', tributary.messages_name(set_name),
    tributary.role_name('capture'), tributary.role_name('status'));
  for leaf in select l.leaf from tributary.outbox_leaves(set_name) l loop
    perform tributary.own(leaf::text);
    execute format('grant insert on %s to %I', leaf, tributary.role_name('stream'));
  end loop;
  execute format('grant select on all tables in schema tributary to %I, %I', tributary.role_name('status'), tributary.role_name('operator'));
end $$;

-- A table of the application: what our roles may do with it.
create or replace function tributary.settle_table(relation regclass, captures boolean, receives boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  capture constant name := tributary.role_name('capture');
  delivery constant name := tributary.role_name('delivery');
  owner constant name := tributary.role_name('owner');
  name text := tributary.known_as(relation);
  space name;
  member regclass;
begin
  for space in select distinct n.nspname from pg_namespace n where n.nspname not in ('pg_catalog', 'information_schema') and n.oid in (
      select c.relnamespace from pg_class c where c.oid = relation
      union select t.typnamespace from pg_attribute a cross join lateral tributary.types_below(relation, a.attname) b(type) join pg_type t on t.oid = b.type
        where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
      union select e.typnamespace from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_type e on e.oid = t.typelem
        where a.attrelid = relation and a.attnum > 0 and not a.attisdropped) loop
    execute format('grant usage on schema %I to %I, %I, %I, %I', space, capture, delivery, owner, tributary.role_name('filter'));
  end loop;
  for member in select tributary.family(relation) loop
    execute format('grant trigger on %s to %I', member, owner);
    if captures then
      execute format('grant select on %s to %I', member, capture);
    end if;
  end loop;
  if captures then
    execute format('grant select on %s to %I', relation, owner);
  end if;
  -- Names of objects are read as values: of whichever schema.
  if receives and exists (select from pg_attribute a cross join lateral tributary.types_below(relation, a.attname) b(type)
      where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and b.type in (
        'regclass'::regtype, 'regtype'::regtype, 'regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype, 'regoperator'::regtype,
        'regcollation'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype, 'regrole'::regtype)) then
    for space in select n.nspname from pg_namespace n where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tributary', 'pglogical') loop
      execute format('grant usage on schema %I to %I', space, delivery);
    end loop;
  end if;
  if receives then
    execute format('grant select, insert, update, delete on %s to %I', relation, delivery);
    -- capture reads it for whoever compares or traces rows
    execute format('grant select on %s to %I, %I', relation, owner, capture);
  end if;
end $$;

-- A table's provenance: delivery keeps it, capture asks it whose a row is.
create or replace function tributary.settle_provenance(relation text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  provenance text := format('tributary.%I', tributary.object_name('provenance', relation));
begin
  if to_regclass(provenance) is not null then
    perform tributary.own(provenance);
    execute format('grant select, insert, update, delete on %s to %I', provenance, tributary.role_name('delivery'));
    execute format('grant select on %s to %I, %I, %I', provenance, tributary.role_name('capture'), tributary.role_name('status'), tributary.role_name('operator'));
  end if;
end $$;

-- What of the roles is not as it should be.
create or replace function tributary.role_damage() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with parts as (select p as part, tributary.role_name(p) as name from unnest(tributary.role_parts()) p)
  select format('role %s is missing', p.name) from parts p where not exists (select from pg_roles r where r.rolname = p.name)
  union all
  select format('role %s has rights that it should not have, or lacks BYPASSRLS', p.name) from parts p join pg_roles r on r.rolname = p.name
  where r.rolsuper or r.rolcanlogin <> (p.part = 'stream') or (p.part = 'stream' and r.rolconnlimit <> 0) or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls <> (p.part in ('capture', 'delivery'))
  union all
  select format('role %s is a member of role %s', m.rolname, g.rolname) from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
  where (g.rolname in (select name from parts) or m.rolname in (select name from parts)) and not tributary.may_be_member(g.rolname, m.rolname)
  union all
  select format('%s belongs to role %s', c.oid::regclass, pg_get_userbyid(c.relowner)) from pg_class c
  where c.relnamespace = 'tributary'::regnamespace and c.relkind in ('r', 'p', 'S', 'v') and pg_get_userbyid(c.relowner) <> tributary.role_name('owner')
  union all
  select format('function %s belongs to role %s', p.oid::regprocedure, pg_get_userbyid(p.proowner)) from pg_proc p
  where p.pronamespace = 'tributary'::regnamespace and pg_get_userbyid(p.proowner) <> tributary.role_name(tributary.owner_of_function(p.proname))
  union all
  select format('everybody may call function %s', p.oid::regprocedure) from pg_proc p
  where p.pronamespace = 'tributary'::regnamespace and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))
  union all
  select 'everybody may use schema tributary' from pg_namespace n where n.nspname = 'tributary' and exists (select from aclexplode(n.nspacl) a where a.grantee = 0)
$$;

-- Functions of others that an expression of a table calls: outside pg_catalog, by name and with a hash of what it does.
create or replace function tributary.call_mark(function oid) returns text
language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select function::regprocedure || ' ' || md5(row(p.prosrc, p.probin, pg_get_function_sqlbody(p.oid), p.provolatile, p.prosecdef, p.proconfig, p.prolang, p.proowner)::text)
  from pg_proc p where p.oid = call_mark.function
$$;

-- Takes away what our roles have in this database, and drops those that have nothing in any other. Before the schema is dropped.
create or replace function tributary.dissolve_roles() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  names name[] := array(select tributary.role_name(p) from unnest(tributary.role_parts()) p join pg_roles r on r.rolname = tributary.role_name(p));
  role name;
begin
  lock table pg_catalog.pg_authid in share row exclusive mode;
  foreach role in array names loop
    execute format('reassign owned by %I to current_user', role);
    execute format('drop owned by %I', role);
  end loop;
  foreach role in array names loop
    if not exists (select from pg_shdepend d join pg_roles r on (d.refclassid, d.refobjid) = ('pg_authid'::regclass, r.oid) where r.rolname = role) then
      execute format('drop role %I', role);
    end if;
  end loop;
end $$;
