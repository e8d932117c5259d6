-- What pglogical's manual has for a table that is not as it should be.
-- $1: name  the subscription
select pglogical.alter_subscription_resynchronize_table($1::name, 'public.attachment');
