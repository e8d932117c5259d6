-- Tables that were found equal lately, under the rule that they have.
-- $1: text  provider
-- $2: float8  seconds
select v.relation, v.rule, v.rows from tributary.verification v
where v.provider = $1 and v.verdict = 'equal' and v.finished_at > clock_timestamp() - $2 * interval '1 second';
