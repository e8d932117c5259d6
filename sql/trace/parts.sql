-- Which parts of a filter a row passes.
-- $1: text    relation
-- $2: text[]  the key's values
-- $3: text[]  the parts
select tributary.judge_parts($1, $2, $3) as answers;
