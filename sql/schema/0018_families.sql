-- A partition that comes brings rows, and one that goes takes them along, without a statement that writes them.
alter table tributary.capture add column family regclass[] not null default '{}';
comment on column tributary.capture.family is
  'The table with its partitions or children as they were last, and those that have left since and still have our triggers, which apply drops.';
alter table tributary.delivery add column family regclass[] not null default '{}';
alter table tributary.capture add column condition text;
comment on column tributary.capture.condition is 'The function of this schema that is the filter. Null: there is no filter, or it stayed text.';
comment on column tributary.delivery.family is 'As in tributary.capture.';
-- A column that takes another one's name brings other values, and no statement writes them.
alter table tributary.capture add column numbers jsonb not null default '{}';
alter table tributary.delivery add column numbers jsonb not null default '{}';
comment on column tributary.capture.numbers is 'By the name of each column that travels, or did: its number in the table.';
comment on column tributary.delivery.numbers is 'As in tributary.capture.';
drop function if exists tributary.drop_triggers(regclass, text);
alter table tributary.capture add column replicated boolean not null default false;
comment on column tributary.capture.replicated is 'What is written in the session replication role "replica" is captured, too.';

-- They give or take more now.
drop function if exists tributary.bind_filter(regclass, text);
drop function if exists tributary.canonical_filter(regclass, text, text, oid[], boolean);
drop function if exists tributary.capture_table(text, regclass, text, text[], text, boolean);

-- A server that takes another's place may have missed what that one had taken or sent last.
alter table tributary.link add column provider_place text, add column subscriber_place text;
comment on column tributary.link.provider_place is 'tributary.place() of the provider when the link was opened; subscriber_place: of this node.';
drop function if exists tributary.expect_fence(text, text[], uuid);

-- Code has one renderer now.
drop function if exists tributary.create_capture_function(regclass, text, text, text, text);
drop function if exists tributary.short_message_sql(text, text, text, text[], text);
drop function if exists tributary.short_patch_sql(text, text, text[], text, text);
-- Tables join a set one by one; the function that finds the table of a message is made once for all of them.
alter table tributary.outbox add column listed text[] not null default '{}';
comment on column tributary.outbox.listed is 'The tables that the set''s receiver finds by itself. Others are looked up, message by message.';
drop function if exists tributary.is_delivery_intact(tributary.delivery, text[], text, text);

-- Text that cannot be written in the encoding of the stream must not stop it.
alter table tributary.node add column sends_as text;
comment on column tributary.node.sends_as is 'The encoding that this node''s stream is written in, where the database has characters that it has not.';

-- Equal rows of several owners are one row: its provenance has an entry for each.
alter table tributary.delivery add column shared boolean not null default false;
comment on column tributary.delivery.shared is
  'Rows of several owners that are equal are one row. Provenance has the owner in its key then, also this node where the row is its own besides.';
create table tributary.turn ();
comment on table tributary.turn is 'Locked, until its transaction ends, by whoever delivers shared rows: one at a time.';
drop function if exists tributary.deliver_table(text, regclass, text[], text, boolean);
drop function if exists tributary.keep_provenance(text, regclass);
drop function if exists tributary.row_sums(text, text[], boolean, text, text[], int, int, bigint[], text, bigint, bigint);
drop function if exists tributary.hashed_rows(text, text[], boolean, text, text[], int, bigint[]);
drop function if exists tributary.look(text, text[], boolean, text[], boolean, text[]);
drop function if exists tributary.trace(text, text[]);
drop function if exists tributary.digest_sql(regclass, text[], text, text);
drop function if exists tributary.range_digest(text, text[], text[], text[], text[], boolean);
drop function if exists tributary.seed_provider_sql(text, text[], text[], text[], text);
drop function if exists tributary.verify_facts(text);
