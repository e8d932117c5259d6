-- Deletes the newest approved documents of one office; their attachments go with them by their foreign key.
-- $1: text  the office
-- $2: integer  how many
with chosen as (
  select id from public.document where office = $1 and status = 'approved' order by revised_at desc limit $2
),
attached as (select count(*)::integer as attachments from public.attachment join chosen on document_id = chosen.id),
deleted as (delete from public.document using chosen where document.id = chosen.id returning 1)
select (select count(*) from deleted)::integer as documents, attachments from attached;
