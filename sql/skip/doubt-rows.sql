-- Messages are about to be skipped: the next apply compares their tables.
-- $1: text    provider
-- $2: text[]  relations; null: all
select tributary.doubt_rows($1, $2)
