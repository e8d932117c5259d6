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

-- They give or take more now.
drop function if exists tributary.bind_filter(regclass, text);
drop function if exists tributary.canonical_filter(regclass, text, text, oid[], boolean);

-- A server that takes another's place may have missed what that one had taken or sent last.
alter table tributary.link add column provider_place text, add column subscriber_place text;
comment on column tributary.link.provider_place is 'tributary.place() of the provider when the link was opened; subscriber_place: of this node.';
drop function if exists tributary.expect_fence(text, text[], uuid);
