-- Are rows of a range parked?
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
-- $3: text[]  lower
-- $4: text[]  upper
select tributary.is_range_parked($1, $2, $3, $4) as parked;
