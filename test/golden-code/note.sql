CREATE OR REPLACE FUNCTION tributary."capture_delete_public.note"()
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
  if not exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.note', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o where exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o where not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.note"()
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
  if not exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], 1, tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[array[r.id::pg_catalog.text]::pg_catalog.text, array[r.body::pg_catalog.text]::pg_catalog.text, array[r.doc::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text]) from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 3750000;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1, n.body::pg_catalog.text as c2, n.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c4 from (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.note"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET xmloption TO 'content'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.note'', ''{id}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.note'', ''{id}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.note"(r.status))) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.note"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  d2 pg_catalog.bool;
  d3 pg_catalog.bool;
  d4 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n), exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], 1, tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[array[r.id::pg_catalog.text]::pg_catalog.text, array[r.body::pg_catalog.text]::pg_catalog.text, array[r.doc::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text]) from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 3750000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select row(o.body)::pg_catalog.record operator(pg_catalog.*<>) row(n.body)::pg_catalog.record, row(o.doc)::pg_catalog.record operator(pg_catalog.*<>) row(n.doc)::pg_catalog.record, ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) into v.d2, v.d3, v.d4 from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.note', pg_catalog.array_remove(array['id', case when v.d2 then 'body' end, case when v.d3 then 'doc' end, case when v.d4 then 'status' end], null), 1, tributary.carriable('public.note', pg_catalog.array_remove(array['id', case when v.d2 then 'body' end, case when v.d3 then 'doc' end, case when v.d4 then 'status' end], null), pg_catalog.array_remove(array[array[n.id::pg_catalog.text]::pg_catalog.text, case when v.d2 then array[n.body::pg_catalog.text]::pg_catalog.text end, case when v.d3 then array[n.doc::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.status::pg_catalog.text]::pg_catalog.text end], null)) from new_rows n where (v.d2 or v.d3 or v.d4) and coalesce(greatest(pg_catalog.octet_length(n.status)), 0) operator(pg_catalog.<) 3750000;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.note', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1) and true and not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) offset 0);
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.id), pg_catalog.count(n.id), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n on o.id operator(pg_catalog.=) n.id;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false) and exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.note', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'body' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'doc' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.count(*),
      tributary.carriable('public.note', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'body' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'doc' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then v2::pg_catalog.text end as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then v3::pg_catalog.text end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v4) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(v4)::pg_catalog.int8 operator(pg_catalog.*) 1) else v4::pg_catalog.text end end as c4 from (select '1' operator(pg_catalog.||) case when row(o.body)::pg_catalog.record operator(pg_catalog.*<>) row(n.body)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when row(o.doc)::pg_catalog.record operator(pg_catalog.*<>) row(n.doc)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end as mask, n.id as v1, n.body as v2, n.doc as v3, n.status as v4 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '1000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1, n.body::pg_catalog.text as c2, n.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c4 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o where not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and exists (select from (select id from (select r.* from old_rows r where (tributary."condition_public.note"(r.status))) o union select id from (select r.* from new_rows r where (tributary."condition_public.note"(r.status))) n) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."apply_public.note"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET array_nulls TO 'on'
 SET xmloption TO 'content'
AS $function$
#variable_conflict use_column
declare
  tributary_known constant text[] := '{id,body,doc,status}';
  tributary_found text;
  tributary_touched bigint;
begin
  if tributary_kind not in ('put', 'patch', 'drop') or tributary_columns is null or tributary_body is null then
    raise exception 'a message that cannot be read: kind %, without columns or rows', tributary_kind using errcode = 'invalid_parameter_value';
  end if;
  if not tributary_columns <@ tributary_known then
    raise exception 'column % of table % does not travel into this node', (select string_agg(quote_ident(c), ', ')
      from unnest(tributary_columns) c where not c = any (tributary_known)), 'public.note' using errcode = 'undefined_column';
  end if;
  if not '{id}'::text[] <@ tributary_columns then
    raise exception 'the sender''s key of table % is another one: its rows are named by (%), here by (%)', 'public.note',
      array_to_string(tributary_columns, ', '), array_to_string('{id}'::text[], ', ') using errcode = 'undefined_column';
  end if;
  if tributary_kind = 'drop' then
    with released as (
      delete from tributary."provenance_public.note" p using (select u.t1::integer as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i
      where p.id operator(pg_catalog.=) i.id and p.tributary_owner = tributary_node returning i.id)
    delete from public.note t using released i where t.id operator(pg_catalog.=) i.id;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    return;
  end if;
  select p.tributary_owner into tributary_found
  from (select u.t1::integer as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i join tributary."provenance_public.note" p on p.id operator(pg_catalog.=) i.id where p.tributary_owner <> tributary_node limit 1;
  if found then
    raise exception 'the row belongs to node "%", and node "%" uses the same key', tributary_found, tributary_node
      using errcode = 'unique_violation';
  end if;
  if tributary_kind = 'patch' then
    update public.note t set body = case when 'body' = any (tributary_columns) then i.body else t.body end, doc = case when 'doc' = any (tributary_columns) then i.doc else t.doc end, status = case when 'status' = any (tributary_columns) then i.status else t.status end from (select u.t1::integer as id, u.t2::jsonb as body, u.t3::xml as doc, u.t4::text as status from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[], tributary_body[array_position(tributary_columns, 'body')]::text[], tributary_body[array_position(tributary_columns, 'doc')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4)) i, tributary."provenance_public.note" p where t.id operator(pg_catalog.=) i.id and p.id operator(pg_catalog.=) i.id and p.tributary_owner = tributary_node;
    get diagnostics tributary_touched = row_count;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    if tributary_touched operator(pg_catalog.<>) tributary_rows then
      raise exception 'a change of this row arrived, but the row is not here' using errcode = 'no_data_found';
    end if;
    return;
  end if;
  perform from (select u.t1::integer as id, u.t2::jsonb as body, u.t3::xml as doc, u.t4::text as status from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[], tributary_body[array_position(tributary_columns, 'body')]::text[], tributary_body[array_position(tributary_columns, 'doc')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4)) i join public.note t on t.id operator(pg_catalog.=) i.id
  where not (row(t.id::integer)::record operator(pg_catalog.*=) row(i.id::integer)::record and row(t.body::jsonb)::record operator(pg_catalog.*=) row(i.body::jsonb)::record and row(t.doc::xml)::record operator(pg_catalog.*=) row(i.doc::xml)::record and row(t.status::text)::record operator(pg_catalog.*=) row(i.status::text)::record) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) i.id);
  if found then
    raise exception 'node "%" itself has a row with the key of this row of node "%", and other values',
      (select n.name from tributary.node n), tributary_node using errcode = 'unique_violation';
  end if;
  if tributary_known <@ tributary_columns then
    
    insert into public.note as t (id, body, doc, status) overriding system value select i.id, i.body, i.doc, i.status from (select u.t1::integer as id, u.t2::jsonb as body, u.t3::xml as doc, u.t4::text as status from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[], tributary_body[array_position(tributary_columns, 'body')]::text[], tributary_body[array_position(tributary_columns, 'doc')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4)) i on conflict (id) do update set id = excluded.id, body = excluded.body, doc = excluded.doc, status = excluded.status where row(t.id)::record operator(pg_catalog.*<>) row(excluded.id)::record or row(t.body)::record operator(pg_catalog.*<>) row(excluded.body)::record or row(t.doc)::record operator(pg_catalog.*<>) row(excluded.doc)::record or row(t.status)::record operator(pg_catalog.*<>) row(excluded.status)::record;
  else -- the table has columns here that the sender does not have yet: they take their defaults
    execute tributary.put_sql('public.note'::regclass, tributary_columns, '$1', '$2') using tributary_columns, tributary_body;
  end if;
  insert into tributary."provenance_public.note" (id, tributary_owner)
  select i.id, tributary_node from (select u.t1::integer as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i on conflict (id) do nothing;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
end $function$

CREATE OR REPLACE FUNCTION tributary."capture_delete_public.note"()
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
  if not exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'DELETE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  if pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.note', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o where not exists (select from old_rows offset 1) and true and not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) offset 0);
    if found then
      ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o where exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o where not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_insert_public.note"()
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
  if not exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n) then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'INSERT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], 1, tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[array[r.id::pg_catalog.text]::pg_catalog.text, array[r.body::pg_catalog.text]::pg_catalog.text, array[r.doc::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text]) from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 3750000;
    if found then
      return null;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
    
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1, n.body::pg_catalog.text as c2, n.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c4 from (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n) d) e
    group by part;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_truncate_public.note"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET xmloption TO 'content'
AS $function$
#variable_conflict use_column

begin
  if tg_op operator(pg_catalog.<>) 'TRUNCATE' or tg_when operator(pg_catalog.<>) 'BEFORE' or tg_level operator(pg_catalog.<>) 'STATEMENT' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  execute '
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select ''drop'', ''public.note'', ''{id}''::pg_catalog.text[], pg_catalog.count(*), tributary.carriable(''public.note'', ''{id}''::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1 from only ' operator(pg_catalog.||) tg_relid::pg_catalog.regclass::pg_catalog.text operator(pg_catalog.||) ' r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) d) e
    group by part;';
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."capture_update_public.note"()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$
#variable_conflict use_column

<<v>>
declare
  was pg_catalog.text[];
  ignored pg_catalog.text;
  d2 pg_catalog.bool;
  d3 pg_catalog.bool;
  d4 pg_catalog.bool;
  is_after pg_catalog.bool;
  is_before pg_catalog.bool;
  is_plain pg_catalog.bool;
  had pg_catalog.int8;
  has pg_catalog.int8;
  touched pg_catalog.int8;
begin
  select exists (select from (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n), exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o) into is_after, is_before;
  if not is_after and not is_before then
    return null;
  end if;
  if tg_op operator(pg_catalog.<>) 'UPDATE' then
    raise exception using errcode = 'insufficient_privilege', message = 'this trigger function captures table "public.note", and was called elsewhere';
  elsif tg_relid operator(pg_catalog.<>) 'public.note'::pg_catalog.regclass::pg_catalog.oid and not tributary.is_of(tg_relid, 'public.note'::pg_catalog.regclass::pg_catalog.oid) then
    return null;
  end if;
  is_plain := pg_catalog.pg_trigger_depth() operator(pg_catalog.=) 1 and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) 'on' and (pg_catalog.current_setting('xmloption') operator(pg_catalog.<>) 'content') is not true;
  if is_plain and coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() then
    is_plain := not exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
  end if;
  if is_plain then
    if not is_before then
      insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], 1, tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[array[r.id::pg_catalog.text]::pg_catalog.text, array[r.body::pg_catalog.text]::pg_catalog.text, array[r.doc::pg_catalog.text]::pg_catalog.text, array[r.status::pg_catalog.text]::pg_catalog.text]) from new_rows r where not exists (select from new_rows offset 1) and coalesce(greatest(pg_catalog.octet_length(r.status)), 0) operator(pg_catalog.<) 3750000;
      if found then
        return null;
      end if;
    else
      if is_after then
        select row(o.body)::pg_catalog.record operator(pg_catalog.*<>) row(n.body)::pg_catalog.record, row(o.doc)::pg_catalog.record operator(pg_catalog.*<>) row(n.doc)::pg_catalog.record, ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) into v.d2, v.d3, v.d4 from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1);
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'patch', 'public.note', pg_catalog.array_remove(array['id', case when v.d2 then 'body' end, case when v.d3 then 'doc' end, case when v.d4 then 'status' end], null), 1, tributary.carriable('public.note', pg_catalog.array_remove(array['id', case when v.d2 then 'body' end, case when v.d3 then 'doc' end, case when v.d4 then 'status' end], null), pg_catalog.array_remove(array[array[n.id::pg_catalog.text]::pg_catalog.text, case when v.d2 then array[n.body::pg_catalog.text]::pg_catalog.text end, case when v.d3 then array[n.doc::pg_catalog.text]::pg_catalog.text end, case when v.d4 then array[n.status::pg_catalog.text]::pg_catalog.text end], null)) from new_rows n where (v.d2 or v.d3 or v.d4) and coalesce(greatest(pg_catalog.octet_length(n.status)), 0) operator(pg_catalog.<) 3750000;
      else
        insert into tributary.messages_knowledge (kind, relation, columns, row_count, body) select 'drop', 'public.note', '{id}'::pg_catalog.text[], 1, array[array[o.id::pg_catalog.text]::pg_catalog.text] from old_rows o join new_rows n on o.id operator(pg_catalog.=) n.id where not exists (select from new_rows offset 1) and true and not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) offset 0);
      end if;
      if found then
        ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
        return null;
      end if;
    end if;
  end if;
  was := array[pg_catalog.current_setting('search_path'), pg_catalog.current_setting('jit'), pg_catalog.current_setting('xmloption')]; perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('xmloption', 'content', true);
  <<by_rows>>
  begin
    if pg_catalog.pg_trigger_depth() operator(pg_catalog.>) 1 or pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) 'on' then
      perform pg_catalog.set_config('tributary.nested', 'on', true);
      exit by_rows;
    end if;
    exit by_rows when coalesce(pg_catalog.current_setting('tributary.nested', true), '') operator(pg_catalog.<>) ''
    and pg_catalog.current_setting('tributary.nested', true) operator(pg_catalog.=) tributary.statement_mark() and exists (select from new_rows n where not exists (select from public.note r where r.id operator(pg_catalog.=) n.id and row(r.id, r.body, r.doc, r.status)::pg_catalog.record operator(pg_catalog.*=) row(n.id, n.body, n.doc, n.status)::pg_catalog.record offset 0));
    ignored := pg_catalog.set_config('tributary.nested', tributary.statement_mark(), true);
    select pg_catalog.count(o.id), pg_catalog.count(n.id), pg_catalog.count(*) into had, has, touched from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id;
    if touched operator(pg_catalog.>) has then
      exit by_rows when exists (select from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false) and exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) offset 0));
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is null, false)) d) e
    group by part;
    end if;
    if had operator(pg_catalog.+) has operator(pg_catalog.>) touched then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'patch', 'public.note', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'body' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'doc' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.count(*),
      tributary.carriable('public.note', pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then 'id' end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then 'body' end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then 'doc' end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then 'status' end], null), pg_catalog.array_remove(array[case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c1)::pg_catalog.text end, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c2)::pg_catalog.text end, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c3)::pg_catalog.text end, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then pg_catalog.array_agg(c4)::pg_catalog.text end], null))
    from (select *, pg_catalog.sum(case when pg_catalog.substr(mask, 1, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 else 0 end operator(pg_catalog.+) case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1 else 0 end) over (partition by mask rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select mask, v1::pg_catalog.text as c1, case when pg_catalog.substr(mask, 2, 1) operator(pg_catalog.=) '1' then v2::pg_catalog.text end as c2, case when pg_catalog.substr(mask, 3, 1) operator(pg_catalog.=) '1' then v3::pg_catalog.text end as c3, case when pg_catalog.substr(mask, 4, 1) operator(pg_catalog.=) '1' then case when pg_catalog.octet_length(v4) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(v4)::pg_catalog.int8 operator(pg_catalog.*) 1) else v4::pg_catalog.text end end as c4 from (select '1' operator(pg_catalog.||) case when row(o.body)::pg_catalog.record operator(pg_catalog.*<>) row(n.body)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when row(o.doc)::pg_catalog.record operator(pg_catalog.*<>) row(n.doc)::pg_catalog.record then '1' else '0' end operator(pg_catalog.||) case when ((o.status operator(pg_catalog.=) n.status) is not true and (o.status is not null or n.status is not null)) then '1' else '0' end as mask, n.id as v1, n.body as v2, n.doc as v3, n.status as v4 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is not null and n.id is not null, false) offset 0) b) d
          where mask operator(pg_catalog.<>) '1000') e
    group by mask, part;
    end if;
    if touched operator(pg_catalog.>) had then
      
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select n.id::pg_catalog.text as c1, n.body::pg_catalog.text as c2, n.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(n.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(n.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else n.status::pg_catalog.text end as c4 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o full join (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n on o.id operator(pg_catalog.=) n.id where coalesce(o.id is null, false)) d) e
    group by part;
    end if;
    perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
    return null;
  end by_rows;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'drop', 'public.note', '{id}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select o.id::pg_catalog.text as c1 from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o where not exists (select from public.note r where r.id operator(pg_catalog.=) o.id and (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id))) d) e
    group by part;
  
    insert into tributary.messages_knowledge (kind, relation, columns, row_count, body)
    select 'put', 'public.note', '{id,body,doc,status}'::pg_catalog.text[], pg_catalog.count(*), tributary.carriable('public.note', '{id,body,doc,status}'::pg_catalog.text[], array[pg_catalog.array_agg(c1)::pg_catalog.text, pg_catalog.array_agg(c2)::pg_catalog.text, pg_catalog.array_agg(c3)::pg_catalog.text, pg_catalog.array_agg(c4)::pg_catalog.text])
    from (select *, pg_catalog.sum(coalesce(pg_catalog.octet_length(c1), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c2), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c3), 4) operator(pg_catalog.+) 1 operator(pg_catalog.+) coalesce(pg_catalog.octet_length(c4), 4) operator(pg_catalog.+) 1) over (rows unbounded preceding) operator(pg_catalog./) 131072 as part from (select r.id::pg_catalog.text as c1, r.body::pg_catalog.text as c2, r.doc::pg_catalog.text as c3, case when pg_catalog.octet_length(r.status) operator(pg_catalog.>) 250000000 then tributary.refuse_long('public.note', 'status', pg_catalog.octet_length(r.status)::pg_catalog.int8 operator(pg_catalog.*) 1) else r.status::pg_catalog.text end as c4 from public.note r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id) and exists (select from (select id from (select r.* from old_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) o union select id from (select r.* from new_rows r where (tributary."condition_public.note"(r.status)) and not exists (select from tributary."provenance_public.note" p where p.id operator(pg_catalog.=) r.id)) n) k where k.id operator(pg_catalog.=) r.id)) d) e
    group by part;
  perform pg_catalog.set_config('search_path', was[1], true), pg_catalog.set_config('jit', was[2], true), pg_catalog.set_config('xmloption', was[3], true);
  return null;
end$function$

CREATE OR REPLACE FUNCTION tributary."protect_public.note"()
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
        select p.tributary_owner, row(p.id)::text into owner, owned_key from tributary."provenance_public.note" p limit 1;
      else
        select p.tributary_owner, row(p.id)::text into owner, owned_key from old_rows o join tributary."provenance_public.note" p on p.id operator(pg_catalog.=) o.id limit 1;
      end if;
      -- A partition that was detached holds what was delivered, and is the application's own again.
      if found and tributary.is_of(tg_relid, 'public.note'::regclass::oid) then
        if tg_argv[0] = 'warn' then
          raise warning 'row % of table % belongs to node "%": this change will be overwritten by the next one from there', owned_key, 'public.note', owner;
        else
          raise exception 'row % of table % belongs to node "%"', owned_key, 'public.note', owner
            using errcode = 'insufficient_privilege', hint = format('Change it at node "%s": it arrives here by itself.', owner);
        end if;
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION tributary."take_public.note"(tributary_node text, tributary_kind text, tributary_columns text[], tributary_rows integer, tributary_body text[])
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET xmloption TO 'content'
AS $function$
#variable_conflict use_column
begin
  if tributary_kind operator(pg_catalog.=) 'put' and tributary_columns operator(pg_catalog.=) '{id,body,doc,status}' then
    -- Rows that are new here, the everyday case; one that is not fails, and takes the exact way below.
    if tributary_rows operator(pg_catalog.=) 1 then
      insert into tributary."provenance_public.note" (id, tributary_owner) values ((tributary_body[1]::text[])[1]::integer, tributary_node);
      insert into public.note (id, body, doc, status) overriding system value values ((tributary_body[1]::text[])[1]::integer, (tributary_body[2]::text[])[1]::jsonb, (tributary_body[3]::text[])[1]::xml, (tributary_body[4]::text[])[1]::text);
    else
      insert into tributary."provenance_public.note" (id, tributary_owner) select i.id, tributary_node from (select u.t1::integer as id from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[]) u(t1)) i;
      insert into public.note (id, body, doc, status) overriding system value select id, body, doc, status from (select u.t1::integer as id, u.t2::jsonb as body, u.t3::xml as doc, u.t4::text as status from unnest(tributary_body[array_position(tributary_columns, 'id')]::text[], tributary_body[array_position(tributary_columns, 'body')]::text[], tributary_body[array_position(tributary_columns, 'doc')]::text[], tributary_body[array_position(tributary_columns, 'status')]::text[]) u(t1, t2, t3, t4)) i;
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'patch' and tributary_columns operator(pg_catalog.<@) '{id,body,doc,status}'::text[]
      and '{id}'::text[] operator(pg_catalog.<@) tributary_columns then
    -- One row, looked up by its key with plans that are kept. What is not as it should be takes the exact way, too.
    update public.note t set body = case when 'body' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'body')]::text[])[1]::jsonb else t.body end, doc = case when 'doc' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'doc')]::text[])[1]::xml else t.doc end, status = case when 'status' = any (tributary_columns) then (tributary_body[array_position(tributary_columns, 'status')]::text[])[1]::text else t.status end from tributary."provenance_public.note" p where t.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::integer and p.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::integer and p.tributary_owner = tributary_node;
    if not found then
      perform tributary."apply_public.note"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
    end if;
  elsif tributary_rows operator(pg_catalog.=) 1 and tributary_kind operator(pg_catalog.=) 'drop' and tributary_columns operator(pg_catalog.<@) '{id,body,doc,status}'::text[]
      and '{id}'::text[] operator(pg_catalog.<@) tributary_columns then
    delete from tributary."provenance_public.note" p where p.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::integer and p.tributary_owner operator(pg_catalog.=) tributary_node;
    if found then
      delete from public.note t where t.id = (tributary_body[array_position(tributary_columns, 'id')]::text[])[1]::integer;
    end if;
  else
    perform tributary."apply_public.note"(tributary_node, tributary_kind, tributary_columns, tributary_rows, tributary_body);
  end if;
  return true;
end $function$
