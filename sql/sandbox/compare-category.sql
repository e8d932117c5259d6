-- Each category with a hash of each of its columns. All of them travel.
select office, id::text as key, name as label, 'approved' as state, null::text as note, jsonb_build_object(
  'id', id, 'office', md5(office), 'name', md5(name), 'summary', md5(summary), 'position', position
) as columns
from public.category;
