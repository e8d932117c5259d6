-- Has anything come over a link yet?
-- $1: text    relation
-- $2: text[]  nodes whose rows go over the link
select tributary.has_rows($1, $2) as has_rows;
