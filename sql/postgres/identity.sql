-- The node that this database is.
select n.project, n.name from tributary.node n;
