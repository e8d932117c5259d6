CREATE OR REPLACE FUNCTION tributary."capture_delete_public.reading"()
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
  if not exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], 1, array[array[o.at::pg_catalog.text]::pg_catalog.text, array[o.station::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o where exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o where not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station)) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.reading"()
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
  if not exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], 1, array[array[r.at::pg_catalog.text]::pg_catalog.text, array[r.station::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text, array[r.value::pg_catalog.text]::pg_catalog.text, array[r.raw::pg_catalog.text]::pg_catalog.text, array[r.price::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status), pg_catalog.octet_length(r.raw)), 0) operator(pg_catalog.<) 2500000;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.at::pg_catalog.text as c1, n.station::pg_catalog.text as c2, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c3, n.value::pg_catalog.text as c4, case when pg_catalog.octet_length(n.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(n.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else n.raw::pg_catalog.text end as c5, n.price::pg_catalog.text as c6 from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.reading"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET bytea_output TO 'hex'
 SET "DateStyle" TO 'ISO, YMD'
 SET extra_float_digits TO '3'
 SET lc_monetary TO 'C'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.reading'', ''{at,station}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.reading'', ''{at,station}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.reading"(r.status))) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.reading"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  d3 pg_catalog.bool;
  d4 pg_catalog.bool;
  d5 pg_catalog.bool;
  d6 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n), exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], 1, array[array[r.at::pg_catalog.text]::pg_catalog.text, array[r.station::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text, array[r.value::pg_catalog.text]::pg_catalog.text, array[r.raw::pg_catalog.text]::pg_catalog.text, array[r.price::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status), pg_catalog.octet_length(r.raw)), 0) operator(pg_catalog.<) 2500000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)), row(o.value)::pg_catalog.record operator(pg_catalog.*<>) row(n.value)::pg_catalog.record, ((o.raw operator(pg_catalog.=) n.raw) is not true and (o.raw is not null or n.raw is not null)), row(o.price)::pg_catalog.record operator(pg_catalog.*<>) row(n.price)::pg_catalog.record into v.d3, v.d4, v.d5, v.d6 from old_rows o join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.reading', pg_catalog.array_remove(array['at', 'station', case when v.d3 then 'status' end, case when v.d4 then 'value' end, case when v.d5 then 'raw' end, case when v.d6 then 'price' end], null), 1, pg_catalog.array_remove(array[array[n.at::pg_catalog.text]::pg_catalog.text, array[n.station::pg_catalog.text]::pg_catalog.text, case when v.d3 then array[n.status::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.value::pg_catalog.text]::pg_catalog.text end, case when v.d5 then array[n.raw::pg_catalog.text]::pg_catalog.text end, case when v.d6 then array[n.price::pg_catalog.text]::pg_catalog.text end], null) from new_rows n where (v.d3 or v.d4 or v.d5 or v.d6) and coalesce(greatest(pg_catalog.octet_length(n.status), pg_catalog.octet_length(n.raw)), 0) operator(pg_catalog.<) 2500000;
      else
        perform from new_rows where false;
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.at), pg_catalog.count(n.at), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o full join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is null, false) and exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o full join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.reading', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'at' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'station' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'status' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'value' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'raw' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'price' end], null), pg_catalog.count(*),
      tributary.carriable('public.reading', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'at' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'station' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'status' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'value' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'raw' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'price' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c5)::pg_catalog.text end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c6)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, v2::pg_catalog.text as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v3) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(v3)::pg_catalog.int8 operator(pg_catalog.*) 1) else v3::pg_catalog.text end end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then v4::pg_catalog.text end as c4, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v5) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(v5)::pg_catalog.int8 operator(pg_catalog.*) 2) else v5::pg_catalog.text end end as c5, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then v6::pg_catalog.text end as c6 from (select '1' operator(pg_catalog.||) '1' operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end operator(pg_catalog.||) case when row(o.value)::pg_catalog.record operator(pg_catalog.*<>) row(n.value)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when ((o.raw operator(pg_catalog.=) n.raw) is not true and (o.raw is not null or n.raw is not null)) then '1' else '0' end operator(pg_catalog.||) case when row(o.price)::pg_catalog.record operator(pg_catalog.*<>) row(n.price)::pg_catalog.record then '1' else '0' end as mask, n.at as v1, n.station as v2, n.status as v3, n.value as v4, n.raw as v5, n.price as v6 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '110000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.at::pg_catalog.text as c1, n.station::pg_catalog.text as c2, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c3, n.value::pg_catalog.text as c4, case when pg_catalog.octet_length(n.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(n.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else n.raw::pg_catalog.text end as c5, n.price::pg_catalog.text as c6 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o where not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station)) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and exists (select from (select at, station from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status))) o union select at, station from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status))) n) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."apply_public.reading"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET array_nulls TO 'on'
 SET lc_monetary TO 'C'
AS $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := '{at,station,status,value,raw,price}';
  tributary_found text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop') or tributary_columns is null or tributary_body is null then
    raise exception 'a message that cannot be read: kind %, without columns or rows', tributary_kind using errcode = 'invalid_parameter_value';
  end if;
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), 'public.reading' using errcode = 'undefined_column';
  end if;
  if not '{at,station}'::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', 'public.reading',
      array_to_string(tributary_columns, ', '), array_to_string('{at,station}'::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from tributary."provenance_public.reading" p using (select u.t1::timestamp with time zone as at, u.t2::integer as station from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[]) u(t1, t2)) i
      where p.at operator(pg_catalog.=) i.at and p.station operator(pg_catalog.=) i.station and p.tributary_owner = tributary_node returning i.at, i.station)
    delete from public.reading t using released i where t.at operator(pg_catalog.=) i.at and t.station operator(pg_catalog.=) i.station;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    return;
  end if;
  select p.tributary_owner into tributary_found
  from (select u.t1::timestamp with time zone as at, u.t2::integer as station from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[]) u(t1, t2)) i join tributary."provenance_public.reading" p on p.at operator(pg_catalog.=) i.at and p.station operator(pg_catalog.=) i.station where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    update public.reading t set status = case when 'status' = any (tributary_columns) then i.status else t.status end, value = case when 'value' = any (tributary_columns) then i.value else t.value end, raw = case when 'raw' = any (tributary_columns) then i.raw else t.raw end, price = case when 'price' = any (tributary_columns) then i.price else t.price end from (select u.t1::timestamp with time zone as at, u.t2::integer as station, u.t3::text as status, u.t4::double precision as value, u.t5::bytea as raw, u.t6::money as price from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[], tributary_body[array_position(tributary_columns, 'value')]::text[], tributary_body[array_position(tributary_columns, 'raw')]::text[], tributary_body[array_position(tributary_columns, 'price')]::text[]) u(t1, t2, t3, t4, t5, t6)) i, tributary."provenance_public.reading" p where t.at operator(pg_catalog.=) i.at and t.station operator(pg_catalog.=) i.station and p.at operator(pg_catalog.=) i.at and p.station operator(pg_catalog.=) i.station and p.tributary_owner = tributary_node;
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from (select u.t1::timestamp with time zone as at, u.t2::integer as station, u.t3::text as status, u.t4::double precision as value, u.t5::bytea as raw, u.t6::money as price from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[], tributary_body[array_position(tributary_columns, 'value')]::text[], tributary_body[array_position(tributary_columns, 'raw')]::text[], tributary_body[array_position(tributary_columns, 'price')]::text[]) u(t1, t2, t3, t4, t5, t6)) i join public.reading t on t.at operator(pg_catalog.=) i.at and t.station operator(pg_catalog.=) i.station
  where not (row(t.at::timestamp with time zone)::record operator(pg_catalog.*=) row(i.at::timestamp with time zone)::record and row(t.station::integer)::record operator(pg_catalog.*=) row(i.station::integer)::record and row(t.status::text)::record operator(pg_catalog.*=) row(i.status::text)::record and row(t.value::double precision)::record operator(pg_catalog.*=) row(i.value::double precision)::record and row(t.raw::bytea)::record operator(pg_catalog.*=) row(i.raw::bytea)::record and row(t.price::money)::record operator(pg_catalog.*=) row(i.price::money)::record) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) i.at and p.station operator(pg_catalog.=) i.station);
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    
    insert into public.reading as t (at, station, status, value, raw, price) overriding system value select i.at, i.station, i.status, i.value, i.raw, i.price from (select u.t1::timestamp with time zone as at, u.t2::integer as station, u.t3::text as status, u.t4::double precision as value, u.t5::bytea as raw, u.t6::money as price from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[], tributary_body[array_position(tributary_columns, 'value')]::text[], tributary_body[array_position(tributary_columns, 'raw')]::text[], tributary_body[array_position(tributary_columns, 'price')]::text[]) u(t1, t2, t3, t4, t5, t6)) i on conflict (at, station) do update set at = excluded.at, station = excluded.station, status = excluded.status, value = excluded.value, raw = excluded.raw, price = excluded.price where row(t.at)::record operator(pg_catalog.*<>) row(excluded.at)::record or row(t.station)::record operator(pg_catalog.*<>) row(excluded.station)::record or row(t.status)::record operator(pg_catalog.*<>) row(excluded.status)::record or row(t.value)::record operator(pg_catalog.*<>) row(excluded.value)::record or row(t.raw)::record operator(pg_catalog.*<>) row(excluded.raw)::record or row(t.price)::record operator(pg_catalog.*<>) row(excluded.price)::record;
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql('public.reading'::regclass, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into tributary."provenance_public.reading" (at, station, tributary_owner)
  select i.at, i.station, tributary_node from (select u.t1::timestamp with time zone as at, u.t2::integer as station from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[]) u(t1, t2)) i on conflict (at, station) do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$

CREATE OR REPLACE FUNCTION tributary."capture_delete_public.reading"()
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
  if not exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], 1, array[array[o.at::pg_catalog.text]::pg_catalog.text, array[o.station::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o where exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o where not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station)) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station) and exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.reading"()
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
  if not exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], 1, array[array[r.at::pg_catalog.text]::pg_catalog.text, array[r.station::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text, array[r.value::pg_catalog.text]::pg_catalog.text, array[r.raw::pg_catalog.text]::pg_catalog.text, array[r.price::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status), pg_catalog.octet_length(r.raw)), 0) operator(pg_catalog.<) 2500000;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.at::pg_catalog.text as c1, n.station::pg_catalog.text as c2, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c3, n.value::pg_catalog.text as c4, case when pg_catalog.octet_length(n.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(n.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else n.raw::pg_catalog.text end as c5, n.price::pg_catalog.text as c6 from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station) and exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.reading"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET bytea_output TO 'hex'
 SET "DateStyle" TO 'ISO, YMD'
 SET extra_float_digits TO '3'
 SET lc_monetary TO 'C'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.reading'', ''{at,station}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.reading'', ''{at,station}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.reading"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  d3 pg_catalog.bool;
  d4 pg_catalog.bool;
  d5 pg_catalog.bool;
  d6 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n), exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.reading", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.reading'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.reading'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and ((pg_catalog.starts_with(pg_catalog.current_setting('datestyle'), 'ISO')) is not true) is not true and ((pg_catalog.current_setting('extra_float_digits') operator(pg_catalog.=) any ('{1,2,3}'::pg_catalog.text[])) is not true) is not true and (pg_catalog.current_setting('lc_monetary') operator(pg_catalog.<>) 'C') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], 1, array[array[r.at::pg_catalog.text]::pg_catalog.text, array[r.station::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text, array[r.value::pg_catalog.text]::pg_catalog.text, array[r.raw::pg_catalog.text]::pg_catalog.text, array[r.price::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status), pg_catalog.octet_length(r.raw)), 0) operator(pg_catalog.<) 2500000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)), row(o.value)::pg_catalog.record operator(pg_catalog.*<>) row(n.value)::pg_catalog.record, ((o.raw operator(pg_catalog.=) n.raw) is not true and (o.raw is not null or n.raw is not null)), row(o.price)::pg_catalog.record operator(pg_catalog.*<>) row(n.price)::pg_catalog.record into v.d3, v.d4, v.d5, v.d6 from old_rows o join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.reading', pg_catalog.array_remove(array['at', 'station', case when v.d3 then 'status' end, case when v.d4 then 'value' end, case when v.d5 then 'raw' end, case when v.d6 then 'price' end], null), 1, pg_catalog.array_remove(array[array[n.at::pg_catalog.text]::pg_catalog.text, array[n.station::pg_catalog.text]::pg_catalog.text, case when v.d3 then array[n.status::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.value::pg_catalog.text]::pg_catalog.text end, case when v.d5 then array[n.raw::pg_catalog.text]::pg_catalog.text end, case when v.d6 then array[n.price::pg_catalog.text]::pg_catalog.text end], null) from new_rows n where (v.d3 or v.d4 or v.d5 or v.d6) and coalesce(greatest(pg_catalog.octet_length(n.status), pg_catalog.octet_length(n.raw)), 0) operator(pg_catalog.<) 2500000;
      else
        perform from new_rows where false;
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('datestyle'), pg_catalog.current_setting('timezone'), pg_catalog.current_setting('extra_float_digits'), pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('lc_monetary')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true), pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.reading r where r.at operator(pg_catalog.=) n.at and r.station operator(pg_catalog.=) n.station and row(r.at, r.station, r.status, r.value, r.raw, r.price)::pg_catalog.record operator(pg_catalog.*=) row(n.at, n.station, n.status, n.value, n.raw, n.price)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.at), pg_catalog.count(n.at), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o full join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is null, false) and exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o full join new_rows n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.reading', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'at' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'station' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'status' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'value' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'raw' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'price' end], null), pg_catalog.count(*),
      tributary.carriable('public.reading', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'at' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'station' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'status' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'value' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'raw' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'price' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c5)::pg_catalog.text end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c6)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, v2::pg_catalog.text as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v3) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(v3)::pg_catalog.int8 operator(pg_catalog.*) 1) else v3::pg_catalog.text end end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then v4::pg_catalog.text end as c4, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v5) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(v5)::pg_catalog.int8 operator(pg_catalog.*) 2) else v5::pg_catalog.text end end as c5, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then v6::pg_catalog.text end as c6 from (select '1' operator(pg_catalog.||) '1' operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end operator(pg_catalog.||) case when row(o.value)::pg_catalog.record operator(pg_catalog.*<>) row(n.value)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when ((o.raw operator(pg_catalog.=) n.raw) is not true and (o.raw is not null or n.raw is not null)) then '1' else '0' end operator(pg_catalog.||) case when row(o.price)::pg_catalog.record operator(pg_catalog.*<>) row(n.price)::pg_catalog.record then '1' else '0' end as mask, n.at as v1, n.station as v2, n.status as v3, n.value as v4, n.raw as v5, n.price as v6 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is not null and n.at is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '110000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.at::pg_catalog.text as c1, n.station::pg_catalog.text as c2, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c3, n.value::pg_catalog.text as c4, case when pg_catalog.octet_length(n.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(n.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else n.raw::pg_catalog.text end as c5, n.price::pg_catalog.text as c6 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o full join (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n on o.at operator(pg_catalog.=) n.at and o.station operator(pg_catalog.=) n.station where coalesce(o.at is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.reading', '{at,station}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.at::pg_catalog.text as c1, o.station::pg_catalog.text as c2 from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o where not exists (select from public.reading r where r.at operator(pg_catalog.=) o.at and r.station operator(pg_catalog.=) o.station)) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.reading', '{at,station,status,value,raw,price}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.at::pg_catalog.text as c1, r.station::pg_catalog.text as c2, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.reading', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c3, r.value::pg_catalog.text as c4, case when pg_catalog.octet_length(r.raw) operator(pg_catalog.>) 125000000 then tributary.refuse_long('public.reading', 'raw', pg_catalog.octet_length(r.raw)::pg_catalog.int8 operator(pg_catalog.*) 2) else r.raw::pg_catalog.text end as c5, r.price::pg_catalog.text as c6 from public.reading r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station) and exists (select from (select at, station from (select r.* from old_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) o union select at, station from (select r.* from new_rows r where (tributary."condition_public.reading"(r.status)) and not exists (select from tributary."provenance_public.reading" p where p.at operator(pg_catalog.=) r.at and p.station operator(pg_catalog.=) r.station)) n) k where k.at operator(pg_catalog.=) r.at and k.station operator(pg_catalog.=) r.station)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('datestyle', was[3], true), pg_catalog.set_config('timezone', was[4], true), pg_catalog.set_config('extra_float_digits', was[5], true), pg_catalog.set_config('bytea_output', was[6], true), pg_catalog.set_config('lc_monetary', was[7], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."protect_public.reading"()
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
        select p.tributary_owner, row(p.at, p.station)::text into owner, owned_key from tributary."provenance_public.reading" p limit 1;
      else
        select p.tributary_owner, row(p.at, p.station)::text into owner, owned_key from old_rows o join tributary."provenance_public.reading" p on p.at operator(pg_catalog.=) o.at and p.station operator(pg_catalog.=) o.station limit 1;
      end if;
      -- A partition that was detached holds what was delivered, and is the application's own again.
      if found and tributary.is_of(tg_relid, 'public.reading'::regclass::oid) then
        if tg_argv[0] = 'warn' then
          raise warning 'row % of table % belongs to node "%": this change will be overwritten by the next one from there', owned_key, 'public.reading', owner;
        else
          raise exception 'row % of table % belongs to node "%"', owned_key, 'public.reading', owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%s": it arrives here by itself.', owner);
        end if;
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION tributary."take_public.reading"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET lc_monetary TO 'C'
AS $function$
#variable_conflict use_column
begin
  if tributary_kind operator(pg_catalog.=) 'put' and tributary_columns operator(pg_catalog.=) '{at,station,status,value,raw,price}' then
    -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
    if tributary_rows operator(pg_catalog.=) 1 then
      insert into tributary."provenance_public.reading" (at, station, tributary_owner) values ((tributary_body[1]::text[])[1]::timestamp with time zone, (tributary_body[2]::text[])[1]::integer, tributary_node);
      insert into public.reading (at, station, status, value, raw, price) overriding system value values ((tributary_body[1]::text[])[1]::timestamp with time zone, (tributary_body[2]::text[])[1]::integer, (tributary_body[3]::text[])[1]::text, (tributary_body[4]::text[])[1]::double precision, (tributary_body[5]::text[])[1]::bytea, (tributary_body[6]::text[])[1]::money);
    else
      insert into tributary."provenance_public.reading" (at, station, tributary_owner) select i.at, i.station, tributary_node from (select u.t1::timestamp with time zone as at, u.t2::integer as station from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[]) u(t1, t2)) i;
      insert into public.reading (at, station, status, value, raw, price) overriding system value select at, station, status, value, raw, price from (select u.t1::timestamp with time zone as at, u.t2::integer as station, u.t3::text as status, u.t4::double precision as value, u.t5::bytea as raw, u.t6::money as price from unnest(tributary_body[array_position(tributary_columns, 'at')]::text[], tributary_body[array_position(tributary_columns, 'station')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[], tributary_body[array_position(tributary_columns, 'value')]::text[], tributary_body[array_position(tributary_columns, 'raw')]::text[], tributary_body[array_position(tributary_columns, 'price')]::text[]) u(t1, t2, t3, t4, t5, t6)) i;
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'patch' and tributary_columns operator(pg_catalog.<@) '{at,station,status,value,raw,price}'::text[]
      and '{at,station}'::text[] operator(pg_catalog.<@) tributary_columns then
    -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
    update public.reading t set status = case when 'status' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'status')]::text[])[1]::text else t.status end, value = case when 'value' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'value')]::text[])[1]::double precision else t.value end, raw = case when 'raw' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'raw')]::text[])[1]::bytea else t.raw end, price = case when 'price' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'price')]::text[])[1]::money else t.price end from tributary."provenance_public.reading" p where t.at = (tributary_body[array_position(tributary_columns, 'at')]::text[])[1]::timestamp with time zone and t.station = (tributary_body[array_position(tributary_columns, 'station')]::text[])[1]::integer and p.at = (tributary_body[array_position(tributary_columns, 'at')]::text[])[1]::timestamp with time zone and p.station = (tributary_body[array_position(tributary_columns, 'station')]::text[])[1]::integer and p.tributary_owner = tributary_node;
    if not found then
      perform tributary."apply_public.reading"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'drop' and tributary_columns operator(pg_catalog.<@) '{at,station,status,value,raw,price}'::text[]
      and '{at,station}'::text[] operator(pg_catalog.<@) tributary_columns then
    delete from tributary."provenance_public.reading" p where p.at = (tributary_body[array_position(tributary_columns, 'at')]::text[])[1]::timestamp with time zone and p.station = (tributary_body[array_position(tributary_columns, 'station')]::text[])[1]::integer and p.tributary_owner operator(pg_catalog.=) tributary_node;
    if found then
      delete from public.reading t where t.at = (tributary_body[array_position(tributary_columns, 'at')]::text[])[1]::timestamp with time zone and t.station = (tributary_body[array_position(tributary_columns, 'station')]::text[])[1]::integer;
    end if;
  else
    perform tributary."apply_public.reading"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
  end if;
  return true;
end $function$
