-- The session that has taken this database for a run of the tool; no row when none has.
select a.pid, a.application_name as application, coalesce(host(a.client_addr), 'a local socket') as address,
  to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since
from pg_locks l join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 2
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
  and l.classid::bigint = hashtext('tributary')::bigint & 4294967295
  and l.objid::bigint = hashtext('apply')::bigint & 4294967295;
