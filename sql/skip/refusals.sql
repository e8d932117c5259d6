-- How often the guard has stopped a provider's stream here since it last moved on.
-- $1: text  provider
select tributary.refusals($1)::int4 as refusals
