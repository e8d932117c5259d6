-- Verification: both ends of a link compared by sums over hashes of rows (docs/concepts/verification.md).
-- The settings make a value's text the same on every server, and row_security an error instead of hidden rows. What reads the
-- application's tables runs as the role capture, on behalf of operators who may not read them: so it takes no SQL from its
-- caller, and shows no table and no column that does not travel.

-- The table that travels under a name, or an error; also where columns are named that do not travel.
create or replace function tributary.travelling_table(relation text, columns text[] default '{}') returns regclass
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  base regclass := tributary.relation_of(relation);
  taken text := (select tributary.taken_by(t.relid, travelling_table.relation) from (
    select c.relid, c.relation from tributary.capture c union all select d.relid, d.relation from tributary.delivery d) t
    where t.relation = travelling_table.relation limit 1);
begin
  if taken is not null then
    raise exception '%: it cannot be compared', taken using errcode = 'wrong_object_type', hint = tributary.hint_of_taken();
  elsif base is null or not exists (select from tributary.capture c where c.relation = travelling_table.relation
      union all select from tributary.delivery d where d.relation = travelling_table.relation) then
    raise exception 'table "%" does not travel from here or to here', relation using errcode = 'undefined_table';
  elsif not columns <@ (tributary.sent_columns(relation) || tributary.key_columns(base)) then
    raise exception 'column "%" of table "%" does not travel', (select c from unnest(columns) c where c <> all (tributary.sent_columns(relation)) limit 1), relation
      using errcode = 'undefined_column';
  end if;
  return base;
end $$;

-- The part of a table that has this name, of those that parts_of() gives; null: none was asked for.
create or replace function tributary.part_of(relation regclass, part text) returns regclass
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  found_part regclass := (select f from tributary.family(relation) f where f::text = part);
begin
  if part is not null and found_part is null then
    raise exception '"%" is no part of table %', part, relation using errcode = 'undefined_table';
  end if;
  return found_part;
end $$;

-- it took a regclass before, for which its caller needed rights in the table's schema
drop function if exists tributary.row_sums(text, text[], boolean, text, text[], int, int, bigint[], regclass, bigint, bigint);

-- The hash of a row: each value's text seeds the next, in groups of 100. A NULL makes the fast form NULL; the exact one
-- then tells it from ''. Types' own hash functions are of no use: they call 1 and 2^32 equal. uuid's has all its bytes.
-- as_text: the ends have different types.
create or replace function tributary.row_hash_sql(relation regclass, columns text[], alias text, as_text boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  fast text;
  exact text;
  fasts text[] := '{}';
  exacts text[] := '{}';
begin
  for i in 1..cardinality(columns) loop
    if i % 100 = 1 then
      fast := i::text;
      exact := i::text;
    end if;
    fast := case when not as_text and 'uuid'::regtype in (select tributary.types_below(relation, columns[i]))
      then format('uuid_hash_extended(%s.%I, %s)', alias, columns[i], fast) else tributary.hash_sql(relation, columns[i], alias, fast, false) end;
    exact := format('%s # (%s.%I is null)::int::bigint', tributary.hash_sql(relation, columns[i], alias, exact, true), alias, columns[i]);
    if i % 100 = 0 or i = cardinality(columns) then
      fasts := fasts || format('(%s)', fast);
      exacts := exacts || format('(%s)', exact);
    end if;
  end loop;
  return format('coalesce(%s, %s)', array_to_string(fasts, ' # '), array_to_string(exacts, ' # '));
end $$;

create or replace function tributary.key_hash_sql(relation regclass, alias text, as_text boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  k text;
  hash text := '0';
begin
  foreach k in array tributary.key_columns(relation) loop
    hash := case when not as_text and 'uuid'::regtype in (select tributary.types_below(relation, k))
      then format('uuid_hash_extended(%s.%I, %s)', alias, k, hash) else tributary.hash_sql(relation, k, alias, hash, false) end;
  end loop;
  return hash;
end $$;

-- The rows of one end of a link, alias t. own: what passes the filter here; all: every row; outgoing, incoming: by owner.
-- chosen: a condition on t that leaves few rows, asked before the filter. part: a table or partition, of which own and all
-- take a stretch of pages: from lower up to, not with, upper.
create or replace function tributary.verified_sql(relation text, way text, below text[], chosen text, part regclass, lower bigint, upper bigint) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case way
    when 'own' then (select format('%s t where case when %s then (%s) end%s', place, coalesce(chosen, 'true'), tributary.usable_filter(c), pages)
      from tributary.capture c where c.relation = verified_sql.relation)
    when 'all' then format('%s t where %s%s', place, coalesce(chosen, 'true'), pages)
    when 'outgoing' then format('(%s) t where %s', tributary.outgoing_sql(relation, below), coalesce(chosen, 'true'))
    when 'incoming' then tributary.incoming_rows_sql(relation, below, false, null, null) || coalesce(' and ' || chosen, '') end
  from (select case when part is null then tributary.relation_of(relation)::text else 'only ' || part end,
    case when part is null then '' else format(' and t.ctid >= %L and t.ctid < %L', '(' || lower || ',0)', '(' || upper || ',0)') end) w(place, pages)
$$;

create or replace function tributary.chosen_sql(relation regclass, as_text boolean, known int, prefixes bigint[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when known > 0 then format('(%s & %s) = any (%L::bigint[])', tributary.key_hash_sql(relation, 't', as_text), (1::bigint << known) - 1, prefixes) end
$$;

-- The hash of a row of a shared table: of one of its owners. SQL; way as in verified_sql().
create or replace function tributary.owned_hash_sql(hash text, way text, by_owner boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when by_owner then format('hashtextextended(%s collate "C", %s)', tributary.owner_sql(way), hash) else hash end
$$;

create or replace function tributary.owner_sql(way text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case way when 'outgoing' then 't.tributary_owner' when 'incoming' then 'p.tributary_owner' else quote_literal(n.name) || '::text' end from tributary.node n
$$;

-- One pass over a table: its rows fall into 2^bits buckets by the last bits of their keys' hash. sums: for each bucket the
-- XOR of its rows' hashes, 8 bytes each. known, prefixes: only rows whose keys' hash ends so, and buckets within these.
-- No sort: the planner expects as many groups as rows, and would sort them all. by_owner: the table is shared, and each row counts
-- once for each of its owners.
create or replace function tributary.row_sums(relation text, columns text[], as_text boolean, way text, below text[], bits int, known int, prefixes bigint[],
  part text, lower bigint, upper bigint, by_owner boolean)
returns table (rows bigint, keys bigint, sums text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_sort = off set work_mem = '16MB' set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
declare
  base regclass := tributary.travelling_table(relation, columns);
begin
  return query execute format($q$
    with b as (select k & %1$s as bucket, count(*) as n, bit_xor(k) as ks, bit_xor(h) as hs from (select %2$s as k, %3$s as h from %4$s) r group by 1)
    select coalesce(sum(b.n), 0)::bigint, coalesce(bit_xor(b.ks), 0), translate(encode(string_agg(int8send(coalesce(b.hs, 0)), '' order by w.i), 'base64'), E'\n', '')
    from unnest(%5$L::bigint[]) with ordinality p(v, n) cross join lateral generate_series(0, %6$s) s
      cross join lateral (select p.n * %7$s + s, p.v + (s::bigint << %8$s)) w(i, bucket) left join b on b.bucket = w.bucket$q$,
    (1::bigint << bits) - 1, tributary.key_hash_sql(base, 't', as_text), tributary.owned_hash_sql(tributary.row_hash_sql(base, columns, 't', as_text), way, by_owner),
    tributary.verified_sql(relation, way, below, tributary.chosen_sql(base, as_text, known, prefixes), tributary.part_of(base, part), lower, upper),
    case when known > 0 then prefixes else '{0}' end, (1 << (bits - known)) - 1, 1 << (bits - known), known);
end $$;

-- Keys and hashes of the rows whose keys' hash ends in one of these prefixes. by_owner: with the owner behind the key.
create or replace function tributary.hashed_rows(relation text, columns text[], as_text boolean, way text, below text[], known int, prefixes bigint[], by_owner boolean)
returns table (key text[], hash bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
declare
  base regclass := tributary.travelling_table(relation, columns);
begin
  return query execute format('select array[%s], %s from %s',
    (select string_agg(tributary.value_sql(base, k, format('t.%I', k)), ', ' order by i) from unnest(tributary.key_columns(base)) with ordinality u(k, i))
      || case when by_owner then ', ' || tributary.owner_sql(way) else '' end,
    tributary.owned_hash_sql(tributary.row_hash_sql(base, columns, 't', as_text), way, by_owner),
    tributary.verified_sql(relation, way, below, tributary.chosen_sql(base, as_text, known, prefixes), null, null, null));
end $$;

-- Are there rows here that came over another link, or from a node that has left?
create or replace function tributary.has_others(relation text, below text[]) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_one boolean;
begin
  execute format('select exists (select from tributary.%I p where p.tributary_owner <> all (%L))', tributary.object_name('provenance', relation), below) into found_one;
  return found_one;
end $$;

-- Has anything come over a link yet?
create or replace function tributary.has_rows(relation text, below text[]) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_one boolean;
begin
  execute format('select exists (select from tributary.%I p where p.tributary_owner = any (%L))', tributary.object_name('provenance', relation), below) into found_one;
  return found_one;
end $$;

-- Whose are the rows here? Those of `below` by count and XOR of their keys' hashes, and how many are others'.
create or replace function tributary.owned_keys(relation text, as_text boolean, below text[]) returns table (rows bigint, keys bigint, others bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set datestyle = 'ISO, YMD' set intervalstyle = 'postgres'
  set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C' set timezone = 'UTC' as $$
begin
  return query execute format('select count(*) filter (where mine), coalesce(bit_xor(k) filter (where mine), 0), count(*) filter (where not mine)
      from (select %s as k, p.tributary_owner = any (%L) as mine from tributary.%I p) o',
    tributary.key_hash_sql(tributary.relation_of(relation), 'p', as_text), below, tributary.object_name('provenance', relation));
end $$;

-- Rows by key, at either end. passes: it is sent from here (outgoing), or came from there. version changes whenever the row
-- is written. parked: why the last message of this row could not be applied here.
create or replace function tributary.look(relation text, columns text[], as_text boolean, below text[], outgoing boolean, keys text[])
returns table ("position" int, wanted text[], key text[], owner text, passes boolean, hash bigint, version text, parked text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_hashjoin = off set enable_mergejoin = off set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
declare
  base regclass := tributary.travelling_table(relation, columns);
  names text[] := tributary.key_columns(base);
  provenance regclass := to_regclass(format('tributary.%I', tributary.object_name('provenance', relation)));
  canonical text := (select tributary.usable_filter(c) from tributary.capture c where c.relation = look.relation);
begin
  return query execute format($q$
    select u.position::int, array[%1$s], r.key, %2$s, coalesce(r.key is not null and %3$s, false), r.hash, r.version,
      (select q.reason from tributary.parked q where q.relation = %4$L and q.key = array[%1$s] and q.node = any (%5$L) order by q.id limit 1)
    from %6$s
      left join lateral (select array[%7$s] as key, %8$s as hash, t.tableoid || ' ' || t.ctid || ' ' || t.xmin as version, (%9$s) as approved from %10$s t where %11$s) r on true
      %12$s$q$,
    (select string_agg('u.t' || i, ', ' order by i) from generate_subscripts(names, 1) i),
    case when provenance is null then 'null::text' else 'p.tributary_owner' end,
    case when provenance is null then 'r.approved'
      when outgoing then format('case when p.tributary_owner is null then r.approved else p.tributary_owner = any (%L) end', below)
      else format('p.tributary_owner = any (%L)', below) end,
    relation, below, tributary.keys_sql(base, keys),
    (select string_agg(tributary.value_sql(base, n, format('t.%I', n)), ', ' order by i) from unnest(names) with ordinality x(n, i)),
    tributary.row_hash_sql(base, columns, 't', as_text), coalesce(canonical, 'false'), base,
    (select string_agg(tributary.is_key_sql(base, n, i, format('t.%I', n), keys), ' and ') from unnest(names) with ordinality x(n, i)),
    case when provenance is null then '' else (select format('left join %s p (%s, tributary_owner) on %s', provenance,
      string_agg('tributary_key_' || i, ', ' order by i), string_agg(tributary.is_key_sql(base, n, i, 'p.tributary_key_' || i, keys), ' and '))
      from unnest(names) with ordinality x(n, i)) end);
end $$;

-- The same of a shared table, by key and owner: the owner's entry is the row. An owner whose version waits at the provider sends
-- nothing that could be compared. holders: who else has the row.
create or replace function tributary.look_shared(relation text, columns text[], as_text boolean, below text[], outgoing boolean, keys text[], owners text[])
returns table ("position" int, wanted text[], key text[], owner text, passes boolean, hash bigint, version text, parked text, holders text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_hashjoin = off set enable_mergejoin = off set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
declare
  base regclass := tributary.travelling_table(relation, columns);
  names text[] := tributary.key_columns(base);
  has_owners constant boolean := to_regclass(format('tributary.%I', tributary.object_name('provenance', relation))) is not null;
  provenance text := case when has_owners then format('tributary.%I', tributary.object_name('provenance', relation))
    -- at a node that nothing is delivered into, every row is its own
    else format('(select %s, null::text as tributary_owner from %s where false)', (select string_agg(quote_ident(n), ', ') from unnest(names) n), base) end;
  canonical text := (select tributary.usable_filter(c) from tributary.capture c where c.relation = look_shared.relation);
begin
  return query execute format($q$
    select u.position::int, array[%1$s], r.key,
      coalesce(case when e.is_owned then w.owner end, (select p.tributary_owner from %12$s p where %13$s order by 1 limit 1)),
      coalesce(r.key is not null and e.is_owned and %3$s, false), hashtextextended(w.owner collate "C", r.hash), concat_ws(' ', r.version, e.version), q.reason,
      array(select p.tributary_owner from %12$s p where %13$s and p.tributary_owner <> w.owner order by 1)
    from %6$s cross join lateral (select (%2$L::text[])[u.position] as owner) w
      left join lateral (select array[%7$s] as key, %8$s as hash, t.tableoid || ' ' || t.ctid || ' ' || t.xmin as version, (%9$s) as approved from %10$s t where %11$s) r on true
      cross join lateral (select coalesce(bool_or(p.tributary_owner = w.owner), w.owner = %14$L) as is_owned, %15$s as version from %12$s p where %13$s) e
      left join lateral (select q.reason from tributary.parked q where q.relation = %4$L and q.key = array[%1$s] and q.node = w.owner and w.owner = any (%5$L) order by q.id limit 1) q on true$q$,
    (select string_agg('u.t' || i, ', ' order by i) from generate_subscripts(names, 1) i), owners,
    case when outgoing then format('case when w.owner = %L then r.approved else w.owner = any (%L) and q.reason is null end', (select n.name from tributary.node n), below)
      else format('w.owner = any (%L)', below) end,
    relation, below, tributary.keys_sql(base, keys),
    (select string_agg(tributary.value_sql(base, n, format('t.%I', n)), ', ' order by i) from unnest(names) with ordinality x(n, i)),
    tributary.row_hash_sql(base, columns, 't', as_text), coalesce(canonical, 'false'), base,
    (select string_agg(format('t.%I = u.t%s::%s', n, i, tributary.cast_type(base, n)), ' and ') from unnest(names) with ordinality x(n, i)),
    provenance, (select string_agg(format('p.%I = u.t%s::%s', n, i, tributary.cast_type(base, n)), ' and ') from unnest(names) with ordinality x(n, i)),
    (select n.name from tributary.node n), case when has_owners then 'max(p.xmin::text) filter (where p.tributary_owner = w.owner)' else 'null::text' end);
end $$;

-- The values of rows by key, as text of at most 2,000 characters; null where the row is not here.
create or replace function tributary.values_of(relation text, columns text[], keys text[]) returns table ("position" int, row_values text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set row_security = off
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C'
  set timezone = 'UTC' set xmloption = 'content' as $$
declare
  base regclass := tributary.travelling_table(relation, columns);
begin
  return query execute format('select u.position::int, r.v from %s left join lateral (select array[%s] as v from %s t where %s) r on true',
    tributary.keys_sql(base, keys),
    (select string_agg(format('left(%s, 2000)', tributary.value_sql(base, c, format('t.%I', c))), ', ' order by i) from unnest(columns) with ordinality x(c, i)), base,
    (select string_agg(format('t.%I = u.t%s::%s', n, i, tributary.cast_type(base, n)), ' and ') from unnest(tributary.key_columns(base)) with ordinality x(n, i)));
end $$;

-- What holds the rows of a table: itself and its children or partitions, with how many pages each has.
create or replace function tributary.parts_of(relation text) returns table (part text, pages bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select f::text, pg_relation_size(f) / current_setting('block_size')::int
  from tributary.family(tributary.relation_of(relation)) f join pg_class c on c.oid = f and c.relkind = 'r'
$$;

-- The type that a column's values have in the end, below its domains.
create or replace function tributary.base_type(relation regclass, column_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format_type(b, -1) from tributary.types_below(relation, column_name) with ordinality t(b, i) order by i desc limit 1
$$;

-- What must be known of a table before its rows are compared. probe: differs where hashes would (another byte order).
create or replace function tributary.verify_facts(relation text)
returns table (columns text[], types text[], key text[], key_types text[], estimate bigint, receives boolean, captures boolean, probe bigint, shared boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select sent, array(select tributary.base_type(base, c) from unnest(sent) with ordinality u(c, i) order by i),
    tributary.key_columns(base), array(select tributary.base_type(base, c) from unnest(tributary.key_columns(base)) with ordinality u(c, i) order by i),
    (select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint from tributary.family(base) f join pg_class c on c.oid = f),
    to_regclass(format('tributary.%I', tributary.object_name('provenance', relation))) is not null,
    exists (select from tributary.capture c where c.relation = verify_facts.relation),
    hashtextextended('tributary', 7), tributary.is_shared(relation)
  from tributary.relation_of(relation) base, tributary.sent_columns(relation) sent
  where base is not null
$$;

-- Rows here that no node below answers for: owned by a node that is not below this one, or, where this node sends no rows of
-- its own, owned by nobody.
create or replace function tributary.strays(relation text, below text[], most int) returns table (owner text, rows bigint, keys text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set row_security = off
  set datestyle = 'ISO, YMD' set extra_float_digits = 3 set timezone = 'UTC' as $$
declare
  base regclass := tributary.travelling_table(relation);
  names text[] := tributary.key_columns(base);
begin
  return query execute format($q$
    select o.owner, count(*), (array_agg(o.key order by o.key))[1:%1$s]
    from (select p.tributary_owner as owner, json_build_array(%2$s)::text as key from %3$s t %4$s join (select %5$s, q.tributary_owner from tributary.%6$I q) p on %7$s
      where p.tributary_owner is null or p.tributary_owner <> all (%8$L) and p.tributary_owner <> (select n.name from tributary.node n)) o group by 1 order by 1$q$,
    most, (select string_agg(tributary.value_sql(base, n, format('t.%I', n)), ', ' order by i) from unnest(names) with ordinality x(n, i)), base,
    case when exists (select from tributary.capture c where c.relation = strays.relation) then '' else 'left' end,
    (select string_agg(format('q.%I as tributary_key_%s', n, i), ', ' order by i) from unnest(names) with ordinality x(n, i)),
    tributary.object_name('provenance', relation),
    (select string_agg(format('p.tributary_key_%s = t.%I', i, n), ' and ' order by i) from unnest(names) with ordinality x(n, i)), below);
end $$;

-- Keeps what a comparison found, of a table that travels over a link to here. That a row was written all the time does not take
-- back that rows differ.
create or replace function tributary.record_verification(provider text, relation text, rule text, started_at timestamptz, verdict text, rows bigint,
  missing bigint, extra bigint, different bigint, parked bigint, unsettled bigint)
returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into tributary.verification as v (provider, relation, rule, started_at, finished_at, verdict, rows, missing, extra, different, parked, unsettled)
  select record_verification.provider, record_verification.relation, record_verification.rule, record_verification.started_at, clock_timestamp(), record_verification.verdict,
    record_verification.rows, record_verification.missing, record_verification.extra, record_verification.different, record_verification.parked, record_verification.unsettled
  where exists (select from tributary.link l join tributary.delivery d using (set_name)
    where l.provider = record_verification.provider and d.relation = record_verification.relation)
  on conflict on constraint verification_pkey do update set (rule, started_at, finished_at, verdict, rows, missing, extra, different, parked, unsettled) =
    (excluded.rule, excluded.started_at, excluded.finished_at, excluded.verdict, excluded.rows, excluded.missing, excluded.extra, excluded.different, excluded.parked, excluded.unsettled)
  where v.verdict <> 'different' or excluded.verdict <> 'unsettled' or v.rule <> excluded.rule
$$;
