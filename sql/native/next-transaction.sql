-- The first transaction with changes that a slot sends beyond a position. Nothing is taken from the slot.
-- $1: text  slot
-- $2: text  publications, quoted, with commas between
-- $3: text  position
-- $4: int4  changes to look through, at least; seen is smaller when there are no more
select n.seen, n.xid, n."end", n.committed_at, n.messages, n.other_changes
from tributary.native_next($1, $2, $3::text::pg_lsn, $4) n
