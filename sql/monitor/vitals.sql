-- All that the monitor asks a node, in one round trip.
-- $1: bool  also what takes longer: how intact everything is, and how large the database is
select tributary.vitals($1::boolean) as vitals;
