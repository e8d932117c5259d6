-- How many transactions a slot has decoded since it was made, ours to look at them included.
-- $1: text  slot
select coalesce((select s.total_txns from pg_catalog.pg_stat_replication_slots s where s.slot_name = $1), 0)::float8 as transactions
