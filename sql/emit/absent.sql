-- How many keys would be sent as gone.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  the node and those below it
-- $4: text[]  values of the key, row after row
select tributary.absent_keys($1, $2, $3, $4) as keys;
