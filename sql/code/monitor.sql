-- The monitor: what it asks a node, what it writes there, and the role that it does both as. The role may call three functions
-- and read nothing: they run as their owner, and none of them tells a connection string.

-- A beat of this node into each outbox that is carried on, unless there was one within the interval. Above, it is applied to
-- tributary.heartbeat by the trigger that applies the data. True when there was one to write.
create or replace function tributary.beat(vitals jsonb, every interval) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
declare
  me tributary.node;
  outbox text;
begin
  select * into strict me from tributary.node;
  -- Of two that come at one time, the second one is not needed.
  if me.is_root or not pg_try_advisory_xact_lock(hashtext('tributary.beat')) or exists (select from tributary.heartbeat h where h.node = me.name and h.arrived_at > clock_timestamp() - greatest(every, interval '100 ms')) then
    return false;
  end if;
  for outbox in select o.set_name from tributary.outbox o order by 1 loop
    execute format('insert into tributary.%I (kind, body) values (''beat'', array[$1::text])', tributary.messages_name(outbox)) using vitals;
    perform tributary.note_beat(outbox, me.name, me.epoch, 0, clock_timestamp(), vitals::text);
  end loop;
  return true;
end $$;

-- Notes a beat, unless a newer one is there. said: JSON, as another node wrote it; what cannot be read, or is too long to be
-- true, says nothing of the node's disks, and stops no stream.
create or replace function tributary.note_beat(set_name text, node text, epoch bigint, number bigint, sent_at timestamptz, said text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  told jsonb := '{}';
begin
  if octet_length(said) < 10000 then
    begin
      told := said::jsonb;
    exception when others then
      told := '{}';
    end;
  end if;
  insert into tributary.heartbeat as h (node, set_name, epoch, number, sent_at, vitals)
  values (note_beat.node, note_beat.set_name, note_beat.epoch, note_beat.number, note_beat.sent_at, coalesce(told, '{}'))
  on conflict on constraint heartbeat_pkey do update
    set epoch = excluded.epoch, number = excluded.number, sent_at = excluded.sent_at, arrived_at = clock_timestamp(), vitals = excluded.vitals
    where (h.epoch, h.sent_at) < (excluded.epoch, excluded.sent_at);
end $$;

-- Empties the outboxes' leaves at rest, as the monitor's role may not by itself. Gives the bytes that became free.
create or replace function tributary.tend() returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$ select tributary.prune() $$;

-- All that the monitor needs of this node, in one round trip. Positions in the WAL are bytes, moments are seconds since 1970.
-- What a server does not have (a column of a later major) is null. thorough: also what takes longer.
create or replace function tributary.vitals(thorough boolean) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set lock_timeout = '500ms' set jit = off as $$
declare
  present pg_lsn := case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end;
  answer jsonb;
begin
  with files as materialized (select name, size, modification from pg_ls_waldir()),
  slots as materialized (
    select s.*, to_jsonb(s) as known from pg_replication_slots s
    where not s.temporary and (s.database is null or s.database = current_database()))
  select jsonb_build_object(
    'now', tributary.moment(clock_timestamp()),
    'startedAt', tributary.moment(pg_postmaster_start_time()),
    'versionNum', current_setting('server_version_num')::int,
    'version', split_part(current_setting('server_version'), ' ', 1),
    'inRecovery', pg_is_in_recovery(),
    'systemIdentifier', (select system_identifier::text from pg_control_system()),
    'position', present - '0/0',
    'walBytes', (select coalesce(sum(size), 0) from files),
    'dataDirectory', current_setting('data_directory'),
    'tablespaces', (select coalesce(jsonb_object_agg(t.spcname, pg_tablespace_location(t.oid)), '{}') from pg_tablespace t
      where pg_tablespace_location(t.oid) <> ''),
    'extension', (select extversion from pg_extension where extname = 'pglogical'),
    'settings', (select jsonb_object_agg(name, current_setting(name)) from pg_settings where name = any ('{wal_level,output_plugin_libraries,
      max_replication_slots,max_active_replication_origins,max_wal_senders,max_worker_processes,max_logical_replication_workers,
      shared_preload_libraries,wal_sender_timeout,max_slot_wal_keep_size,wal_keep_size,idle_replication_slot_timeout,track_commit_timestamp}')),
    'walKeepBytes', (select max(s.setting::bigint) * 1048576 from pg_settings s where s.name in ('max_slot_wal_keep_size', 'wal_keep_size')
      and (select setting::bigint from pg_settings where name = 'max_slot_wal_keep_size') >= 0),
    'used', jsonb_build_object(
      'slots', (select count(*) from pg_replication_slots),
      'senders', (select count(*) from pg_stat_replication),
      'workers', (select count(*) from pg_stat_activity where backend_type in ('parallel worker', 'logical replication launcher',
        'logical replication worker', 'logical replication apply worker', 'logical replication parallel worker',
        'logical replication tablesync worker') or backend_type like 'pglogical%')),
    'slots', (select coalesce(jsonb_agg(jsonb_build_object(
        'name', s.slot_name, 'plugin', s.plugin, 'isActive', s.active,
        'walStatus', coalesce(s.wal_status, 'lost'),
        'confirmed', s.confirmed_flush_lsn - '0/0',
        'retainedBytes', present - s.restart_lsn,
        'unconfirmedBytes', greatest(present - s.confirmed_flush_lsn, 0),
        'safeBytes', s.safe_wal_size,
        'catalogXminAge', age(s.catalog_xmin),
        'confirmedFileAt', tributary.moment(f.modification),
        'inactiveSince', tributary.moment((s.known->>'inactive_since')::timestamptz),
        'invalidation', s.known->>'invalidation_reason',
        'decodedBytes', st.total_bytes, 'spilledBytes', st.spill_bytes,
        'sender', r.application_name, 'senderState', r.state, 'senderStartedAt', tributary.moment(r.backend_start),
        'repliedAt', tributary.moment(r.reply_time)) order by s.slot_name), '[]')
      from slots s
        left join pg_stat_replication_slots st using (slot_name)
        left join pg_stat_replication r on r.pid = s.active_pid
        left join files f on not pg_is_in_recovery() and f.name = pg_walfile_name(s.confirmed_flush_lsn)),
    'native', (select coalesce(jsonb_agg(jsonb_build_object(
        'name', s.subname, 'slot', s.subslotname, 'isEnabled', s.subenabled, 'isWorking', w.pid is not null,
        'startedAt', null, 'heardAt', tributary.moment(w.last_msg_receipt_time),
        'received', o.remote_lsn - '0/0',
        'applyErrors', e.apply_error_count + e.sync_error_count,
        'conflicts', (select jsonb_object_agg(substr(key, 7), value) from jsonb_each(to_jsonb(e)) where key like 'confl\_%')) order by s.subname), '[]')
      from pg_subscription s
        left join pg_stat_subscription w on w.subid = s.oid and w.relid is null and to_jsonb(w)->>'leader_pid' is null and w.pid is not null
        left join pg_stat_subscription_stats e on e.subid = s.oid
        left join pg_replication_origin_status o on o.external_id = 'pg_' || s.oid
      where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())),
    'database', (select jsonb_build_object('commits', d.xact_commit, 'rollbacks', d.xact_rollback) from pg_stat_database d
      where d.datname = current_database()),
    'databaseBytes', case when thorough then pg_database_size(current_database()) end,
    'timeZone', case when thorough then tributary.own_time_zone() end,
    'epoch', (select n.epoch from tributary.node n),
    'node', (select jsonb_build_object('project', n.project, 'name', n.name, 'version', (select max(number) from tributary.schema_version)) from tributary.node n),
    'links', (select coalesce(jsonb_agg(jsonb_build_object('provider', l.provider, 'set', l.set_name, 'phase', l.phase,
        'refusals', tributary.refusals(l.provider),
        'progressAt', tributary.moment(greatest(l.since, (select max(s.done_at) from tributary.seed s where s.provider = l.provider),
          case when l.phase <> 'live' then (select max(c.done_at) from tributary.seed_chunk c where c.provider = l.provider) end))) order by l.provider, l.set_name), '[]')
      from tributary.link l),
    'heartbeats', (select coalesce(jsonb_agg(jsonb_build_object('node', h.node, 'set', h.set_name, 'number', h.number,
        'sentAt', tributary.moment(h.sent_at), 'arrivedAt', tributary.moment(h.arrived_at), 'vitals', h.vitals) order by h.node, h.set_name), '[]')
      from tributary.heartbeat h),
    'arrivals', (select coalesce(jsonb_agg(jsonb_build_object('node', s.node, 'arrivedAt', tributary.moment(s.arrived_at), 'sentAt', tributary.moment(s.sent_at),
        'wentBackAt', tributary.moment(s.went_back_at)) order by s.node), '[]')
      from tributary.source s),
    'parked', (select coalesce(jsonb_agg(jsonb_build_object('owner', p.node, 'rows', p.rows, 'since', tributary.moment(p.since), 'reason', p.reason) order by p.node), '[]')
      from (select node, count(*) as rows, min(parked_at) as since, (array_agg(reason order by id desc))[1] as reason from tributary.parked group by node) p),
    'impostures', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'node', i.node, 'messages', i.messages) order by i.provider, i.node), '[]')
      from tributary.imposture i where i.last_at > now() - interval '7 days'),
    -- Over the tables that travel now. lastAt: of the one that waits longest; one that was never compared counts from its first
    -- copy, which was proven. verdict: the worst.
    'verified', (select coalesce(jsonb_agg(jsonb_build_object('provider', c.provider, 'tables', c.tables, 'compared', c.compared,
        'verdict', case when c.differs then 'different' when c.wavers then 'unsettled' when c.compared = c.tables then 'equal' end,
        'lastAt', tributary.moment(c.last_at), 'seconds', c.seconds, 'missing', c.missing, 'extra', c.extra, 'different', c.different,
        'parked', c.parked, 'unsettled', c.unsettled) order by c.provider), '[]')
      from (select l.provider, count(*) as tables, count(v.relation) as compared, bool_or(v.verdict = 'different') as differs, bool_or(v.verdict = 'unsettled') as wavers,
          min(coalesce(v.finished_at, s.done_at, l.since)) as last_at, coalesce(sum(extract(epoch from v.finished_at - v.started_at)), 0)::float8 as seconds,
          coalesce(sum(v.missing), 0) as missing, coalesce(sum(v.extra), 0) as extra, coalesce(sum(v.different), 0) as different,
          coalesce(sum(v.parked), 0) as parked, coalesce(sum(v.unsettled), 0) as unsettled
        from tributary.link l join tributary.delivery d using (set_name)
          left join tributary.verification v on (v.provider, v.relation) = (l.provider, d.relation)
          left join tributary.seed s on (s.provider, s.relation) = (l.provider, d.relation)
        group by l.provider) c),
    'outboxBytes', (select coalesce(jsonb_object_agg(o.set_name, tributary.outbox_bytes(o.set_name)), '{}') from tributary.outbox o),
    'described', case when thorough then tributary.describe() - 'monitor' end)
  into answer;
  -- Not looked at before the extension is there: it may come at any time.
  if to_regclass('pglogical.subscription') is not null then
    answer := answer || jsonb_build_object('pglogical', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', s.sub_name, 'slot', s.sub_slot_name, 'isEnabled', s.sub_enabled, 'isWorking', a.pid is not null,
        'startedAt', tributary.moment(a.backend_start), 'received', o.remote_lsn - '0/0') order by s.sub_name), '[]')
      from pglogical.subscription s
        left join pg_stat_activity a on a.datname = current_database()
          and a.application_name = 'pglogical apply ' || a.datid || ':' || s.sub_id
        left join pg_replication_origin_status o on o.external_id = s.sub_slot_name));
  end if;
  return answer;
end $$;

-- The zone that the application's sessions have here: ours are in UTC. The database's, that of all, the server's.
create or replace function tributary.own_time_zone() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select substring(entry from '^[^=]+=(.*)$') from pg_db_role_setting s cross join lateral unnest(s.setconfig) entry
      where s.setrole = 0 and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database())) and entry ilike 'timezone=%'
      order by s.setdatabase desc limit 1),
    (select f.setting from pg_file_settings f where lower(f.name) = 'timezone' and f.applied order by f.seqno desc limit 1), 'UTC')
$$;

create or replace function tributary.moment(at timestamptz) returns float8
language sql immutable parallel safe return extract(epoch from at)::float8;

-- The role that the monitor comes as: made where it is missing, and allowed what it needs. verifier: of its password, as
-- pg_authid keeps it; null: the server lets it in by another way.
create or replace function tributary.set_monitor(role name, verifier text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.unset_monitor() from tributary.node n where n.monitor_role <> set_monitor.role;
  if not exists (select from pg_roles r where r.rolname = set_monitor.role) then
    execute format('create role %I login', set_monitor.role);
    execute format('comment on role %I is %L', set_monitor.role, 'made by tributary: the monitor looks as this role');
  end if;
  if (select r.rolsuper from pg_roles r where r.rolname = set_monitor.role) then
    raise exception 'role "%" is a superuser: the monitor looks as one that may next to nothing', set_monitor.role
      using hint = 'Name another one with "role" under "monitor" in the topology file, or leave it out.';
  end if;
  if verifier is not null then
    execute format('alter role %I login password %L', set_monitor.role, verifier);
  end if;
  execute format('grant connect on database %I to %I', current_database(), set_monitor.role);
  execute format('grant usage on schema tributary to %I', set_monitor.role);
  execute format('grant execute on function tributary.vitals(boolean), tributary.beat(jsonb, interval), tributary.tend() to %I', set_monitor.role);
  update tributary.node set monitor_role = set_monitor.role;
end $$;

-- Takes the role's rights here away, and drops it where we made it and nothing else in the cluster knows it.
create or replace function tributary.unset_monitor() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  monitor name := (select n.monitor_role from tributary.node n);
  found pg_roles;
begin
  update tributary.node set monitor_role = null;
  select * into found from pg_roles r where r.rolname = monitor;
  if found.oid is null then
    return;
  end if;
  execute format('revoke all on function tributary.vitals(boolean), tributary.beat(jsonb, interval), tributary.tend() from %I', monitor);
  execute format('revoke all on schema tributary from %I', monitor);
  execute format('revoke connect on database %I from %I', current_database(), monitor);
  if starts_with(shobj_description(found.oid, 'pg_authid'), 'made by tributary')
    and not exists (select from pg_shdepend d where (d.refclassid, d.refobjid) = ('pg_authid'::regclass, found.oid)) then
    execute format('drop role %I', monitor);
  end if;
end $$;

-- The monitor's role, where it is whole; and a mark of what the server keeps of its password, which tells whether that is the
-- one in the file. Only a superuser sees that.
create or replace function tributary.monitor_state() returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  monitor name := (select n.monitor_role from tributary.node n);
  mark text;
begin
  if monitor is null then
    return null;
  elsif has_table_privilege('pg_authid', 'select') then
    mark := (select md5(a.rolpassword) from pg_authid a where a.rolname = monitor);
  end if;
  return (select jsonb_strip_nulls(jsonb_build_object('role', a.rolname, 'password', mark, 'isPasswordUnseen', case when not has_table_privilege('pg_authid', 'select') then true end))
    from pg_roles a
    where a.rolname = monitor and a.rolcanlogin and has_database_privilege(a.oid, current_database(), 'connect')
      and has_schema_privilege(a.oid, 'tributary', 'usage')
      and has_function_privilege(a.oid, 'tributary.vitals(boolean)', 'execute')
      and has_function_privilege(a.oid, 'tributary.beat(jsonb, interval)', 'execute')
      and has_function_privilege(a.oid, 'tributary.tend()', 'execute'));
end $$;
