-- The connection string that a subscription of pglogical's uses.
-- $1: name  subscription
select i.if_dsn as conninfo
from pglogical.subscription s join pglogical.node_interface i on i.if_id = s.sub_origin_if
where s.sub_name = $1
