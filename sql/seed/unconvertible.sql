-- Rows of a table that cannot be written in the encoding of the link's stream, with the first keys.
-- $1: text    relation
-- $2: text[]  the provider and every node below it
select u.rows, u.keys from tributary.unconvertible_rows($1, $2) u;
