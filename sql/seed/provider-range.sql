-- SQL that reads a range at the provider.
-- $1: text    relation
-- $2: text[]  lower
-- $3: text[]  upper
-- $4: text    format of COPY
select s.digest, s.rows, s.owned_rows, s.keys from tributary.seed_provider_sql($1, $2, $3, $4) s;
