-- Each attachment with a hash of each of the columns that travel.
-- $1: boolean  leave out what is not approved
select office, document_id || '/' || position as key, jsonb_build_object(
  'document_id', document_id, 'position', position, 'office', md5(office), 'file_name', md5(file_name),
  'media_type', md5(media_type), 'content', md5(content), 'approved', approved
) as columns
from public.attachment
where approved or not $1::boolean;
