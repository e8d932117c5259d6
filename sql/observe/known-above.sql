-- Is a node known here by another identity than this one, and how many rows are here in its name? Counted only if so.
-- $1: text  node
-- $2: text  its epoch; null: its database has no identity
select k.is_other, case when k.is_other then coalesce((select n.rows from tributary.rows_in_name(array[$1]) n), 0) else 0 end as rows
from (select exists (select from tributary.source s where s.node = $1 and s.epoch::text is distinct from $2) as is_other) k;
