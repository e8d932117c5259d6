-- Roles of our own instead of whoever installed us: sql/code/roles.sql makes them. What a filter calls is recorded.
alter table tributary.capture add column bound text;
comment on column tributary.capture.bound is
  'The filter as PostgreSQL understood it. canonical is what is evaluated: the same, or a call of tributary.filter_<table>, which runs functions of others without any right.';
update tributary.capture set bound = canonical;

alter table tributary.capture add column calls text[] not null default '{}';
comment on column tributary.capture.calls is
  'Functions outside pg_catalog that the filter and the table''s types call, each with a hash of its definition: one that differs was altered since apply confirmed it.';

-- Event triggers of before, which ran as the superuser who installed them; and functions that took other parameters.
drop event trigger if exists tributary_follow_table_changes;
drop event trigger if exists tributary_note_rewrite;
drop function if exists tributary.canonical_filter(regclass, text);
drop function if exists tributary.capture_table(text, regclass, text, text[], text);
drop function if exists tributary.deliver_table(text, regclass, text[], text);
drop function if exists tributary.digest_sql(text[], text, text);
drop function if exists tributary.regenerate();
drop function if exists tributary.seed_subscriber_sql(text, text[], text[], text[], text[], text);
drop function if exists tributary.is_delivery_intact(tributary.delivery);
drop function if exists tributary.apply_code();
drop function if exists tributary.deliver_code();

-- A hash tells whose a function is, too. What was as it was made counts as made now.
update tributary.code k set hash = md5(row(p.prosrc, p.proconfig, p.prosecdef, l.lanname, pg_get_userbyid(p.proowner))::text)
from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
where p.oid = to_regprocedure(k.function) and k.hash = md5(row(p.prosrc, p.proconfig, p.prosecdef, l.lanname)::text);
