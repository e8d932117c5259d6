-- Each document with a hash of each of its columns.
-- $1: boolean  leave out what is not approved
select office, id::text as key, jsonb_build_object(
  'id', id, 'office', md5(office), 'category_id', category_id, 'title', md5(title), 'body', md5(body),
  'status', status, 'keywords', md5(keywords::text), 'reading_minutes', reading_minutes::text,
  'revised_at', revised_at::text
) as columns
from public.document
where status = 'approved' or not $1::boolean;
