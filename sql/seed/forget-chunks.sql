-- Forgets ranges that were copied for another rule.
-- $1: text  provider
-- $2: text  relation
-- $3: text  rule that the copy is made for
delete from tributary.seed_chunk c where (c.provider, c.relation) = ($1, $2) and c.rule <> $3;
