-- Are there rows that came over another link, or from a node that has left?
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
select tributary.has_others($1, $2) as has_others;
