-- Who may speak over which link.

-- The nodes whose messages come over the link from a provider: itself and all below it.
create or replace function tributary.set_members(provider text, nodes text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  delete from tributary.member m where m.provider = set_members.provider and not m.node = any (nodes);
  insert into tributary.member as m (node, provider) select n, set_members.provider from unnest(nodes) n
    on conflict on constraint member_pkey do update set provider = excluded.provider;
$$;

-- The provider whose stream this worker applies; null elsewhere. A worker serves one subscription all its life.
create or replace function tributary.sender() returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known text := current_setting('tributary.sender', true);
  -- A worker that applies is called "pglogical apply <database>:<subscription>".
  worker_of oid := substring(current_setting('application_name') from '^pglogical (?:apply|sync) .*:([0-9]+)$');
begin
  if worker_of is null then
    return null;
  elsif known <> '' then
    return known;
  end if;
  select l.provider into known from tributary.link l cross join tributary.node n
    join pglogical.subscription s on s.sub_name = replace(n.project || '_from_' || l.provider, '-', '_')
  where s.sub_id = worker_of limit 1;
  perform set_config('tributary.sender', known, false);
  return known;
end $$;

-- False when the message that arrives speaks for a node that is not below the one that sent it. Counted, and not taken.
create or replace function tributary.may_speak(node text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  sender text := tributary.sender();
begin
  if sender is null or exists (select from tributary.member m where (m.node, m.provider) = (may_speak.node, sender))
    or not exists (select from tributary.member m where m.provider = sender) then
    return true;
  end if;
  insert into tributary.imposture as i values (sender, node, 1, clock_timestamp())
    on conflict on constraint imposture_pkey do update set messages = i.messages + 1, last_at = excluded.last_at;
  return false;
end $$;
