-- Is pglogical installed here, by us, and open to us, and which logical slots does this database have?
select
  exists (select from pg_catalog.pg_extension where extname = 'pglogical') as is_installed,
  exists (select from pg_catalog.pg_extension e
    where e.extname = 'pglogical' and pg_catalog.obj_description(e.oid, 'pg_extension') = 'made by tributary') as is_ours,
  exists (
    select from pg_catalog.pg_namespace n
    where n.nspname = 'pglogical' and has_schema_privilege(n.oid, 'usage')
      and (select bool_and(has_table_privilege(c.oid, 'select')) from pg_catalog.pg_class c
           where c.relnamespace = n.oid
             and c.relname in ('node', 'node_interface', 'local_node', 'subscription', 'local_sync_status', 'replication_set', 'replication_set_table'))
  ) as is_readable,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', s.slot_name,
      'plugin', s.plugin,
      'isActive', s.active,
      'walStatus', coalesce(s.wal_status, 'lost'),
      'lagBytes', coalesce(pg_wal_lsn_diff(p.position, s.confirmed_flush_lsn), 0),
      'retainedWalBytes', coalesce(pg_wal_lsn_diff(p.position, s.restart_lsn), 0)) order by s.slot_name), '[]')
   from pg_catalog.pg_replication_slots s
     cross join (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end) p(position)
   where s.slot_type = 'logical' and s.database = current_database()) as slots
