-- The values of rows, as text.
-- $1: text    relation
-- $2: text[]  columns
-- $3: text[]  values of the keys, row after row
select v.position, v.row_values from tributary.values_of($1, $2, $3) v order by v.position;
