-- Keys of a range that came over a link, by owner.
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
-- $3: text[]  lower
-- $4: text[]  upper
select k.owner, k.keys from tributary.incoming_keys($1, $2, $3, $4) k;
