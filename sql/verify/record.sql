-- Keeps what a comparison found. That a row was written all the time does not take back that rows differ.
-- $1: text         provider
-- $2: text         relation
-- $3: text         rule
-- $4: timestamptz  when it began
-- $5: text         verdict
-- $6: int8         rows that should be here
-- $7: int8         missing
-- $8: int8         extra
-- $9: int8         different
-- $10: int8        parked
-- $11: int8        unsettled
insert into tributary.verification as v (provider, relation, rule, started_at, finished_at, verdict, rows, missing, extra, different, parked, unsettled)
values ($1, $2, $3, $4, clock_timestamp(), $5, $6, $7, $8, $9, $10, $11)
on conflict (provider, relation) do update set (rule, started_at, finished_at, verdict, rows, missing, extra, different, parked, unsettled) =
  (excluded.rule, excluded.started_at, excluded.finished_at, excluded.verdict, excluded.rows, excluded.missing, excluded.extra, excluded.different, excluded.parked, excluded.unsettled)
where v.verdict <> 'different' or excluded.verdict <> 'unsettled' or v.rule <> excluded.rule;
