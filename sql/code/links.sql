-- Links, as the subscriber knows them: from the first copy to live.

create or replace function tributary.begin_link(provider text, sets text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into tributary.link (provider, set_name) select provider, unnest(sets) on conflict do nothing;
  select tributary.count_refusals(provider);
$$;

create or replace function tributary.end_link(provider text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  delete from tributary.link l where l.provider = end_link.provider;
  delete from tributary.seed s where s.provider = end_link.provider;
  delete from tributary.seed_chunk c where c.provider = end_link.provider;
  delete from tributary.imposture i where i.provider = end_link.provider;
  delete from tributary.verification v where v.provider = end_link.provider;
  -- The next link counts from its first message on: after a restore that one has a lower number than the last of this link.
  update tributary.source s set went_back_at = null, number = 0 where s.node = end_link.provider;
  select tributary.uncount_refusals(provider);
$$;

-- The first copy is under way: the link is not exact.
create or replace function tributary.begin_seed(provider text, set_name text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.link l set phase = 'seeding', since = now(), fence = null
  where (l.provider, l.set_name) = (begin_seed.provider, begin_seed.set_name) and l.phase <> 'seeding'
$$;

create or replace function tributary.forget_seed(provider text, relation text, present_rule text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  delete from tributary.seed s where (s.provider, s.relation) = (forget_seed.provider, forget_seed.relation) and s.rule <> present_rule;
  delete from tributary.seed_chunk c where (c.provider, c.relation) = (forget_seed.provider, forget_seed.relation) and c.rule <> present_rule;
$$;

-- Which server this is, and on which timeline: a standby that was promoted, and a backup that was recovered to a moment, begin
-- one of their own. Null on a standby.
create or replace function tributary.place() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when not pg_is_in_recovery() then format('%s/%s', s.system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8)) end from pg_control_system() s
$$;

-- The copy is complete: the link is live once the fence has passed. Called before the fence is written.
create or replace function tributary.expect_fence(provider text, sets text[], token uuid, provider_place text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select tributary.list_deliveries(sets);
  update tributary.link l set phase = 'catching-up', since = now(), fence = token, provider_place = expect_fence.provider_place, subscriber_place = tributary.place()
  where l.provider = expect_fence.provider and l.set_name = any (sets)
$$;

-- Of nodes below, those whose rows may be missing here: no link that they come over is live, or this server is not the one any more
-- that it went live on. What this node lacks of theirs says nothing.
create or replace function tributary.unproven(owners text[]) returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select o from unnest(owners) o
  where o <> (select n.name from tributary.node n)
    and not exists (select from tributary.link l where (l.provider = o or exists (select from tributary.member m where (m.provider, m.node) = (l.provider, o)))
      and l.phase = 'live' and coalesce(l.subscriber_place = tributary.place(), true))
$$;

-- The stream has passed the fence, but the rows do not agree: the link is not live.
create or replace function tributary.doubt_link(provider text, sets text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.link l set phase = 'catching-up', since = now(), fence = null
  where l.provider = doubt_link.provider and l.set_name = any (sets)
$$;

-- SELECT of a table's rows that this node sends upstream: columns in order, then tributary_owner. Its own approved rows, and
-- those of the nodes below; a shared row once for each of its owners. What a node that has left the tree leaves behind stays here.
create or replace function tributary.outgoing_sql(relation text, below text[]) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  own tributary.capture;
  passing tributary.delivery;
  me text := (select name from tributary.node);
  columns text[];
  key text[] := tributary.key_columns(base);
begin
  select * into own from tributary.capture c where c.relation = outgoing_sql.relation;
  select * into passing from tributary.delivery d where d.relation = outgoing_sql.relation;
  columns := tributary.travelling_columns(base, coalesce(own.columns, passing.columns));
  return format('select %s, %s as tributary_owner from %s r %s where %s',
    (select string_agg(format('r.%I', c), ', ' order by i) from unnest(columns) with ordinality u(c, i)),
    case when passing is null then quote_literal(me) || '::text' else format('coalesce(p.tributary_owner, %L)', me) end,
    base,
    -- the owner's key columns get other names, so that the filter's unqualified ones can only mean the table's
    case when passing is null then '' else format('left join tributary.%I p (%s, tributary_owner) on %s',
      tributary.object_name('provenance', relation),
      (select string_agg('tributary_key_' || i, ', ' order by i) from unnest(key) with ordinality u(k, i)),
      (select string_agg(format('p.tributary_key_%s = r.%I', i, k), ' and ' order by i) from unnest(key) with ordinality u(k, i))) end,
    concat_ws(' or ', '(' || case when own.relation is not null then tributary.usable_filter(own) end || ')' || case when passing.relation is null then ''
        when passing.shared then format(' and coalesce(p.tributary_owner = %L, true)', me) else ' and p.tributary_owner is null' end,
      case when passing.relation is not null then format('p.tributary_owner = any (%L)', case when passing.shared then array_remove(below, me) else below end) end));
end $$;
