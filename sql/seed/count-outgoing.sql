-- Rows that a node sends upstream.
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
select tributary.count_outgoing($1, $2) as rows;
