-- Transactions that have written a table, and may be about to commit: not those whose client is to say what comes next.
-- $1: text  relation
select distinct l.virtualtransaction as writer
from pg_locks l join tributary.family(tributary.relation_of($1)) f on f = l.relation
where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
  and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  and not exists (select from pg_stat_activity a where a.pid = l.pid and a.state like 'idle in transaction%');
