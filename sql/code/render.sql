-- Code from a template: each {{name}} becomes what `parts` has under it, in one pass. What is put in is not looked at again, so
-- names of tables and columns may look like anything. A name without a part, and a part without a name, is a mistake of ours.
create or replace function tributary.render(template text, parts jsonb) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  texts text[] := regexp_split_to_array(template, '\{\{\w+\}\}');
  names text[] := array(select m[1] from regexp_matches(template, '\{\{(\w+)\}\}', 'g') m);
  wrong text := (select string_agg(n, ', ') from unnest(names) n where (parts ->> n) is null);
begin
  if wrong is not null then
    raise exception 'a template of code has no value for %', wrong;
  end if;
  wrong := (select string_agg(k, ', ') from jsonb_object_keys(parts) k where k <> all (names));
  if wrong is not null then
    raise exception 'a template of code does not use %', wrong;
  end if;
  return (select string_agg(concat(t, parts ->> n), '' order by i) from unnest(texts, names) with ordinality u(t, n, i));
end $$;

-- Of all that there is for several templates, what one of them uses.
create or replace function tributary.parts_of(template text, parts jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(p.key, p.value), '{}') from jsonb_each(parts) p where strpos(template, '{{' || p.key || '}}') > 0
$$;
