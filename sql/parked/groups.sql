-- What is parked here, one row to a cause: table, owner, kind, and reason without the values that a type refused or that differ. With the
-- oldest keys of each.
-- $1: text[]  only rows of these nodes; null: all
-- $2: text[]  only these tables; null: all
-- $3: int8    how many keys to tell
select relation, node as owner, kind, sqlstate, min(set_name) as set_name, min(reason) as reason, count(*)::int as rows,
  to_char(min(parked_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since, max(id)::text as last_id,
  jsonb_agg(jsonb_build_object('key', key, 'detail', detail) order by id) filter (where place <= $3) as oldest
from (
  select p.*, c.cause, row_number() over (partition by p.relation, p.node, p.kind, p.sqlstate, c.cause order by p.id) as place
  from tributary.parked p
    cross join lateral (select case when left(p.sqlstate, 2) = '22' then regexp_replace(p.reason, ': ".*"$', '')
      when p.sqlstate = 'TRBDF' then regexp_replace(p.reason, ' and differs: .*$', '') else p.reason end) c(cause)
  where ($1::text[] is null or p.node = any ($1)) and ($2::text[] is null or p.relation = any ($2))
) g
group by relation, node, kind, sqlstate, cause
order by relation, node, min(id)
