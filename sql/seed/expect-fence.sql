-- Makes the link live once the mark arrives.
-- $1: text    provider
-- $2: text[]  sets
-- $3: uuid    token
select tributary.expect_fence($1, $2, $3);
