-- How many sessions wait for a lock on the attachments.
select count(*)::integer as waiting
from pg_locks
where relation = 'public.attachment'::regclass and not granted;
