-- The guard: commands from below are refused. pglogical runs, as superuser, whatever its provider sends as a row of
-- pglogical.queue (SQL, TRUNCATE, copies of tables, positions of sequences), whichever sets are subscribed to. Tributary
-- sends nothing that way.

-- Refuses what comes over a link of ours. What people at this node put there passes, and so do other subscriptions.
-- pglogical runs the command after the row was inserted, so only an error keeps it from that: the stream stands still
-- at this transaction, of which nothing is kept but the number that was drawn from a sequence.
create or replace function tributary.guard_queue() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  sender text := tributary.sender();
  sequence regclass;
begin
  if sender is null then
    return new;
  end if;
  sequence := to_regclass(format('tributary.%I', tributary.object_name('refused', sender)));
  if sequence is not null then
    perform nextval(sequence);
  end if;
  raise exception 'node "%" sent a command for pglogical, as role "%": refused', sender, new.role
    using errcode = 'insufficient_privilege',
      detail = format('It is of type %s. Nodes below send rows, never commands.', new.message_type),
      hint = format('Find out who wrote it into pglogical.queue of node "%s". Then move the stream past it: tributary skip %s', sender, sender);
end $$;

create or replace function tributary.is_guarded() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select tributary.native_is_guarded() and coalesce(bool_and(exists (select from pg_trigger t
    where t.tgrelid = c.oid and t.tgname = 'tributary_guard' and t.tgenabled = 'A' and t.tgqual is null
      and t.tgtype = 7 -- before insert, for each row
      and t.tgfoid = (select p.oid from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.proname = 'guard_queue'))), true)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'pglogical' and c.relname = 'queue'
$$;

-- Puts the guard where it is missing or disabled. ALWAYS: pglogical applies in the role "replica".
create or replace function tributary.guard() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform tributary.native_guard();
  if not tributary.is_guarded() then
    create or replace trigger tributary_guard before insert on pglogical.queue
      for each row execute function tributary.guard_queue();
    alter table pglogical.queue enable always trigger tributary_guard;
  end if;
  perform tributary.count_refusals(l.provider) from (select distinct provider from tributary.link) l;
end $$;

-- Makes the sequence that counts how often a provider's commands were refused.
create or replace function tributary.count_refusals(provider text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  sequence text := format('tributary.%I', tributary.object_name('refused', provider));
begin
  if to_regclass(sequence) is null then
    execute format('create sequence %s', sequence);
    execute format('alter sequence %s owner to %I', sequence, tributary.role_name('owner'));
    execute format('grant select on sequence %s to %I, %I', sequence, tributary.role_name('status'), tributary.role_name('operator'));
  end if;
end $$;

create or replace function tributary.uncount_refusals(provider text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop sequence if exists tributary.%I', tributary.object_name('refused', provider));
end $$;

-- How often the guard has stopped the stream since it last moved past what was refused. The worker tries again and again.
create or replace function tributary.refusals(provider text) returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(pg_sequence_last_value(to_regclass(format('tributary.%I', tributary.object_name('refused', provider)))), 0)
$$;

create or replace function tributary.forget_refusals(provider text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select setval(to_regclass(format('tributary.%I', tributary.object_name('refused', provider))), 1, false)
$$;

-- Messages of the link are about to be skipped, of these tables (null: of any): the next apply compares the tables anew.
create or replace function tributary.doubt_rows(provider text, relations text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  update tributary.link l set phase = 'catching-up', since = now(), fence = null
  where l.provider = doubt_rows.provider and l.phase = 'live';
  delete from tributary.seed s where s.provider = doubt_rows.provider and (relations is null or s.relation = any (relations));
  delete from tributary.seed_chunk c where c.provider = doubt_rows.provider and (relations is null or c.relation = any (relations));
$$;
