-- What a database has of some offices, in one line to compare; at a district, of the approved rows only.
-- $1: text[]  the offices
-- $2: boolean  leave out what is not approved
select count(*)::integer as rows, coalesce(md5(string_agg(line, ',' order by line)), '') as digest
from (
  select 'c ' || id || name || summary || position from public.category where office = any ($1::text[])
  union all
  select 'd ' || id || title || status || length(body) || revised_at
  from public.document where office = any ($1::text[]) and (status = 'approved' or not $2::boolean)
  union all
  select 'a ' || document_id || position || file_name || length(content)
  from public.attachment where office = any ($1::text[]) and (approved or not $2::boolean)
) as present (line);
