-- Rows that came from these nodes, and those of them that are parked.
-- $1: text    relation
-- $2: text[]  nodes
select tributary.count_incoming($1, $2) as rows,
  (select count(distinct (p.node, p.key)) from tributary.parked p where p.relation = $1 and p.node = any ($2)) as parked;
