-- Keys and hashes of one end's rows in some buckets.
-- $1: text    relation
-- $2: text[]  columns
-- $3: bool    types differ between the ends
-- $4: text    which rows: own, all, outgoing or incoming
-- $5: text[]  nodes whose rows go over the link
-- $6: int4    bits of the keys' hash that name a bucket
-- $7: int8[]  the buckets
-- $8: bool    the table is shared above: with the owner behind the key
select tributary.told(r.key) as key, r.hash::text as hash from tributary.hashed_rows($1, $2, $3, $4, $5, $6, $7, $8) r;
