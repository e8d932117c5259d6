-- What must be known of a table before its rows are compared.
-- $1: text  relation
select f.columns, f.types, f.key, f.key_types, f.estimate, f.receives, f.captures, f.probe::text as probe, f.shared from tributary.verify_facts($1) f;
