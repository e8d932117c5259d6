-- Sends rows to the tiers above as they are now.
-- $1: text    set
-- $2: text    relation
-- $3: text[]  values of the key, row after row
select e.puts::int as puts, e.drops::int as drops from tributary.emit($1, $2, $3) e;
