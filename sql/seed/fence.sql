-- Writes a mark into the stream of each set.
-- $1: text[]  sets
-- $2: uuid    token
select tributary.fence($1, $2);
