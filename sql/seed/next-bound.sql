-- The key that ends the next range; null when the rest is smaller.
-- $1: text    relation
-- $2: text[]  where the range starts, null at the beginning
-- $3: text[]  the greatest key when the copy began
-- $4: int8    rows in a range
select tributary.next_bound($1, $2, $3, $4) as bound;
