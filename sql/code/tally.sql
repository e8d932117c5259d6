-- Counting: what one end of a link sent, the other end must have. Numbers cannot tell, since what is rolled back has drawn
-- numbers too.

-- Adds the messages of a leaf, which nobody else can write meanwhile, to the tally.
create or replace function tributary.tally_leaf(leaf regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('insert into tributary.tally as t (node, epoch, hour, messages)
    select node, epoch, date_trunc(''hour'', sent_at, ''UTC''), count(*) from only %s
    where sent_at > now() - interval ''7 days'' group by 1, 2, 3
    on conflict on constraint tally_pkey do update set messages = t.messages + excluded.messages', leaf);
end $$;

-- Messages of these nodes in whole hours after these moments, one span to a link: those that are here and those that were
-- pruned. position: everything that is counted was committed before this point of the WAL.
create or replace function tributary.count_messages(spans jsonb) returns table (counts jsonb, "position" pg_lsn)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaves regclass[] := array(select l.leaf from tributary.outbox o cross join tributary.outbox_leaves(o.set_name) l);
  leaf regclass;
  present text := 'select node, epoch, hour, messages from tributary.tally';
begin
  -- A TRUNCATE would show through an older snapshot: first the locks, then the snapshot of the statement that counts.
  foreach leaf in array leaves loop
    execute format('lock table only %s in access share mode', leaf);
    present := present || format(' union all select node, epoch, sent_at, 1 from only %s', leaf);
  end loop;
  execute format($count$
    select coalesce(jsonb_agg(jsonb_build_object('link', c.link, 'node', c.node, 'epoch', c.epoch, 'messages', c.messages)), '[]')
    from (
      select s.link, m.node, m.epoch, sum(m.messages) as messages
      from jsonb_to_recordset($1) s(link text, since timestamptz, nodes jsonb)
        join (%s) m on s.nodes ? m.node and m.hour >= date_trunc('hour', s.since, 'UTC') + interval '1 hour'
      group by 1, 2, 3) c$count$, present) into counts using spans;
  "position" := pg_current_wal_insert_lsn();
  return next;
end $$;
