-- Gives up parked rows, and notes their keys in the node's journal.
-- $1: text[]  only rows of these nodes; null: all
-- $2: text[]  only these tables; null: all
-- $3: int8    up to this entry
select tributary.discard_parked($1, $2, $3) as rows
