-- Rows of a shared table by key and owner.
-- $1: text    relation
-- $2: text[]  columns
-- $3: bool    types differ between the ends
-- $4: text[]  nodes whose rows go over the link
-- $5: bool    at the provider
-- $6: text[]  values of the keys, row after row
-- $7: text[]  the rows' owners
select l.position, l.key, l.owner, l.passes, l.hash::text as hash, l.version, l.parked, l.holders
from tributary.look_shared($1, $2, $3, $4, $5, $6, $7) l order by l.position;
