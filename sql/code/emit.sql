-- Re-emission: the present state of some rows goes through the stream once more, in order with live changes.

-- Keys, given row after row, as a row source u: t1...tn as text, and position.
create or replace function tributary.keys_sql(relation regclass, keys text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('unnest(%s) with ordinality u(%s, position)',
    string_agg(format('%L::text[]', array(select v from unnest(keys) with ordinality e(v, n) where (n - i) % width = 0 order by n)), ', ' order by i),
    string_agg('t' || i, ', ' order by i))
  from cardinality(tributary.key_columns(relation)) width cross join lateral generate_series(1, width) i
$$;

-- Runs an INSERT of messages; gives how many rows they carry.
create or replace function tributary.write_messages(insert text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  written bigint;
begin
  execute format('with m as (%s returning row_count) select coalesce(sum(row_count), 0) from m', rtrim(insert, ';')) into written;
  return written;
end $$;

-- Sends the rows with these keys to the tiers above as they are now: approved ones whole, all others as drops. Rows that
-- came from below are sent in their owner's name. keys: the key columns' values as text, row after row ('{1,2}' for one
-- column, '{{a,1},{b,2}}' for two). Until the transaction ends, nobody can change these rows; and when some are not here,
-- nobody can write the table, since a row that is just being inserted must not be overtaken by its drop. So: few keys at a
-- time, a thousand at most.
create or replace function tributary.emit(set_name text, relation text, keys text[]) returns table (puts bigint, drops bigint)
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' set jit = off set datestyle = 'ISO, YMD'
  set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C' set timezone = 'UTC'
  set xmloption = 'content' as $$
declare
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  width int := nullif(cardinality(key), 0);
  rule tributary.capture;
  columns text[];
  provenance regclass := to_regclass(format('tributary.%I', tributary.object_name('provenance', relation)));
  wanted text; -- the keys as a subquery k with columns of its own names, so that a filter's unqualified ones mean the table's
  wanted_text text;
  r_is_wanted text;
  p_is_wanted text;
  not_from_below text := '';
  is_to_go text := '';
  is_shared constant boolean := tributary.is_shared(relation);
  me constant text := (select n.name from tributary.node n);
  number bigint; -- of different keys
  found_rows bigint;
  locked bigint;
  message record;
begin
  if not exists (select from tributary.outbox o where o.set_name = emit.set_name) then
    raise exception 'set "%" does not pass through this node', set_name using errcode = 'undefined_object';
  elsif exists (select from tributary.capture c where c.relation = emit.relation and tributary.taken_by(c.relid, c.relation) is not null) then
    raise exception '%: nothing was sent', (select tributary.taken_by(c.relid, c.relation) from tributary.capture c where c.relation = emit.relation)
      using errcode = 'wrong_object_type', hint = tributary.hint_of_taken();
  elsif base is null or tributary.sent_columns(relation) is null then
    raise exception 'table "%" does not travel from this node', relation using errcode = 'undefined_table';
  elsif cardinality(keys) % width <> 0 then
    raise exception 'the key of table "%" is (%): % values do not make whole keys', relation, array_to_string(key, ', '), cardinality(keys)
      using errcode = 'invalid_parameter_value';
  elsif cardinality(keys) / width > 1000 then
    raise exception '% keys at once, needs to be 1000 or fewer', cardinality(keys) / width using errcode = 'program_limit_exceeded';
  end if;
  select * into rule from tributary.capture c where (c.relation, c.set_name) = (emit.relation, emit.set_name);
  if rule.relation is not null then
    rule.canonical := tributary.usable_filter(rule);
  end if;
  columns := tributary.sent_columns(relation);
  select format('(select distinct %s from %s) k',
      string_agg(format('u.t%s::%s as tributary_key_%s', i, tributary.cast_type(base, c), i), ', ' order by i), tributary.keys_sql(base, keys)),
    string_agg(format('%s as c%s', tributary.text_sql(base, c, 'k.tributary_key_' || i), i), ', ' order by i),
    string_agg(format('r.%I = k.tributary_key_%s', c, i), ' and ' order by i),
    string_agg(format('p.%I = k.tributary_key_%s', c, i), ' and ' order by i)
  into wanted, wanted_text, r_is_wanted, p_is_wanted from unnest(key) with ordinality u(c, i);
  execute format('select count(*) from %s', wanted) into number;
  if is_shared then
    not_from_below := format(' and coalesce((select bool_or(p.tributary_owner = %L) from %s p where %s), true)', me, provenance, p_is_wanted);
    -- An owner whose version waits here has sent it itself; what stands is not its own.
    is_to_go := format(' where p.tributary_owner <> %L and not exists (select from tributary.parked q where (q.relation, q.node, q.key) = (%L, p.tributary_owner, array[%s]))',
      me, relation, (select string_agg(tributary.text_sql(base, k, format('r.%I', k)), ', ' order by i) from unnest(key) with ordinality u(k, i)));
  elsif provenance is not null then
    not_from_below := format(' and not exists (select from %s p where %s)', provenance, p_is_wanted);
  end if;
  begin
    -- The table's lock before any row's: whoever holds the table may be waiting for a row.
    execute format('select count(*) from %s r join %s on %s', base, wanted, r_is_wanted) into found_rows;
    if found_rows < number then
      execute format('lock table %s in share mode', base);
    end if;
    execute format('select count(*) from (select from %s r join %s on %s for share of r) l', base, wanted, r_is_wanted) into locked;
    if locked < found_rows then
      raise lock_not_available; -- one went away meanwhile
    end if;
  exception when lock_not_available then
    raise exception 'table "%" is being written', relation using errcode = 'lock_not_available', hint = 'Nothing was sent. Run it again.';
  end;
  if rule.relation is not null then
    puts := tributary.write_messages(tributary.message_sql(tributary.messages_name(set_name), relation, 'put', columns,
      format('select %s from %s r join %s on %s where (%s)%s', tributary.text_list(base, columns, 'r'), base, wanted, r_is_wanted, rule.canonical, not_from_below)));
    drops := tributary.write_messages(tributary.message_sql(tributary.messages_name(set_name), relation, 'drop', key,
      format('select %s from %s where not exists (select from %s r where %s%s)%s', wanted_text, wanted, base, r_is_wanted,
        case rule.on_leave when 'keep' then '' else format(' and (%s)', rule.canonical) end, not_from_below)));
  end if;
  puts := coalesce(puts, 0);
  drops := coalesce(drops, 0);
  if provenance is not null then
    for message in execute tributary.messages_sql(columns, format('select %s, p.tributary_owner as owner from %s r join %s on %s join %s p on %s%s',
      tributary.text_list(base, columns, 'r'), base, wanted, r_is_wanted, provenance, p_is_wanted, is_to_go))
    loop
      perform tributary.pass_on(set_name, relation, message.owner, 'put', columns, message.row_count, message.body);
      puts := puts + message.row_count;
    end loop;
  end if;
  return next;
end $$;

-- Writes one message in the name of a row's owner.
create or replace function tributary.send(set_name text, relation text, owner text, kind text, columns text[], row_count int, body text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if owner = (select n.name from tributary.node n) then
    execute format('insert into tributary.%I (kind, relation, columns, row_count, body) values ($1, $2, $3, $4, tributary.carriable($2, $3, $5))', tributary.messages_name(set_name))
      using kind, relation, columns, row_count, body;
  else
    perform tributary.pass_on(set_name, relation, owner, kind, columns, row_count, body);
  end if;
end $$;

-- A first copy through the stream, at the provider: sends all rows of a range of keys that go over the link. Gives how
-- many they are, and about how many bytes.
create or replace function tributary.emit_range(set_name text, relation text, below text[], lower text[], upper text[])
returns table (rows bigint, bytes bigint)
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' set jit = off set datestyle = 'ISO, YMD'
  set intervalstyle = 'postgres' set extra_float_digits = 3 set bytea_output = 'hex' set lc_monetary = 'C' set timezone = 'UTC'
  set xmloption = 'content' as $$
declare
  base regclass := tributary.relation_of(relation);
  columns text[] := tributary.sent_columns(relation);
  outgoing text := format('(%s) o', tributary.outgoing_sql(relation, below));
  range text := tributary.range_sql(base, 'o', lower, upper);
  message record;
begin
  rows := 0;
  bytes := 0;
  -- A change that is under way is waited for; one that comes later follows in the stream.
  execute format('select count(*) from (select from %s r where true%s and exists (select from %s where %s%s) for share of r) l',
    base, tributary.range_sql(base, 'r', lower, upper), outgoing, tributary.key_match(tributary.key_columns(base), 'o', 'r'), range);
  for message in execute tributary.messages_sql(columns, format('select %s, o.tributary_owner as owner from %s where true%s',
    tributary.text_list(base, columns, 'o'), outgoing, range))
  loop
    perform tributary.send(set_name, relation, message.owner, 'put', columns, message.row_count, message.body);
    rows := rows + message.row_count;
    bytes := bytes + (select sum(octet_length(b)) from unnest(message.body) b);
  end loop;
  return next;
end $$;

-- The same, for rows that only the subscriber has: sends drops for those of these keys that the provider does not send.
create or replace function tributary.emit_absent(set_name text, relation text, below text[], owner text, keys text[]) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare
  base regclass := tributary.relation_of(relation);
  key text[] := tributary.key_columns(base);
  step int := 1000 * cardinality(key);
  query text;
  absent text[];
  message record;
  dropped bigint := 0;
  is_shared constant boolean := tributary.is_shared(relation);
begin
  if owner <> (select n.name from tributary.node n) then
    -- A row that is just being delivered here must not be overtaken by its drop.
    execute format('lock table tributary.%I in share mode', tributary.object_name('provenance', relation));
  elsif is_shared then
    execute format('lock table %s in share mode', base); -- nor one that is just being written
  end if;
  select format('select array(select v from %s cross join lateral unnest(array[%s]) with ordinality e(v, n)
      where not exists (select from (%s) o where %s and o.tributary_owner = $1) order by u.position, n)',
      tributary.keys_sql(base, keys),
      string_agg('u.t' || i, ', ' order by i),
      tributary.outgoing_sql(relation, below),
      string_agg(format('o.%I = u.t%s::%s', c, i, tributary.cast_type(base, c)), ' and ' order by i))
    into query from unnest(key) with ordinality k(c, i);
  execute query into absent using owner;
  -- A shared row may be here, and not be this node's own.
  if owner = (select n.name from tributary.node n) and not is_shared then
    for start in 1..cardinality(absent) by step loop
      dropped := dropped + (select e.drops from tributary.emit(set_name, relation, absent[start:start + step - 1]) e);
    end loop;
    return dropped;
  end if;
  for message in execute tributary.messages_sql(key, (select format('select %s, %L as owner from %s',
    string_agg(format('u.t%s as c%s', i, i), ', ' order by i), owner, tributary.keys_sql(base, absent)) from generate_subscripts(key, 1) i))
  loop
    perform tributary.send(set_name, relation, owner, 'drop', key, message.row_count, message.body);
    dropped := dropped + message.row_count;
  end loop;
  return dropped;
end $$;

-- At the subscriber: the keys in a range that came over a link, row after row, by owner.
create or replace function tributary.incoming_keys(relation text, below text[], lower text[], upper text[]) returns table (owner text, keys text[])
language plpgsql stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set extra_float_digits = 3 as $$
declare
  key text[] := tributary.key_columns(tributary.relation_of(relation));
begin
  return query execute format('select r.owner, array_agg(e.v order by r.position, e.n)
      from (select p.tributary_owner as owner, array[%s] as key, row_number() over () as position from %s) r
        cross join lateral unnest(r.key) with ordinality e(v, n) group by 1',
    (select string_agg(tributary.value_sql(tributary.relation_of(relation), k, format('t.%I', k)), ', ' order by i) from unnest(key) with ordinality u(k, i)),
    tributary.incoming_rows_sql(relation, below, false, lower, upper));
end $$;

-- Count and hash of a range of keys: of what goes over a link, at the provider; of what came over it, at the subscriber.
-- by_owner: the table is shared above.
create or replace function tributary.range_digest(relation text, columns text[], below text[], lower text[], upper text[], outgoing boolean, by_owner boolean)
returns table (rows bigint, hash numeric) language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  return query execute case when outgoing
    then tributary.digest_sql(tributary.relation_of(relation), columns, 'o', format('(%s) o where true%s', tributary.outgoing_sql(relation, below),
      tributary.range_sql(tributary.relation_of(relation), 'o', lower, upper)), case when by_owner then 'o.tributary_owner' end)
    else tributary.digest_sql(tributary.relation_of(relation), columns, 't', tributary.incoming_rows_sql(relation, below, false, lower, upper),
      case when by_owner then 'p.tributary_owner' end) end;
end $$;

-- Before emit: how many of these keys it would send as gone.
create or replace function tributary.absent_keys(set_name text, relation text, below text[], keys text[]) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set extra_float_digits = 3 as $$
declare
  base regclass := tributary.relation_of(relation);
  query text;
  found_keys bigint;
begin
  if not exists (select from tributary.capture c where (c.relation, c.set_name) = (absent_keys.relation, absent_keys.set_name)) then
    return 0;
  end if;
  select format('select count(*) from (select distinct %s from %s where not exists (select from (%s) o where %s)) a',
      string_agg(format('u.t%s::%s', i, tributary.cast_type(base, c)), ', ' order by i), tributary.keys_sql(base, keys),
      tributary.outgoing_sql(relation, below), string_agg(format('o.%I = u.t%s::%s', c, i, tributary.cast_type(base, c)), ' and ' order by i))
    into query from unnest(tributary.key_columns(base)) with ordinality k(c, i);
  execute query into found_keys;
  return found_keys;
end $$;
