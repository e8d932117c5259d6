-- SQL that writes and counts a range at the subscriber.
-- $1: text    relation
-- $2: text[]  columns that travel
-- $3: text[]  nodes whose rows come over the link
-- $4: text[]  lower
-- $5: text[]  upper
-- $6: text    format of COPY
select s.present, s.mine, s.staged, s.matched, s.parked, s.rows, s.owned_rows, s.keys, s.straight from tributary.seed_subscriber_sql($1, $2, $3, $4, $5, $6) s;
