-- Of nodes below, those whose rows may be missing here: what is not here of theirs says nothing.
-- $1: text[]  nodes
select n.node from tributary.unproven($1) n(node) order by 1;
