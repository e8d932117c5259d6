-- Where the subscriptions of this database connect to. Needs a superuser.
select s.subname::text as name, s.subconninfo as dsn
from pg_catalog.pg_subscription s
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
