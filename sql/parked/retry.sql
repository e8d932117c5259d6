-- Tries a stretch of the parked rows again; reached is where the next one goes on.
-- $1: int8    after this entry
-- $2: text[]  only rows of these nodes; null: all
-- $3: text[]  only these tables; null: all
select s.applied, s.reached, s.stopped from tributary.retry_stretch($1, clock_timestamp() + interval '3 s', $2, $3) s
