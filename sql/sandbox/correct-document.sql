-- Corrects the longest approved document of one office: its title and its last line.
-- $1: text  the office
with longest as (
  select id from public.document where office = $1 and status = 'approved'
  order by length(body) desc, id limit 1
),
corrected as (
  update public.document
  set title = title || ', corrected', body = body || E'\n\nCorrected after the second inspection.',
    revised_at = clock_timestamp()
  from longest where document.id = longest.id
  returning title, octet_length(body) as bytes
)
select 1 as documents, 0 as attachments, title as example, bytes from corrected;
