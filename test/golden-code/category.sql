CREATE OR REPLACE FUNCTION tributary."capture_delete_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
begin
  if not exists (select from (select r.* from old_rows r where (true)) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (true)) o where exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true)) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true)) o where not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and exists (select from (select r.* from old_rows r where (true)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  is_plain pg_catalog.bool;
begin
  if not exists (select from (select r.* from new_rows r where (true)) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[r.id::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and true;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1 from (select r.* from new_rows r where (true)) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and exists (select from (select r.* from new_rows r where (true)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.category'', ''{id}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.category'', ''{id}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (true)) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (true)) n), exists (select from (select r.* from old_rows r where (true)) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[r.id::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and true;
      if found then
        return null;
      end if;
    else
      if is_after then
        perform from new_rows where false;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1) and true and not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) offset 0);
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.id), pg_catalog.count(n.id), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (true)) o full join (select r.* from new_rows r where (true)) n on o.id operator(pg_catalog.=) n.id;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (true)) o full join (select r.* from new_rows r where (true)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false) and exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true)) o full join (select r.* from new_rows r where (true)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.category', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end], null), pg_catalog.count(*),
      tributary.carriable('public.category', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1 from (select '1' as mask, n.id as v1 from (select r.* from old_rows r where (true)) o full join (select r.* from new_rows r where (true)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '1') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true)) o full join (select r.* from new_rows r where (true)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true)) o where not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and exists (select from (select id from (select r.* from old_rows r where (true)) o union select id from (select r.* from new_rows r where (true)) n) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."apply_public.category"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET array_nulls TO 'on'
AS $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := '{id}';
  tributary_found text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop') or tributary_columns is null or tributary_body is null then
    raise exception 'a message that cannot be read: kind %, without columns or rows', tributary_kind using errcode = 'invalid_parameter_value';
  end if;
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), 'public.category' using errcode = 'undefined_column';
  end if;
  if not '{id}'::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', 'public.category',
      array_to_string(tributary_columns, ', '), array_to_string('{id}'::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from tributary."provenance_public.category" p using (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i
      where p.id operator(pg_catalog.=) i.id and p.tributary_owner = tributary_node returning i.id)
    delete from public.category t using released i where t.id operator(pg_catalog.=) i.id;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    return;
  end if;
  select p.tributary_owner into tributary_found
  from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i join tributary."provenance_public.category" p on p.id operator(pg_catalog.=) i.id where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    perform from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i join tributary."provenance_public.category" p on p.id operator(pg_catalog.=) i.id where p.tributary_owner = tributary_node;
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i join public.category t on t.id operator(pg_catalog.=) i.id
  where not (row(t.id::uuid)::record operator(pg_catalog.*=) row(i.id::uuid)::record) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) i.id);
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    
    insert into public.category as t (id) overriding system value select i.id from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i on conflict (id) do update set id = excluded.id where row(t.id)::record operator(pg_catalog.*<>) row(excluded.id)::record;
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql('public.category'::regclass, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into tributary."provenance_public.category" (id, tributary_owner)
  select i.id, tributary_node from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i on conflict (id) do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$

CREATE OR REPLACE FUNCTION tributary."capture_delete_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
begin
  if not exists (select from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o where exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o where not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  is_plain pg_catalog.bool;
begin
  if not exists (select from (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[r.id::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and true;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1 from (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.category'', ''{id}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.category'', ''{id}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n), exists (select from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.category", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.category'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.category'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[r.id::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and true;
      if found then
        return null;
      end if;
    else
      if is_after then
        perform from new_rows where false;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.category', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1) and true and not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) offset 0);
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.category r where r.id operator(pg_catalog.=) n.id and row(r.id)::pg_catalog.record operator(pg_catalog.*=) row(n.id)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.id), pg_catalog.count(n.id), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false) and exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.category', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end], null), pg_catalog.count(*),
      tributary.carriable('public.category', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1 from (select '1' as mask, n.id as v1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '1') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o where not exists (select from public.category r where r.id operator(pg_catalog.=) o.id and (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.category', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.category', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from public.category r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select id from (select r.* from old_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) o union select id from (select r.* from new_rows r where (true) and not exists (select from tributary."provenance_public.category" p where p.id operator(pg_catalog.=) r.id)) n) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."protect_public.category"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    #variable_conflict use_column
    declare
      owner text;
      owned_key text;
    begin
      if tg_name !~ '^tributary_protect_' or tg_level <> 'STATEMENT' then
        raise exception 'this trigger function protects delivered rows, and was called elsewhere' using errcode = 'insufficient_privilege';
      end if;
      if tg_op = 'TRUNCATE' then
        select p.tributary_owner, row(p.id)::text into owner, owned_key from tributary."provenance_public.category" p limit 1;
      else
        select p.tributary_owner, row(p.id)::text into owner, owned_key from old_rows o join tributary."provenance_public.category" p on p.id operator(pg_catalog.=) o.id limit 1;
      end if;
      -- A partition that was detached holds what was delivered, and is the application's own again.
      if found and tributary.is_of(tg_relid, 'public.category'::regclass::oid) then
        if tg_argv[0] = 'warn' then
          raise warning 'row % of table % belongs to node "%": this change will be overwritten by the next one from there', owned_key, 'public.category', owner;
        else
          raise exception 'row % of table % belongs to node "%"', owned_key, 'public.category', owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%s": it arrives here by itself.', owner);
        end if;
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION tributary."take_public.category"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column
begin
  if tributary_kind operator(pg_catalog.=) 'put' and tributary_columns operator(pg_catalog.=) '{id}' then
    -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
    if tributary_rows operator(pg_catalog.=) 1 then
      insert into tributary."provenance_public.category" (id, tributary_owner) values ((tributary_body[1]::text[])[1]::uuid, tributary_node);
      insert into public.category (id) overriding system value values ((tributary_body[1]::text[])[1]::uuid);
    else
      insert into tributary."provenance_public.category" (id, tributary_owner) select i.id, tributary_node from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i;
      insert into public.category (id) overriding system value select id from (select u.t1::uuid as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i;
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'patch' and tributary_columns operator(pg_catalog.<@) '{id}'::text[]
      and '{id}'::text[] operator(pg_catalog.<@) tributary_columns then
    -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
    perform where false;
    if not found then
      perform tributary."apply_public.category"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'drop' and tributary_columns operator(pg_catalog.<@) '{id}'::text[]
      and '{id}'::text[] operator(pg_catalog.<@) tributary_columns then
    delete from tributary."provenance_public.category" p where p.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::uuid and p.tributary_owner operator(pg_catalog.=) tributary_node;
    if found then
      delete from public.category t where t.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::uuid;
    end if;
  else
    perform tributary."apply_public.category"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
  end if;
  return true;
end $function$
