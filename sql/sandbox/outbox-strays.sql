-- Messages that must not be in the outboxes above a district: drafts and internal notes.
select count(*)::integer as found
from tributary.messages_knowledge as message
where message::text like '%Not for circulation%' or message::text like '%names of the callers%';
