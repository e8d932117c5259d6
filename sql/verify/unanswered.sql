-- Rows that no node below answers for.
-- $1: text    relation
-- $2: text[]  nodes below
-- $3: int4    how many keys to give of each owner
select s.owner, s.rows, s.keys from tributary.strays($1, $2, $3) s;
