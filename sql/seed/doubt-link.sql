-- The rows do not agree: the link is not live.
-- $1: text    provider
-- $2: text[]  sets
select tributary.doubt_link($1, $2);
