-- Count and hash of what goes over a link.
-- $1: text    relation
-- $2: text[]  columns
-- $3: text[]  nodes whose rows go over the link
-- $4: text[]  lower
-- $5: text[]  upper
-- $6: bool    the table is shared above
select d.rows, d.hash from tributary.range_digest($1, $2, $3, $4, $5, true, $6) d;
