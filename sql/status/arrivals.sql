-- What came from each node below, at whatever distance: when the last message arrived, and the rows that are parked.
select
  node,
  extract(epoch from clock_timestamp() - s.arrived_at)::float8 as seconds_ago,
  coalesce(p.parked, 0)::int as parked_rows,
  p.reason
from tributary.source s
  full join (
    select node, count(*) as parked, (array_agg(reason order by id desc))[1] as reason from tributary.parked group by node
  ) p using (node)
