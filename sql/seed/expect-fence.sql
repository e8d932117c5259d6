-- Makes the link live once the mark arrives.
-- $1: text    provider
-- $2: text[]  sets
-- $3: uuid    token
-- $4: text    which server the provider is: of seed/place.sql
select tributary.expect_fence($1, $2, $3, $4);
