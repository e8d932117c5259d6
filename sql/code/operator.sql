-- What an operator, who is a member of tributary_<project>_operator, is told beyond what the tables of this schema hold.

-- pglogical's node, replication sets and subscriptions in this database, as sql/pglogical/state.sql has them, without where the
-- subscriptions connect to. Null: there is no pglogical. An operator has no right to use its schema: who has may alter what it sends.
create or replace function tributary.pglogical_state() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_extension e where e.extname = 'pglogical') then
    return null;
  end if;
  return (select jsonb_build_object(
    'engine_node', (select n.node_name from pglogical.local_node l join pglogical.node n using (node_id)),
    'replication_sets', (select coalesce(jsonb_object_agg(r.set_name, r.tables), '{}') from (
       select s.set_name, coalesce(jsonb_agg(n.nspname || '.' || c.relname order by n.nspname, c.relname)
           filter (where c.oid is not null), '[]') as tables
       from pglogical.local_node l
         join pglogical.replication_set s on s.set_nodeid = l.node_id
         left join pglogical.replication_set_table t on t.set_id = s.set_id
         left join pg_class c on c.oid = t.set_reloid
         left join pg_namespace n on n.oid = c.relnamespace
       group by s.set_name) r),
    -- show_subscription_status() is an error where there is no local node.
    'subscriptions', case when exists (select from pglogical.local_node) then (
      select coalesce(jsonb_agg(jsonb_build_object(
          'name', s.sub_name,
          'sets', coalesce(to_jsonb(w.replication_sets), '[]'),
          'status', w.status,
          'slot', w.slot_name,
          'receivedPosition', (select (p.remote_lsn - '0/0')::float8 from pg_replication_origin o
             join pg_replication_origin_status p on p.local_id = o.roident where o.roname = w.slot_name),
          -- as state.sql has it
          'listed', (select coalesce(jsonb_agg(y.sync_nspname || '.' || y.sync_relname), '[]')
             from pglogical.local_sync_status y where y.sync_subid = s.sub_id and y.sync_nspname is not null),
          'isInitialized', coalesce(i.sync_status = 'r', false)) order by s.sub_name), '[]')
      from pglogical.show_subscription_status() w
        join pglogical.subscription s on s.sub_name = w.subscription_name
        left join pglogical.local_sync_status i on i.sync_subid = s.sub_id and i.sync_nspname is null)
    else '[]' end));
end $$;
