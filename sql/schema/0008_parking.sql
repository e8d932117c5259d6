-- Parked rows are tried again by themselves, a little at a time: how far that is, and when it goes on.
alter table tributary.parked add column detail text;
comment on column tributary.parked.detail is 'What the server said besides the reason: mostly the values that are in the way.';
comment on table tributary.parked is
  'Rows that could not be applied here, one to an entry, and why. Later changes of the same row are folded in. Tried again as messages arrive, at every fence, and by tributary.retry_parked().';

-- Where many rows have come and gone, each look into it passes by what they left behind.
alter table tributary.parked set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table tributary.retry (
  only_row boolean primary key default true check (only_row),
  next_at timestamptz not null default '-infinity',
  after_id bigint not null default 0
);
insert into tributary.retry default values;
comment on table tributary.retry is
  'The walk over tributary.parked that arriving messages drive: not before next_at, from the entry after after_id on.';

-- Made anew with other parameters.
drop function if exists tributary.retry_parked(text);
drop function if exists tributary.park(text, text, text, bigint, bigint, text, text[], text[], text[], text, text);
