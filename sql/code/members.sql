-- Who may speak over which link.

-- The nodes whose messages come over the link from a provider: itself and all below it.
create or replace function tributary.set_members(provider text, nodes text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  delete from tributary.member m where m.provider = set_members.provider and not m.node = any (nodes);
  insert into tributary.member as m (node, provider) select n, set_members.provider from unnest(nodes) n
    on conflict on constraint member_pkey do update set provider = excluded.provider;
$$;

-- The name of the subscription that this backend applies; null where none is applied.
create or replace function tributary.applied_subscription() returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  -- pglogical's worker is called "pglogical apply <database>:<subscription>". Native replication has a view of its own.
  worker_of oid := substring(current_setting('application_name') from '^pglogical (?:apply|sync) .*:([0-9]+)$');
begin
  if worker_of is null then
    return (select w.subname from pg_stat_subscription w where w.pid = pg_backend_pid());
  end if;
  return (select s.sub_name from pglogical.subscription s where s.sub_id = worker_of);
end $$;

-- The provider whose stream this backend applies; null elsewhere.
create or replace function tributary.sender() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select l.provider from tributary.link l cross join tributary.node n
  where replace(n.project || '_from_' || l.provider, '-', '_') = tributary.applied_subscription() limit 1
$$;

-- False when the message that arrives speaks for a node that is not below the one that sent it. Counted, and not taken.
create or replace function tributary.may_speak(node text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  sender text := tributary.sender();
begin
  if sender is null then
    -- a subscription that is none of ours has nothing to say here
    if tributary.applied_subscription() is null then
      return true;
    end if;
    sender := tributary.applied_subscription();
  elsif exists (select from tributary.member m where (m.node, m.provider) = (may_speak.node, sender))
    or not exists (select from tributary.member m where m.provider = sender) then
    return true;
  end if;
  insert into tributary.imposture as i values (sender, node, 1, clock_timestamp())
    on conflict on constraint imposture_pkey do update set messages = i.messages + 1, last_at = excluded.last_at;
  return false;
end $$;
