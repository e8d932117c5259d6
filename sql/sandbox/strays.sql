-- What must not be in the tables above a district: unapproved rows and internal notes.
select (
  (select count(*) from public.document where status <> 'approved')
  + (select count(*) from public.attachment where not approved)
  + (select count(*) from public.attachment where to_jsonb(attachment) ->> 'internal_note' is not null)
)::integer as found;
