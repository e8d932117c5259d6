-- Is this server busy with what comes first? Clients at work besides us, and how far its standbys are behind.
select (select count(*)::int from pg_stat_activity a
    where a.backend_type = 'client backend' and a.state = 'active' and a.pid <> pg_backend_pid() and a.application_name <> 'tributary') as active,
  (select coalesce(max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, r.replay_lsn)), 0)::int8
    from pg_stat_replication r where not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')) as standby_bytes;
