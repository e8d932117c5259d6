-- Sends rows of a shared table once more that are still as a comparison found them.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  columns that were compared
-- $4: bool    types differ between the ends
-- $5: text[]  nodes whose rows go over the link
-- $6: text[]  values of the keys, row after row
-- $7: text[]  the rows' hashes then; empty: no such row was sent
-- $8: text[]  the rows' owners
select e.puts::int as puts, e.drops::int as drops, g.skipped::int as skipped
from (select coalesce(array_agg(k.v order by l.position, k.n) filter (where f.fresh), '{}') as keys,
        count(distinct l.position) filter (where not f.fresh) as skipped
      from tributary.look_shared($2, $3, $4, $5, true, $6, $8) l
        cross join lateral (select (case when l.passes then l.hash end) is not distinct from nullif(($7::text[])[l.position], '')::int8) f(fresh)
        cross join lateral unnest(l.wanted) with ordinality k(v, n)) g
  cross join lateral tributary.emit($1, $2, g.keys) e;
