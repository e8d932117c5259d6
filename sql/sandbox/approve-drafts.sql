-- Approves the drafts of one office and their attachments in one statement, all but those not for circulation.
-- $1: text  the office
with approved as (
  update public.document
  set status = 'approved', revised_at = clock_timestamp()
  where office = $1 and status = 'draft' and body not like '%Not for circulation%'
  returning id
),
attached as (
  update public.attachment set approved = true from approved where document_id = approved.id returning 1
)
select (select count(*) from approved)::integer as documents, (select count(*) from attached)::integer as attachments;
