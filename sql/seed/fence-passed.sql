-- Has a node's mark arrived?
-- $1: text  node
-- $2: uuid  token
select exists (select from tributary.source s where s.node = $1 and s.fence = $2) as passed;
