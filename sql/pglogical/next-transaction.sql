-- The first transaction with changes that a slot sends beyond a position. Nothing is taken from the slot.
-- $1: text  slot
-- $2: text  replication sets, quoted, with commas between
-- $3: text  position
-- $4: int4  changes to look through, at least; seen is smaller when there are no more
with change as materialized (
  select p.n, p.lsn, p.xid::text as xid, p.data, left(p.data, 13) as action
  from pg_catalog.pg_logical_slot_peek_changes($1::text::name, null, $4,
    'startup_params_format', '1', 'min_proto_version', '1', 'max_proto_version', '1', 'proto_format', 'json',
    'pglogical.forward_origins', 'all', 'pglogical.replication_set_names', $2) with ordinality p(lsn, xid, data, n)
), target as (
  -- The worker takes no note of a transaction without changes.
  select xid, max(lsn) filter (where action = '{"action":"C"') as "end",
    max(substring(data from '"commit_time":"([^"]*)"')) filter (where action = '{"action":"B"') as committed_at
  from change group by xid
  having max(lsn) filter (where action = '{"action":"C"') > $3::text::pg_lsn
    and bool_or(action in ('{"action":"I"', '{"action":"U"', '{"action":"D"'))
  order by max(n) limit 1
), part as (
  select c.data,
    c.data like '{"action":"I","relation":["pglogical","queue"],%' as is_command,
    c.data like '{"action":"I","relation":["tributary","outbox\_%' as is_message
  from change c join target t using (xid) where c.action in ('{"action":"I"', '{"action":"U"', '{"action":"D"')
)
select
  (select count(*)::int4 from change) as seen,
  (select xid from target) as xid,
  (select "end"::text from target) as "end",
  (select committed_at from target) as committed_at,
  (select coalesce(jsonb_agg(to_jsonb(g) order by g.commands desc, g.role), '[]') from (
    select substring(data from '"role":("(?:[^"\\]|\\.)*")')::json #>> '{}' as role,
      substring(data from '"message_type":("(?:[^"\\]|\\.)*")')::json #>> '{}' as type, count(*)::int4 as commands
    from part where is_command group by 1, 2) g) as commands,
  (select coalesce(jsonb_agg(to_jsonb(g) order by g.relation), '[]') from (
    select substring(data from '"relation":("(?:[^"\\]|\\.)*")')::json #>> '{}' as relation, count(*)::int4 as messages,
      sum(substring(data from '"row_count":([0-9]+)')::bigint)::int8 as rows
    from part where is_message group by 1) g) as messages,
  (select count(*)::int4 from part where not is_command and not is_message) as other_changes
