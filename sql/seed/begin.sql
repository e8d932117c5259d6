-- Records that a first copy over the link is under way.
-- $1: text  provider
-- $2: text  set
select tributary.begin_seed($1, $2);
