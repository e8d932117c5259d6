-- Was the server's program replaced since the server was started? Needs a superuser. Null where the file system does not tell.
select (pg_stat_file(c.setting || '/postgres', true)).change > pg_postmaster_start_time() as is_replaced
from pg_catalog.pg_config c where c.name = 'BINDIR';
