-- Where a row is, as one node tells it in one snapshot; no row where the table is not there.
-- $1: text    relation
-- $2: text[]  the key's values
-- $3: text    whose row; null: of whichever node
select t.set_name, t.captures, t.receives, t.on_leave, t.canonical, t.key, t.is_present, t.owner, t.approved, t.columns, tributary.told(t.row_values) as row_values, t.digests,
  t.xid, t.written_at, t.origin, tributary.messages_of(t.set_name, $1, t.key, 5) as kept, s.sent_at as newest_sent_at, s.arrived_at as newest_arrived_at,
  case when q.id is not null then jsonb_build_object('owner', q.node, 'since', q.parked_at, 'kind', q.kind, 'reason', q.reason, 'sqlState', q.sqlstate) end as parked
from tributary.trace($1, $2, $3) t
  left join tributary.source s on s.node = $3
  left join lateral (select q.* from tributary.parked q where q.relation = $1 and q.key = t.key and ($3::text is null or q.node = $3) order by q.id desc limit 1) q on true;
