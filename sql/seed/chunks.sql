-- Ranges of a first copy that are done.
-- $1: text  provider
-- $2: text  relation
-- $3: text  rule that the copy is made for
select c.lower, c.upper, c.rows from tributary.seed_chunk c where (c.provider, c.relation, c.rule) = ($1, $2, $3);
