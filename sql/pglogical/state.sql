-- pglogical's node, replication sets and subscriptions in this database.
select
  (select n.node_name::text from pglogical.local_node l join pglogical.node n using (node_id)) as engine_node,
  (select coalesce(jsonb_object_agg(r.set_name, r.tables), '{}') from (
     select s.set_name, coalesce(jsonb_agg(n.nspname || '.' || c.relname order by n.nspname, c.relname)
         filter (where c.oid is not null), '[]') as tables
     from pglogical.local_node l
       join pglogical.replication_set s on s.set_nodeid = l.node_id
       left join pglogical.replication_set_table t on t.set_id = s.set_id
       left join pg_catalog.pg_class c on c.oid = t.set_reloid
       left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     group by s.set_name) r) as replication_sets,
  -- show_subscription_status() is an error where there is no local node.
  case when exists (select from pglogical.local_node) then (
    select coalesce(jsonb_agg(jsonb_build_object(
        'name', s.sub_name,
        'sets', coalesce(to_jsonb(w.replication_sets), '[]'),
        -- disabled, and its worker not gone yet
        'status', case when s.sub_enabled or w.status = 'disabled' then w.status else 'stopping' end,
        'slot', w.slot_name,
        'providerDsn', w.provider_dsn,
        'receivedPosition', (select (p.remote_lsn - '0/0')::float8 from pg_catalog.pg_replication_origin o
           join pg_catalog.pg_replication_origin_status p on p.local_id = o.roident where o.roname = w.slot_name),
        -- What the worker has noted of single tables: it does so of those that it copied, and Tributary lets it copy none.
        'listed', (select coalesce(jsonb_agg(y.sync_nspname || '.' || y.sync_relname), '[]')
           from pglogical.local_sync_status y where y.sync_subid = s.sub_id and y.sync_nspname is not null),
        'isInitialized', coalesce(i.sync_status = 'r', false)) order by s.sub_name), '[]')
    from pglogical.show_subscription_status() w
      join pglogical.subscription s on s.sub_name = w.subscription_name
      left join pglogical.local_sync_status i on i.sync_subid = s.sub_id and i.sync_nspname is null
  ) else '[]' end as subscriptions,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'engineNode', n.node_name,
      'interface', i.if_name,
      'dsn', i.if_dsn,
      'isLocal', exists (select from pglogical.local_node l where l.node_local_interface = i.if_id),
      'isUsed', exists (select from pglogical.subscription s where s.sub_origin_if = i.if_id)) order by n.node_name, i.if_name), '[]')
   from pglogical.node_interface i join pglogical.node n on n.node_id = i.if_nodeid) as interfaces
