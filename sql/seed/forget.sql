-- Forgets what was copied of a table for another rule.
-- $1: text  provider
-- $2: text  relation
-- $3: text  rule that the copy is made for
select tributary.forget_seed($1, $2, $3);
