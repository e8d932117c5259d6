-- Rows by key.
-- $1: text    relation
-- $2: text[]  columns
-- $3: bool    types differ between the ends
-- $4: text[]  nodes whose rows go over the link
-- $5: bool    at the provider
-- $6: text[]  values of the keys, row after row
select l.position, tributary.told(l.key) as key, l.owner, l.passes, l.hash::text as hash, l.version, l.parked from tributary.look($1, $2, $3, $4, $5, $6) l order by l.position;
