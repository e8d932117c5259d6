-- A place for the keys that the provider sends.
-- $1: text  relation
select tributary.create_key_list($1);
