-- How many rows are here in the name of nodes.
-- $1: text[]  nodes
select n.node, n.rows from tributary.rows_in_name($1) n;
