-- Rows that a node sends upstream.
-- $1: text  relation
select tributary.count_outgoing($1) as rows;
