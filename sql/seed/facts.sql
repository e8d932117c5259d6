-- What must be known of a table before it is copied.
-- $1: text  relation, schema.table
select f.columns, f.key, f.collation, f.row_bytes, f.binary_types from tributary.seed_facts($1) f;
