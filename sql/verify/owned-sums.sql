-- The same over all rows, and whether each of them came over the link: seen in one snapshot.
-- $1: text    relation
-- $2: text[]  columns
-- $3: bool    types differ between the ends
-- $4: text[]  nodes whose rows go over the link
-- $5: int4    bits of the keys' hash that name a bucket
select s.rows, s.sums, o.others = 0 and (o.rows, o.keys) = (s.rows, s.keys) as is_all
from tributary.row_sums($1, $2, $3, 'all', $4, $5, 0, null, null, null, null, false) s, tributary.owned_keys($1, $3, $4) o;
