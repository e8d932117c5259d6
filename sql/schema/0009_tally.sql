-- Both ends of a link count messages, so that a stretch of the stream that was skipped is noticed, whoever skipped it.
create table tributary.tally (
  node text not null,
  epoch bigint not null,
  hour timestamptz not null,
  messages bigint not null,
  primary key (node, epoch, hour)
);
comment on table tributary.tally is
  'Messages that were here and have been pruned, by the node in whose name they are (a negative epoch: by the node that passed them on) and the hour in which they were written. A week of them.';

alter table tributary.node add column tallied_since timestamptz not null default now();
alter table tributary.link add column live_since timestamptz;
comment on column tributary.link.live_since is 'When it went live, by the provider''s clock: both ends have the same messages of later hours.';
update tributary.link set live_since = now() where phase = 'live';
