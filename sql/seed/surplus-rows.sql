-- Of the rows that were noted, those whose keys the provider still does not send, by owner.
-- $1: text  relation
select coalesce(jsonb_agg(jsonb_build_object('owner', s.owner, 'rows', s.rows, 'keys', s.keys) order by s.owner), '[]')::text as surplus
from tributary.surplus_rows($1) s;
