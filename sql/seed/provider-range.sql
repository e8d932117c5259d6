-- SQL that reads a range at the provider.
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
-- $3: text[]  lower
-- $4: text[]  upper
-- $5: text    format of COPY
-- $6: bool    the table is shared above
select s.digest, s.rows, s.owned_rows, s.keys from tributary.seed_provider_sql($1, $2, $3, $4, $5, $6) s;
