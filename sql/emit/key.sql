-- Columns of a table's primary key; none when there is no such table.
-- $1: text  relation
select tributary.key_columns(tributary.relation_of($1)) as key;
