-- The cluster around a database: its age, its WAL, its slots and its clock's zone. Needs a superuser or pg_monitor.
-- $1: name  role that the upstream connects as
select
  (select system_identifier::text from pg_control_system()) || ' ' || extract(epoch from pg_postmaster_start_time())::text as cluster,
  (select coalesce(sum(size), 0) from pg_ls_waldir())::int8 as wal_bytes,
  (select w.wal_bytes / greatest(extract(epoch from now() - w.stats_reset) / 86400, 0.01) from pg_catalog.pg_stat_wal w)::float8 as wal_bytes_per_day,
  (select extract(epoch from now() - w.stats_reset)::float8 from pg_catalog.pg_stat_wal w) as wal_seconds,
  coalesce((select f.setting from pg_catalog.pg_file_settings f where lower(f.name) = 'timezone' and f.applied order by f.seqno desc limit 1), '') as server_time_zone,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', s.slot_name, 'database', s.database, 'plugin', s.plugin, 'walStatus', s.wal_status,
      'retainedWalBytes', coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, s.restart_lsn), 0)) order by s.slot_name), '[]')
   from pg_catalog.pg_replication_slots s where not s.active and not s.temporary) as idle_slots,
  (select coalesce(jsonb_agg(jsonb_build_object('role', r.rolname, 'database', d.datname) order by r.rolname, d.datname), '[]')
   from pg_catalog.pg_db_role_setting s left join pg_catalog.pg_roles r on r.oid = s.setrole left join pg_catalog.pg_database d on d.oid = s.setdatabase
   where 'session_replication_role=replica' = any (s.setconfig) and (d.datname is null or d.datname = current_database())) as silent_settings,
  (select jsonb_build_object(
      'canLogIn', r.rolcanlogin, 'mayReplicate', r.rolreplication or r.rolsuper, 'isSuperuser', r.rolsuper,
      'bypassesRowSecurity', r.rolbypassrls,
      'memberOf', (select coalesce(jsonb_agg(g.rolname order by g.rolname), '[]') from pg_catalog.pg_auth_members m
        join pg_catalog.pg_roles g on g.oid = m.roleid where m.member = r.oid),
      'mayUsePglogical', (select has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')
        from pg_catalog.pg_namespace n join pg_catalog.pg_proc p on p.pronamespace = n.oid
        where n.nspname = 'pglogical' and p.proname = 'pglogical_node_info'),
      'readsInterfaces', (select not r.rolsuper and has_any_column_privilege(r.oid, c.oid, 'select')
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'pglogical' and c.relname = 'node_interface'))
   from pg_catalog.pg_roles r where r.rolname = $1) as link_role
