-- Where one row is, and what is known of how it came there. Values are written as text as they are in messages.

-- '<alias>.k = ...' over key columns, for keys that keys_sql() gives.
create or replace function tributary.is_wanted_sql(relation regclass, alias text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(format('%s.%I = u.t%s::%s', alias, k, i, tributary.cast_type(relation, k)), ' and ' order by i)
  from unnest(tributary.key_columns(relation)) with ordinality w(k, i)
$$;

-- A row by its key, for operators who may not read the table: this runs as the role capture, and tells of tables that travel only. key: as messages write it. approved: it passes this node's filter; null where nothing is captured.
-- digests: of whole values; row_values may be cut. xid: which transaction wrote it last, and when and over which origin,
-- where the server keeps that.
-- whose: of the owners of a shared row, the one that is asked for.
create or replace function tributary.trace(relation text, wanted text[], whose text)
returns table (set_name text, captures boolean, receives boolean, on_leave text, canonical text, key text[], is_present boolean, owner text,
  approved boolean, columns text[], row_values text[], digests text[], xid text, written_at timestamptz, origin text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
#variable_conflict use_column
declare
  base regclass := tributary.relation_of(relation);
  names text[] := tributary.key_columns(base);
  own tributary.capture;
  passing tributary.delivery;
  provenance regclass := to_regclass(format('tributary.%I', tributary.object_name('provenance', relation)));
begin
  if base is null or cardinality(names) <> cardinality(wanted) then
    return;
  end if;
  select * into own from tributary.capture c where c.relation = trace.relation;
  select * into passing from tributary.delivery d where d.relation = trace.relation;
  set_name := coalesce(own.set_name, passing.set_name);
  captures := own.relation is not null;
  receives := passing.relation is not null;
  if not captures and not receives then
    is_present := false;
    return next;
    return;
  end if;
  on_leave := own.on_leave;
  canonical := case when own.relation is not null then tributary.usable_filter(own) end;
  own.canonical := canonical;
  columns := tributary.sent_columns(relation);
  execute format('select array[%s], r.v is not null, %s, %s, r.v, r.d, r.xid from %s left join lateral (select array[%s] as v, array[%s] as d, t.xmin::text as xid, %s as approved from %s t where %s) r on true',
    (select string_agg(tributary.text_sql(base, k, format('u.t%s::%s', i, tributary.cast_type(base, k))), ', ' order by i) from unnest(names) with ordinality w(k, i)),
    case when provenance is null then 'null::text'
      -- null: this node's own, perhaps besides
      when passing.shared then format('(select nullif((array_agg(p.tributary_owner order by p.tributary_owner = %1$L desc nulls last, p.tributary_owner = %2$L desc, p.tributary_owner))[1], %2$L) from %3$s p where %4$s)',
        whose, (select n.name from tributary.node n), provenance, tributary.is_wanted_sql(base, 'p'))
      else format('(select p.tributary_owner from %s p where %s)', provenance, tributary.is_wanted_sql(base, 'p')) end,
    'r.approved', tributary.keys_sql(base, wanted),
    (select string_agg(format('left(%s, 2000)', tributary.value_sql(base, c, format('t.%I', c))), ', ' order by i) from unnest(columns) with ordinality w(c, i)),
    (select string_agg(format('md5(%s)', coalesce(tributary.utf8_sql(base, c, 't'), tributary.value_sql(base, c, format('t.%I', c)))), ', ' order by i) from unnest(columns) with ordinality w(c, i)),
    coalesce('(' || own.canonical || ') is true', 'null::boolean'), base, tributary.is_wanted_sql(base, 't'))
  into key, is_present, owner, approved, row_values, digests, xid;
  if xid is not null and current_setting('track_commit_timestamp')::boolean then
    select c."timestamp", o.roname into written_at, origin
    from pg_xact_commit_timestamp_origin(xid::xid) c left join pg_replication_origin o on o.roident = c.roident;
  end if;
  return next;
end $$;

-- Which parts of a filter a row passes: true, false, null, or why that cannot be told. A part is text out of the filter,
-- as it is evaluated here: nothing else is.
create or replace function tributary.judge_parts(relation text, wanted text[], parts text[]) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set row_security = off as $$
declare
  base regclass := tributary.travelling_table(relation);
  canonical text := coalesce((select tributary.usable_filter(c) from tributary.capture c where c.relation = judge_parts.relation), 'true');
  part text;
  answer text;
  answers text[] := '{}';
begin
  foreach part in array parts loop
    if part is null or position(part in canonical) = 0 then
      raise exception 'this is no part of the filter of table "%": %', relation, part using errcode = 'insufficient_privilege';
    end if;
    begin
      -- The filter in a query of its own, so that its unqualified names can only mean the table's.
      execute format('select coalesce(r.passes::text, ''null'') from %s cross join lateral (select (%s) as passes from %s t where %s) r',
        tributary.keys_sql(base, wanted), part, base, tributary.is_wanted_sql(base, 't')) into answer;
    exception when others then
      answer := sqlerrm;
    end;
    answers := answers || answer;
  end loop;
  return answers;
end $$;

-- The newest messages of a row that are kept here, and since when messages are kept. Outboxes have no index: a large one is
-- not searched. xid: the transaction that wrote it here, so where the message is the node's own, that of the application.
create or replace function tributary.messages_of(set_name text, relation text, key text[], most int) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  names text[] := tributary.key_columns(tributary.relation_of(relation));
  bytes bigint := tributary.outbox_bytes(set_name);
  kept jsonb;
begin
  if set_name is null or bytes > 268435456 then
    return jsonb_build_object('bytes', bytes, 'isSearched', false, 'since', null, 'messages', '[]'::jsonb);
  end if;
  execute format($q$
    select jsonb_build_object('bytes', $2, 'isSearched', true, 'since', (select min(m.sent_at) from tributary.%1$I m),
      'messages', coalesce((select jsonb_agg(to_jsonb(f) order by f."sentAt" desc) from (
        select m.node, m.epoch::text, m.number::text, m.kind, m.sent_at as "sentAt", m.xmin::text as xid from tributary.%1$I m
        where m.relation = $1 and %2$L::text[] <@ m.columns and exists (select from unnest(%3$s) u(%4$s) where %5$s)
        order by m.sent_at desc limit %6$s) f), '[]'::jsonb))$q$,
    tributary.messages_name(set_name), names,
    (select string_agg(format('m.body[array_position(m.columns, %L)]::text[]', k), ', ' order by i) from unnest(names) with ordinality w(k, i)),
    (select string_agg('k' || i, ', ' order by i) from generate_subscripts(names, 1) i),
    (select string_agg(format('u.k%s = %L', i, key[i]), ' and ' order by i) from generate_subscripts(names, 1) i), most)
  into kept using relation, bytes;
  return kept;
end $$;
