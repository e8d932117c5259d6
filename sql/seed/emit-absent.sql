-- Sends drops for keys that the provider does not have.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  nodes whose rows go over the link
-- $4: text    owner
-- $5: text[]  keys, row after row
select tributary.emit_absent($1, $2, $3, $4, $5) as drops;
