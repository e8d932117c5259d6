-- Records a first copy as complete.
-- $1: text  provider
-- $2: text  relation
-- $3: text  rule
select f.rows, f.copied, f.adopted, f.merged from tributary.finish_seed($1, $2, $3) f;
