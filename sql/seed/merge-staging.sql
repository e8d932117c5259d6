-- Merges the staged range.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  columns that travel
-- $4: text[]  nodes whose rows come over the link
-- $5: text[]  lower
-- $6: text[]  upper
-- $7: bool    rows that are no longer approved stay
-- $8: bool    pass what changed on to the tiers above
select tributary.merge_staging($1, $2, $3, $4, $5, $6, $7, $8);
