CREATE OR REPLACE FUNCTION tributary."capture_delete_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  is_any pg_catalog.bool;
begin
  select true into is_any from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o limit 1;
  if is_any is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], 1, array[array[o."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[o."{{old}}"::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(o."{{old}}")), 0) operator(pg_catalog.<) 7500000 and not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) offset 0);
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
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o where exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  is_any pg_catalog.bool;
  is_plain pg_catalog.bool;
begin
  select true into is_any from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n limit 1;
  if is_any is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], 1, array[array[r."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[r."{{old}}"::pg_catalog.text]::pg_catalog.text, array[r.d1::pg_catalog.text]::pg_catalog.text, array[r.v::pg_catalog.text]::pg_catalog.text, array[r.was::pg_catalog.text]::pg_catalog.text, array[r.o::pg_catalog.text]::pg_catalog.text, array[r."%s"::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r."{{old}}"), pg_catalog.octet_length(r.d1), pg_catalog.octet_length(r.v), pg_catalog.octet_length(r.was), pg_catalog.octet_length(r.o), pg_catalog.octet_length(r."%s"), pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 1875000;
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
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(n."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(n."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(n.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(n.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(n.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(n.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(n.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(n.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(n.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(n.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(n."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(n."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c8 from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and exists (select from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.odd {{new}} ''''name'''''', ''{TRIBUTARY_KEY_I,"{{old}}"}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.odd {{new}} ''''name'''''', ''{TRIBUTARY_KEY_I,"{{old}}"}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long(''public.odd {{new}} ''''name'''''', ''{{old}}'', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.odd {{new}} ''name''"(r.status))) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.odd {{new}} 'name'"()
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
  d7 pg_catalog.bool;
  d8 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select true into is_after from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n limit 1;
  select true into is_before from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o limit 1;
  if is_after is null and is_before is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if is_before is null then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], 1, array[array[r."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[r."{{old}}"::pg_catalog.text]::pg_catalog.text, array[r.d1::pg_catalog.text]::pg_catalog.text, array[r.v::pg_catalog.text]::pg_catalog.text, array[r.was::pg_catalog.text]::pg_catalog.text, array[r.o::pg_catalog.text]::pg_catalog.text, array[r."%s"::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r."{{old}}"), pg_catalog.octet_length(r.d1), pg_catalog.octet_length(r.v), pg_catalog.octet_length(r.was), pg_catalog.octet_length(r.o), pg_catalog.octet_length(r."%s"), pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 1875000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select ((o.d1 operator(pg_catalog.=) n.d1) is not true and (o.d1 is not null or n.d1 is not null)), ((o.v operator(pg_catalog.=) n.v) is not true and (o.v is not null or n.v is not null)), ((o.was operator(pg_catalog.=) n.was) is not true and (o.was is not null or n.was is not null)), ((o.o operator(pg_catalog.=) n.o) is not true and (o.o is not null or n.o is not null)), ((o."%s" operator(pg_catalog.=) n."%s") is not true and (o."%s" is not null or n."%s" is not null)), ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) into v.d3, v.d4, v.d5, v.d6, v.d7, v.d8 from old_rows o join new_rows n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.odd {{new}} ''name''', pg_catalog.array_remove(array['TRIBUTARY_KEY_I', '{{old}}', case when v.d3 then 'd1' end, case when v.d4 then 'v' end, case when v.d5 then 'was' end, case when v.d6 then 'o' end, case when v.d7 then '%s' end, case when v.d8 then 'status' end], null), 1, pg_catalog.array_remove(array[array[n."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[n."{{old}}"::pg_catalog.text]::pg_catalog.text, case when v.d3 then array[n.d1::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.v::pg_catalog.text]::pg_catalog.text end, case when v.d5 then array[n.was::pg_catalog.text]::pg_catalog.text end, case when v.d6 then array[n.o::pg_catalog.text]::pg_catalog.text end, case when v.d7 then array[n."%s"::pg_catalog.text]::pg_catalog.text end, case when v.d8 then array[n.status::pg_catalog.text]::pg_catalog.text end], null) from new_rows n where (v.d3 or v.d4 or v.d5 or v.d6 or v.d7 or v.d8) and coalesce(greatest(pg_catalog.octet_length(n."{{old}}"), pg_catalog.octet_length(n.d1), pg_catalog.octet_length(n.v), pg_catalog.octet_length(n.was), pg_catalog.octet_length(n.o), pg_catalog.octet_length(n."%s"), pg_catalog.octet_length(n.status)), 0) operator(pg_catalog.<) 1875000;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], 1, array[array[o."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[o."{{old}}"::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(o."{{old}}")), 0) operator(pg_catalog.<) 7500000 and not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) offset 0);
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
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o."TRIBUTARY_KEY_I"), pg_catalog.count(n."TRIBUTARY_KEY_I"), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}";
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is null, false) and exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.odd {{new}} ''name''', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'TRIBUTARY_KEY_I' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then '{{old}}' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'd1' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'v' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'was' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'o' end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then '%s' end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.count(*),
      tributary.carriable('public.odd {{new}} ''name''', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'TRIBUTARY_KEY_I' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then '{{old}}' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'd1' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'v' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'was' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'o' end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then '%s' end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c5)::pg_catalog.text end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c6)::pg_catalog.text end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c7)::pg_catalog.text end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c8)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, case when pg_catalog.octet_length(v2) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(v2)::pg_catalog.int8 operator(pg_catalog.*) 1) else v2::pg_catalog.text end as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v3) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(v3)::pg_catalog.int8 operator(pg_catalog.*) 1) else v3::pg_catalog.text end end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v4) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(v4)::pg_catalog.int8 operator(pg_catalog.*) 1) else v4::pg_catalog.text end end as c4, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v5) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(v5)::pg_catalog.int8 operator(pg_catalog.*) 1) else v5::pg_catalog.text end end as c5, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v6) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(v6)::pg_catalog.int8 operator(pg_catalog.*) 1) else v6::pg_catalog.text end end as c6, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v7) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(v7)::pg_catalog.int8 operator(pg_catalog.*) 1) else v7::pg_catalog.text end end as c7, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v8) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(v8)::pg_catalog.int8 operator(pg_catalog.*) 1) else v8::pg_catalog.text end end as c8 from (select '1' operator(pg_catalog.||) '1' operator(pg_catalog.||) case when ((o.d1 operator(pg_catalog.=) n.d1) is not true and (o.d1 is not null or n.d1 is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.v operator(pg_catalog.=) n.v) is not true and (o.v is not null or n.v is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.was operator(pg_catalog.=) n.was) is not true and (o.was is not null or n.was is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.o operator(pg_catalog.=) n.o) is not true and (o.o is not null or n.o is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o."%s" operator(pg_catalog.=) n."%s") is not true and (o."%s" is not null or n."%s" is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end as mask, n."TRIBUTARY_KEY_I" as v1, n."{{old}}" as v2, n.d1 as v3, n.v as v4, n.was as v5, n.o as v6, n."%s" as v7, n.status as v8 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '11000000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(n."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(n."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(n.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(n.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(n.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(n.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(n.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(n.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(n.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(n.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(n."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(n."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c8 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and exists (select from (select "TRIBUTARY_KEY_I", "{{old}}" from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) o union select "TRIBUTARY_KEY_I", "{{old}}" from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status))) n) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."apply_public.odd {{new}} 'name'"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
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
  tributary_known constant text[] := '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}';
  tributary_found text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop') or tributary_columns is null or tributary_body is null then
    raise exception 'a message that cannot be read: kind %, without columns or rows', tributary_kind using errcode = 'invalid_parameter_value';
  end if;
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), 'public.odd {{new}} ''name''' using errcode = 'undefined_column';
  end if;
  if not '{TRIBUTARY_KEY_I,"{{old}}"}'::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', 'public.odd {{new}} ''name''',
      array_to_string(tributary_columns, ', '), array_to_string('{TRIBUTARY_KEY_I,"{{old}}"}'::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from tributary."provenance_public.odd {{new}} 'name'" p using (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}" from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[]) u(t1, t2)) i
      where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) i."{{old}}" and p.tributary_owner = tributary_node returning i."TRIBUTARY_KEY_I", i."{{old}}")
    delete from public."odd {{new}} 'name'" t using released i where t."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and t."{{old}}" operator(pg_catalog.=) i."{{old}}";
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    return;
  end if;
  select p.tributary_owner into tributary_found
  from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}" from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[]) u(t1, t2)) i join tributary."provenance_public.odd {{new}} 'name'" p on p."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) i."{{old}}" where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    update public."odd {{new}} 'name'" t set d1 = case when 'd1' = any (tributary_columns) then i.d1 else t.d1 end, v = case when 'v' = any (tributary_columns) then i.v else t.v end, was = case when 'was' = any (tributary_columns) then i.was else t.was end, o = case when 'o' = any (tributary_columns) then i.o else t.o end, "%s" = case when '%s' = any (tributary_columns) then i."%s" else t."%s" end, status = case when 'status' = any (tributary_columns) then i.status else t.status end from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}", u.t3::text as d1, u.t4::text as v, u.t5::text as was, u.t6::text as o, u.t7::text as "%s", u.t8::text as status from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[], tributary_body[array_position(tributary_columns, 'd1')]::text[], tributary_body[array_position(tributary_columns, 'v')]::text[], tributary_body[array_position(tributary_columns, 'was')]::text[], tributary_body[array_position(tributary_columns, 'o')]::text[], tributary_body[array_position(tributary_columns, '%s')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4, t5, t6, t7, t8)) i, tributary."provenance_public.odd {{new}} 'name'" p where t."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and t."{{old}}" operator(pg_catalog.=) i."{{old}}" and p."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) i."{{old}}" and p.tributary_owner = tributary_node;
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}", u.t3::text as d1, u.t4::text as v, u.t5::text as was, u.t6::text as o, u.t7::text as "%s", u.t8::text as status from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[], tributary_body[array_position(tributary_columns, 'd1')]::text[], tributary_body[array_position(tributary_columns, 'v')]::text[], tributary_body[array_position(tributary_columns, 'was')]::text[], tributary_body[array_position(tributary_columns, 'o')]::text[], tributary_body[array_position(tributary_columns, '%s')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4, t5, t6, t7, t8)) i join public."odd {{new}} 'name'" t on t."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and t."{{old}}" operator(pg_catalog.=) i."{{old}}"
  where not (row(t."TRIBUTARY_KEY_I"::integer)::record operator(pg_catalog.*=) row(i."TRIBUTARY_KEY_I"::integer)::record and row(t."{{old}}"::text)::record operator(pg_catalog.*=) row(i."{{old}}"::text)::record and row(t.d1::text)::record operator(pg_catalog.*=) row(i.d1::text)::record and row(t.v::text)::record operator(pg_catalog.*=) row(i.v::text)::record and row(t.was::text)::record operator(pg_catalog.*=) row(i.was::text)::record and row(t.o::text)::record operator(pg_catalog.*=) row(i.o::text)::record and row(t."%s"::text)::record operator(pg_catalog.*=) row(i."%s"::text)::record and row(t.status::text)::record operator(pg_catalog.*=) row(i.status::text)::record) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) i."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) i."{{old}}");
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    
    insert into public."odd {{new}} 'name'" as t ("TRIBUTARY_KEY_I", "{{old}}", d1, v, was, o, "%s", status) overriding system value select i."TRIBUTARY_KEY_I", i."{{old}}", i.d1, i.v, i.was, i.o, i."%s", i.status from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}", u.t3::text as d1, u.t4::text as v, u.t5::text as was, u.t6::text as o, u.t7::text as "%s", u.t8::text as status from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[], tributary_body[array_position(tributary_columns, 'd1')]::text[], tributary_body[array_position(tributary_columns, 'v')]::text[], tributary_body[array_position(tributary_columns, 'was')]::text[], tributary_body[array_position(tributary_columns, 'o')]::text[], tributary_body[array_position(tributary_columns, '%s')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4, t5, t6, t7, t8)) i on conflict ("TRIBUTARY_KEY_I", "{{old}}") do update set "TRIBUTARY_KEY_I" = excluded."TRIBUTARY_KEY_I", "{{old}}" = excluded."{{old}}", d1 = excluded.d1, v = excluded.v, was = excluded.was, o = excluded.o, "%s" = excluded."%s", status = excluded.status where row(t."TRIBUTARY_KEY_I")::record operator(pg_catalog.*<>) row(excluded."TRIBUTARY_KEY_I")::record or row(t."{{old}}")::record operator(pg_catalog.*<>) row(excluded."{{old}}")::record or row(t.d1)::record operator(pg_catalog.*<>) row(excluded.d1)::record or row(t.v)::record operator(pg_catalog.*<>) row(excluded.v)::record or row(t.was)::record operator(pg_catalog.*<>) row(excluded.was)::record or row(t.o)::record operator(pg_catalog.*<>) row(excluded.o)::record or row(t."%s")::record operator(pg_catalog.*<>) row(excluded."%s")::record or row(t.status)::record operator(pg_catalog.*<>) row(excluded.status)::record;
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql('public."odd {{new}} ''name''"'::regclass, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into tributary."provenance_public.odd {{new}} 'name'" ("TRIBUTARY_KEY_I", "{{old}}", tributary_owner)
  select i."TRIBUTARY_KEY_I", i."{{old}}", tributary_node from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}" from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[]) u(t1, t2)) i on conflict ("TRIBUTARY_KEY_I", "{{old}}") do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$

CREATE OR REPLACE FUNCTION tributary."capture_delete_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  is_any pg_catalog.bool;
begin
  select true into is_any from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o limit 1;
  if is_any is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], 1, array[array[o."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[o."{{old}}"::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(o."{{old}}")), 0) operator(pg_catalog.<) 7500000 and not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") offset 0);
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
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o where exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}"))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") and exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  is_any pg_catalog.bool;
  is_plain pg_catalog.bool;
begin
  select true into is_any from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n limit 1;
  if is_any is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], 1, array[array[r."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[r."{{old}}"::pg_catalog.text]::pg_catalog.text, array[r.d1::pg_catalog.text]::pg_catalog.text, array[r.v::pg_catalog.text]::pg_catalog.text, array[r.was::pg_catalog.text]::pg_catalog.text, array[r.o::pg_catalog.text]::pg_catalog.text, array[r."%s"::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r."{{old}}"), pg_catalog.octet_length(r.d1), pg_catalog.octet_length(r.v), pg_catalog.octet_length(r.was), pg_catalog.octet_length(r.o), pg_catalog.octet_length(r."%s"), pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 1875000;
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
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(n."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(n."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(n.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(n.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(n.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(n.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(n.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(n.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(n.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(n.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(n."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(n."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c8 from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") and exists (select from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.odd {{new}} 'name'"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.odd {{new}} ''''name'''''', ''{TRIBUTARY_KEY_I,"{{old}}"}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.odd {{new}} ''''name'''''', ''{TRIBUTARY_KEY_I,"{{old}}"}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long(''public.odd {{new}} ''''name'''''', ''{{old}}'', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.odd {{new}} ''name''"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} ''name''" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.odd {{new}} 'name'"()
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
  d7 pg_catalog.bool;
  d8 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select true into is_after from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n limit 1;
  select true into is_before from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o limit 1;
  if is_after is null and is_before is null then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.odd {{new}} ''name''", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on';
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if is_before is null then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], 1, array[array[r."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[r."{{old}}"::pg_catalog.text]::pg_catalog.text, array[r.d1::pg_catalog.text]::pg_catalog.text, array[r.v::pg_catalog.text]::pg_catalog.text, array[r.was::pg_catalog.text]::pg_catalog.text, array[r.o::pg_catalog.text]::pg_catalog.text, array[r."%s"::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text] from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r."{{old}}"), pg_catalog.octet_length(r.d1), pg_catalog.octet_length(r.v), pg_catalog.octet_length(r.was), pg_catalog.octet_length(r.o), pg_catalog.octet_length(r."%s"), pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 1875000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select ((o.d1 operator(pg_catalog.=) n.d1) is not true and (o.d1 is not null or n.d1 is not null)), ((o.v operator(pg_catalog.=) n.v) is not true and (o.v is not null or n.v is not null)), ((o.was operator(pg_catalog.=) n.was) is not true and (o.was is not null or n.was is not null)), ((o.o operator(pg_catalog.=) n.o) is not true and (o.o is not null or n.o is not null)), ((o."%s" operator(pg_catalog.=) n."%s") is not true and (o."%s" is not null or n."%s" is not null)), ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) into v.d3, v.d4, v.d5, v.d6, v.d7, v.d8 from old_rows o join new_rows n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.odd {{new}} ''name''', pg_catalog.array_remove(array['TRIBUTARY_KEY_I', '{{old}}', case when v.d3 then 'd1' end, case when v.d4 then 'v' end, case when v.d5 then 'was' end, case when v.d6 then 'o' end, case when v.d7 then '%s' end, case when v.d8 then 'status' end], null), 1, pg_catalog.array_remove(array[array[n."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[n."{{old}}"::pg_catalog.text]::pg_catalog.text, case when v.d3 then array[n.d1::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.v::pg_catalog.text]::pg_catalog.text end, case when v.d5 then array[n.was::pg_catalog.text]::pg_catalog.text end, case when v.d6 then array[n.o::pg_catalog.text]::pg_catalog.text end, case when v.d7 then array[n."%s"::pg_catalog.text]::pg_catalog.text end, case when v.d8 then array[n.status::pg_catalog.text]::pg_catalog.text end], null) from new_rows n where (v.d3 or v.d4 or v.d5 or v.d6 or v.d7 or v.d8) and coalesce(greatest(pg_catalog.octet_length(n."{{old}}"), pg_catalog.octet_length(n.d1), pg_catalog.octet_length(n.v), pg_catalog.octet_length(n.was), pg_catalog.octet_length(n.o), pg_catalog.octet_length(n."%s"), pg_catalog.octet_length(n.status)), 0) operator(pg_catalog.<) 1875000;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], 1, array[array[o."TRIBUTARY_KEY_I"::pg_catalog.text]::pg_catalog.text, array[o."{{old}}"::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(o."{{old}}")), 0) operator(pg_catalog.<) 7500000 and not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") offset 0);
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
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) n."{{old}}" and row(r."TRIBUTARY_KEY_I", r."{{old}}", r.d1, r.v, r.was, r.o, r."%s", r.status)::pg_catalog.record operator(pg_catalog.*=) row(n."TRIBUTARY_KEY_I", n."{{old}}", n.d1, n.v, n.was, n.o, n."%s", n.status)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o."TRIBUTARY_KEY_I"), pg_catalog.count(n."TRIBUTARY_KEY_I"), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}";
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is null, false) and exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.odd {{new}} ''name''', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'TRIBUTARY_KEY_I' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then '{{old}}' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'd1' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'v' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'was' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'o' end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then '%s' end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.count(*),
      tributary.carriable('public.odd {{new}} ''name''', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'TRIBUTARY_KEY_I' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then '{{old}}' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'd1' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'v' end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then 'was' end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then 'o' end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then '%s' end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c5)::pg_catalog.text end, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c6)::pg_catalog.text end, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c7)::pg_catalog.text end, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c8)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, case when pg_catalog.octet_length(v2) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(v2)::pg_catalog.int8 operator(pg_catalog.*) 1) else v2::pg_catalog.text end as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v3) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(v3)::pg_catalog.int8 operator(pg_catalog.*) 1) else v3::pg_catalog.text end end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v4) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(v4)::pg_catalog.int8 operator(pg_catalog.*) 1) else v4::pg_catalog.text end end as c4, case when pg_catalog.substr(mask, 5, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v5) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(v5)::pg_catalog.int8 operator(pg_catalog.*) 1) else v5::pg_catalog.text end end as c5, case when pg_catalog.substr(mask, 6, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v6) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(v6)::pg_catalog.int8 operator(pg_catalog.*) 1) else v6::pg_catalog.text end end as c6, case when pg_catalog.substr(mask, 7, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v7) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(v7)::pg_catalog.int8 operator(pg_catalog.*) 1) else v7::pg_catalog.text end end as c7, case when pg_catalog.substr(mask, 8, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v8) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(v8)::pg_catalog.int8 operator(pg_catalog.*) 1) else v8::pg_catalog.text end end as c8 from (select '1' operator(pg_catalog.||) '1' operator(pg_catalog.||) case when ((o.d1 operator(pg_catalog.=) n.d1) is not true and (o.d1 is not null or n.d1 is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.v operator(pg_catalog.=) n.v) is not true and (o.v is not null or n.v is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.was operator(pg_catalog.=) n.was) is not true and (o.was is not null or n.was is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.o operator(pg_catalog.=) n.o) is not true and (o.o is not null or n.o is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o."%s" operator(pg_catalog.=) n."%s") is not true and (o."%s" is not null or n."%s" is not null)) then '1' else '0' end operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end as mask, n."TRIBUTARY_KEY_I" as v1, n."{{old}}" as v2, n.d1 as v3, n.v as v4, n.was as v5, n.o as v6, n."%s" as v7, n.status as v8 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is not null and n."TRIBUTARY_KEY_I" is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '11000000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(n."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(n."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(n.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(n.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(n.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(n.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(n.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(n.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(n.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(n.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(n."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(n."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else n."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c8 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o full join (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n on o."TRIBUTARY_KEY_I" operator(pg_catalog.=) n."TRIBUTARY_KEY_I" and o."{{old}}" operator(pg_catalog.=) n."{{old}}" where coalesce(o."TRIBUTARY_KEY_I" is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}"}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(o."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(o."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else o."{{old}}"::pg_catalog.text end as c2 from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o where not exists (select from public."odd {{new}} 'name'" r where r."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and r."{{old}}" operator(pg_catalog.=) o."{{old}}" and (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}"))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.odd {{new}} ''name''', '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text, pg_catalog.array_agg(c5)::pg_catalog.text, pg_catalog.array_agg(c6)::pg_catalog.text, pg_catalog.array_agg(c7)::pg_catalog.text, pg_catalog.array_agg(c8)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c5), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c6), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c7), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c8), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r."TRIBUTARY_KEY_I"::pg_catalog.text as c1, case when pg_catalog.octet_length(r."{{old}}") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '{{old}}', pg_catalog.octet_length(r."{{old}}")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."{{old}}"::pg_catalog.text end as c2, case when pg_catalog.octet_length(r.d1) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'd1', pg_catalog.octet_length(r.d1)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.d1::pg_catalog.text end as c3, case when pg_catalog.octet_length(r.v) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'v', pg_catalog.octet_length(r.v)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.v::pg_catalog.text end as c4, case when pg_catalog.octet_length(r.was) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'was', pg_catalog.octet_length(r.was)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.was::pg_catalog.text end as c5, case when pg_catalog.octet_length(r.o) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'o', pg_catalog.octet_length(r.o)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.o::pg_catalog.text end as c6, case when pg_catalog.octet_length(r."%s") operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', '%s', pg_catalog.octet_length(r."%s")::pg_catalog.int8 operator(pg_catalog.*) 1) else r."%s"::pg_catalog.text end as c7, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.odd {{new}} ''name''', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c8 from public."odd {{new}} 'name'" r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}") and exists (select from (select "TRIBUTARY_KEY_I", "{{old}}" from (select r.* from old_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) o union select "TRIBUTARY_KEY_I", "{{old}}" from (select r.* from new_rows r where (tributary."condition_public.odd {{new}} 'name'"(r.status)) and not exists (select from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) r."{{old}}")) n) k where k."TRIBUTARY_KEY_I" operator(pg_catalog.=) r."TRIBUTARY_KEY_I" and k."{{old}}" operator(pg_catalog.=) r."{{old}}")) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."protect_public.odd {{new}} 'name'"()
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
        select p.tributary_owner, row(p."TRIBUTARY_KEY_I", p."{{old}}")::text into owner, owned_key from tributary."provenance_public.odd {{new}} 'name'" p limit 1;
      else
        select p.tributary_owner, row(p."TRIBUTARY_KEY_I", p."{{old}}")::text into owner, owned_key from old_rows o join tributary."provenance_public.odd {{new}} 'name'" p on p."TRIBUTARY_KEY_I" operator(pg_catalog.=) o."TRIBUTARY_KEY_I" and p."{{old}}" operator(pg_catalog.=) o."{{old}}" limit 1;
      end if;
      -- A partition that was detached holds what was delivered, and is the application's own again.
      if found and tributary.is_of(tg_relid, 'public."odd {{new}} ''name''"'::regclass::oid) then
        if tg_argv[0] = 'warn' then
          raise warning 'row % of table % belongs to node "%": this change will be overwritten by the next one from there', owned_key, 'public.odd {{new}} ''name''', owner;
        else
          raise exception 'row % of table % belongs to node "%"', owned_key, 'public.odd {{new}} ''name''', owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%s": it arrives here by itself.', owner);
        end if;
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION tributary."take_public.odd {{new}} 'name'"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column
begin
  if tributary_kind operator(pg_catalog.=) 'put' and tributary_columns operator(pg_catalog.=) '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}' then
    -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
    if tributary_rows operator(pg_catalog.=) 1 then
      insert into tributary."provenance_public.odd {{new}} 'name'" ("TRIBUTARY_KEY_I", "{{old}}", tributary_owner) values ((tributary_body[1]::text[])[1]::integer, (tributary_body[2]::text[])[1]::text, tributary_node);
      insert into public."odd {{new}} 'name'" ("TRIBUTARY_KEY_I", "{{old}}", d1, v, was, o, "%s", status) overriding system value values ((tributary_body[1]::text[])[1]::integer, (tributary_body[2]::text[])[1]::text, (tributary_body[3]::text[])[1]::text, (tributary_body[4]::text[])[1]::text, (tributary_body[5]::text[])[1]::text, (tributary_body[6]::text[])[1]::text, (tributary_body[7]::text[])[1]::text, (tributary_body[8]::text[])[1]::text);
    else
      insert into tributary."provenance_public.odd {{new}} 'name'" ("TRIBUTARY_KEY_I", "{{old}}", tributary_owner) select i."TRIBUTARY_KEY_I", i."{{old}}", tributary_node from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}" from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[]) u(t1, t2)) i;
      insert into public."odd {{new}} 'name'" ("TRIBUTARY_KEY_I", "{{old}}", d1, v, was, o, "%s", status) overriding system value select "TRIBUTARY_KEY_I", "{{old}}", d1, v, was, o, "%s", status from (select u.t1::integer as "TRIBUTARY_KEY_I", u.t2::text as "{{old}}", u.t3::text as d1, u.t4::text as v, u.t5::text as was, u.t6::text as o, u.t7::text as "%s", u.t8::text as status from unnest(tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[], tributary_body[array_position(tributary_columns, '{{old}}')]::text[], tributary_body[array_position(tributary_columns, 'd1')]::text[], tributary_body[array_position(tributary_columns, 'v')]::text[], tributary_body[array_position(tributary_columns, 'was')]::text[], tributary_body[array_position(tributary_columns, 'o')]::text[], tributary_body[array_position(tributary_columns, '%s')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4, t5, t6, t7, t8)) i;
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'patch' and tributary_columns operator(pg_catalog.<@) '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::text[]
      and '{TRIBUTARY_KEY_I,"{{old}}"}'::text[] operator(pg_catalog.<@) tributary_columns then
    -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
    update public."odd {{new}} 'name'" t set d1 = case when 'd1' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'd1')]::text[])[1]::text else t.d1 end, v = case when 'v' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'v')]::text[])[1]::text else t.v end, was = case when 'was' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'was')]::text[])[1]::text else t.was end, o = case when 'o' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'o')]::text[])[1]::text else t.o end, "%s" = case when '%s' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, '%s')]::text[])[1]::text else t."%s" end, status = case when 'status' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'status')]::text[])[1]::text else t.status end from tributary."provenance_public.odd {{new}} 'name'" p where t."TRIBUTARY_KEY_I" = (tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[])[1]::integer and t."{{old}}" = (tributary_body[array_position(tributary_columns, '{{old}}')]::text[])[1]::text and p."TRIBUTARY_KEY_I" = (tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[])[1]::integer and p."{{old}}" = (tributary_body[array_position(tributary_columns, '{{old}}')]::text[])[1]::text and p.tributary_owner = tributary_node;
    if not found then
      perform tributary."apply_public.odd {{new}} 'name'"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'drop' and tributary_columns operator(pg_catalog.<@) '{TRIBUTARY_KEY_I,"{{old}}",d1,v,was,o,%s,status}'::text[]
      and '{TRIBUTARY_KEY_I,"{{old}}"}'::text[] operator(pg_catalog.<@) tributary_columns then
    delete from tributary."provenance_public.odd {{new}} 'name'" p where p."TRIBUTARY_KEY_I" = (tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[])[1]::integer and p."{{old}}" = (tributary_body[array_position(tributary_columns, '{{old}}')]::text[])[1]::text and p.tributary_owner operator(pg_catalog.=) tributary_node;
    if found then
      delete from public."odd {{new}} 'name'" t where t."TRIBUTARY_KEY_I" = (tributary_body[array_position(tributary_columns, 'TRIBUTARY_KEY_I')]::text[])[1]::integer and t."{{old}}" = (tributary_body[array_position(tributary_columns, '{{old}}')]::text[])[1]::text;
    end if;
  else
    perform tributary."apply_public.odd {{new}} 'name'"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
  end if;
  return true;
end $function$
