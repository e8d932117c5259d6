-- Each category with a hash of each of its columns.
-- $1: boolean  leave out what is not approved (a category always is)
select office, id::text as key, jsonb_build_object(
  'id', id, 'office', md5(office), 'name', md5(name), 'summary', md5(summary), 'position', position
) as columns
from public.category
where $1::boolean is not null;
