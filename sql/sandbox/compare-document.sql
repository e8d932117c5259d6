-- Each document: its state, and a hash of each of its columns.
select office, id::text as key, title as label, status as state, null::text as note, jsonb_build_object(
  'id', id, 'office', md5(office), 'category_id', category_id, 'title', md5(title), 'body', md5(body),
  'status', status, 'keywords', md5(keywords::text), 'reading_minutes', reading_minutes::text,
  'revised_at', revised_at::text
) as columns
from public.document;
