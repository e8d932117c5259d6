-- Withdraws the oldest approved documents of one office with their attachments.
-- $1: text  the office
-- $2: integer  how many
with chosen as (
  select id from public.document where office = $1 and status = 'approved' order by revised_at limit $2
),
withdrawn as (
  update public.document set status = 'withdrawn', revised_at = clock_timestamp()
  from chosen where document.id = chosen.id
  returning document.id
),
detached as (
  update public.attachment set approved = false from withdrawn where document_id = withdrawn.id returning 1
)
select (select count(*) from withdrawn)::integer as documents, (select count(*) from detached)::integer as attachments;
