-- Sends the rows of a range through the stream.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  nodes whose rows go over the link
-- $4: text[]  lower
-- $5: text[]  upper
select e.rows, e.bytes from tributary.emit_range($1, $2, $3, $4, $5) e;
