-- The same as an operator is told it: without where the subscriptions connect to.
select t.state ->> 'engine_node' as engine_node, t.state -> 'replication_sets' as replication_sets, t.state -> 'subscriptions' as subscriptions,
  '[]'::jsonb as interfaces
from (select tributary.pglogical_state() as state offset 0) t
