-- What PostgreSQL itself has for replication in this database, and whether pglogical is installed here, by us, and open to us.
select
  exists (select from pg_catalog.pg_extension where extname = 'pglogical') as has_pglogical,
  exists (select from pg_catalog.pg_extension e
    where e.extname = 'pglogical' and pg_catalog.obj_description(e.oid, 'pg_extension') = 'made by tributary') as made_pglogical,
  exists (
    select from pg_catalog.pg_namespace n
    where n.nspname = 'pglogical' and has_schema_privilege(n.oid, 'usage')
      and (select bool_and(has_table_privilege(c.oid, 'select')) from pg_catalog.pg_class c
           where c.relnamespace = n.oid
             and c.relname in ('node', 'node_interface', 'local_node', 'subscription', 'local_sync_status', 'replication_set', 'replication_set_table'))
  ) as may_read_pglogical,
  exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tributary' and p.proname = 'pglogical_state'
      and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')) as is_told_of_pglogical,
  has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') as may_read_connections,
  has_table_privilege('pg_catalog.pg_replication_origin_status', 'select')
    and has_function_privilege('pg_catalog.pg_show_replication_origin_status()', 'execute') as may_read_positions,
  (select jsonb_build_object(
      'isOpen', exists (select from pg_catalog.pg_proc p where p.pronamespace = n.oid and has_function_privilege('public', p.oid, 'execute')),
      'isUsable', has_schema_privilege('public', n.oid, 'usage'),
      'shutOut', (select coalesce(jsonb_agg(r.rolname order by r.rolname), '[]') from pg_catalog.pg_roles r
        where not r.rolsuper and not has_schema_privilege(r.oid, n.oid, 'usage')
          and exists (select from pg_catalog.pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p'))))
   from pg_catalog.pg_namespace n join pg_catalog.pg_extension e on e.extnamespace = n.oid
   where e.extname = 'pglogical') as pglogical_rights,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', s.slot_name,
      'plugin', s.plugin,
      'isActive', s.active,
      'walStatus', coalesce(s.wal_status, 'lost'),
      'lagBytes', coalesce(pg_wal_lsn_diff(p.position, s.confirmed_flush_lsn), 0),
      'retainedWalBytes', coalesce(pg_wal_lsn_diff(p.position, s.restart_lsn), 0)) order by s.slot_name), '[]')
   from pg_catalog.pg_replication_slots s
     cross join (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end) p(position)
   where s.slot_type = 'logical' and s.database = current_database()) as slots,
  (select coalesce(jsonb_agg(jsonb_build_object('name', p.pubname,
      -- all tables, or all of a schema, those that are still to come, too
      'isOpen', p.puballtables or exists (select from pg_catalog.pg_publication_namespace s where s.pnpubid = p.oid),
      'tables', (
        select coalesce(jsonb_agg(t.name order by t.name), '[]') from (
          select n.nspname || '.' || c.relname as name
          from pg_catalog.pg_publication_rel r join pg_catalog.pg_class c on c.oid = r.prrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where r.prpubid = p.oid
          union
          select n.nspname || '.' || c.relname
          from pg_catalog.pg_publication_namespace s join pg_catalog.pg_namespace n on n.oid = s.pnnspid
            join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
          where s.pnpubid = p.oid) t)) order by p.pubname), '[]')
   from pg_catalog.pg_publication p) as publications,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', s.subname,
      'sets', s.subpublications,
      'slot', s.subslotname,
      -- A worker that has not heard of its provider is still connecting.
      'status', case
        when w.workers is null then case when s.subenabled then 'down' else 'disabled' end
        when not s.subenabled then 'stopping' -- its worker is not gone yet
        when w.hears then 'replicating'
        else 'initializing' end,
      'applyErrors', t.apply_error_count,
      'isSuperuser', (select u.rolsuper from pg_catalog.pg_roles u where u.oid = s.subowner),
      'tables', (
        select coalesce(jsonb_agg(n.nspname || '.' || c.relname order by n.nspname, c.relname), '[]')
        from pg_catalog.pg_subscription_rel r join pg_catalog.pg_class c on c.oid = r.srrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where r.srsubid = s.oid and r.srsubstate = 'r'),
      'listed', (
        select coalesce(jsonb_agg(n.nspname || '.' || c.relname order by n.nspname, c.relname), '[]')
        from pg_catalog.pg_subscription_rel r join pg_catalog.pg_class c on c.oid = r.srrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where r.srsubid = s.oid)) order by s.subname), '[]')
   from pg_catalog.pg_subscription s
     left join pg_catalog.pg_stat_subscription_stats t on t.subid = s.oid
     left join lateral (
       select count(*) as workers, bool_or(v.last_msg_receipt_time is not null) as hears
       from pg_catalog.pg_stat_subscription v where v.subid = s.oid and v.pid is not null having count(*) > 0) w on true
   where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())) as subscriptions
