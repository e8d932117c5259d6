-- The monitor: what beats say of the nodes below, and the role that may look.
create table tributary.heartbeat (
  node text not null,
  set_name text not null,
  epoch bigint not null,
  number bigint not null,
  sent_at timestamptz not null,
  arrived_at timestamptz not null default clock_timestamp(),
  vitals jsonb not null,
  primary key (node, set_name)
) with (fillfactor = 50);
comment on table tributary.heartbeat is
  'The newest beat of this node and of each node below, by the set whose outbox it came through; vitals: what the node said of its disks.';

alter table tributary.node add column monitor_role name;
comment on column tributary.node.monitor_role is 'The role that the monitor looks as. remove drops it where nothing else needs it.';
