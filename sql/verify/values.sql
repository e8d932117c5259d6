-- The values of rows, as text.
-- $1: text    relation
-- $2: text[]  columns
-- $3: text[]  values of the keys, row after row
select v.position, tributary.told(v.row_values) as row_values from tributary.values_of($1, $2, $3) v order by v.position;
