-- What this server is and can do. Answers for any role that may connect.
select
  current_setting('server_version_num')::int as version_num,
  split_part(current_setting('server_version'), ' ', 1) as version,
  (select jsonb_object_agg(name, current_setting(name)) from pg_catalog.pg_settings where name = any (array[
    'wal_level', 'max_replication_slots', 'max_active_replication_origins', 'max_wal_senders', 'max_worker_processes', 'max_logical_replication_workers',
    'shared_preload_libraries', 'output_plugin_libraries', 'wal_sender_timeout', 'idle_replication_slot_timeout',
    'max_slot_wal_keep_size', 'track_commit_timestamp', 'ssl', 'pglogical.conflict_resolution'])) as settings,
  (select pg_encoding_to_char(encoding)::text from pg_catalog.pg_database where datname = current_database()) as encoding,
  (select datcollate::text from pg_catalog.pg_database where datname = current_database()) as collation,
  -- Sessions of ours have their own; the application gets the database's, or that of the server's configuration.
  coalesce((
    select substring(entry from '^[^=]+=(.*)$')
    from pg_catalog.pg_db_role_setting s cross join lateral unnest(s.setconfig) entry
    where s.setrole = 0 and entry ilike 'timezone=%'
      and s.setdatabase = (select oid from pg_catalog.pg_database where datname = current_database())), '') as time_zone,
  current_database()::text as database,
  (select system_identifier::text from pg_control_system()) as system_identifier,
  current_user::text as user_name,
  (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as is_superuser,
  (select rolreplication from pg_catalog.pg_roles where rolname = current_user) as may_replicate,
  pg_is_in_recovery() as in_recovery,
  (select coalesce(jsonb_object_agg(name, default_version), '{}') from pg_catalog.pg_available_extensions) as available_extensions,
  (select coalesce(jsonb_object_agg(extname, extversion), '{}') from pg_catalog.pg_extension) as installed_extensions,
  exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tributary' and p.proname = 'describe' and p.pronargs = 0) as has_tributary,
  extract(epoch from clock_timestamp())::float8 * 1000 as clock_ms
