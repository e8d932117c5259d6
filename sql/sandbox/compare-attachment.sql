-- Each attachment: its state, its internal note, and a hash of each of the columns that travel.
select office, document_id || '/' || position as key, file_name as label,
  case when approved then 'approved' else 'not approved' end as state,
  to_jsonb(attachment) ->> 'internal_note' as note,
  jsonb_build_object(
    'document_id', document_id, 'position', position, 'office', md5(office), 'file_name', md5(file_name),
    'media_type', md5(media_type), 'content', md5(content), 'approved', approved
  ) as columns
from public.attachment;
