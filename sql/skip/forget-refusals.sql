-- The stream has moved past what was refused.
-- $1: text  provider
select tributary.forget_refusals($1)
