-- Links, as the subscriber knows them: from the first copy to live.

create table tributary.link (
  provider text not null,
  set_name text not null,
  phase text not null default 'seeding' check (phase in ('seeding', 'catching-up', 'live')),
  since timestamptz not null default now(),
  fence uuid,
  primary key (provider, set_name)
);
comment on table tributary.link is
  'Links to the nodes below. seeding: the first copy is under way; catching-up: copied, the stream replays what happened meanwhile; live: exact.';

create table tributary.seed (
  provider text not null,
  relation text not null,
  rule text not null,
  rows bigint not null,
  done_at timestamptz not null default now(),
  primary key (provider, relation)
);
comment on table tributary.seed is 'First copies that are complete and verified, with the rule they were made for.';

create table tributary.seed_chunk (
  provider text not null,
  relation text not null,
  rule text not null,
  lower text[],
  upper text[],
  rows bigint not null,
  hash numeric not null,
  way text not null,
  done_at timestamptz not null default now()
);
create index seed_chunk_start on tributary.seed_chunk (provider, relation, lower);
comment on table tributary.seed_chunk is
  'Key ranges of first copies that are under way: (lower, upper], null: open. way: copied, adopted (was there and equal) or merged.';
