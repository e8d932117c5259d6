-- SQL that writes them there.
-- $1: text  relation
-- $2: text  format of COPY
select tributary.key_list_sql($1, $2) as keys;
