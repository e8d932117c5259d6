-- The greatest key of a table; null when it is empty.
-- $1: text  relation
select tributary.last_key($1) as bound;
