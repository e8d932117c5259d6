-- What must not be above a district: unapproved rows, internal notes, and drafts in the outbox.
select
  (select count(*) from public.document where status <> 'approved')::integer as documents,
  (select count(*) from public.attachment where not approved)::integer as attachments,
  (select count(*) from public.attachment where to_jsonb(attachment) ->> 'internal_note' is not null)::integer as notes,
  (
    select count(*) from tributary.messages_knowledge as message
    where message::text like '%Not for circulation%' or message::text like '%names of the callers%'
  )::integer as messages;
