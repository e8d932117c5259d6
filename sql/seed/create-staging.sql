-- A place for a range that must be merged.
-- $1: text    relation
-- $2: text[]  columns that travel
select tributary.create_staging($1, $2);
