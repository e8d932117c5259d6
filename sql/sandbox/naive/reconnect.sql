-- Has a subscription connect now: by itself it tries only every few minutes.
-- $1: name  the subscription
select pglogical.alter_subscription_enable($1::name);
