-- Makes this database a pglogical node.
-- $1: name  the node
-- $2: text  how others reach it
select pglogical.create_node(node_name := $1::name, dsn := $2::text);
