-- Delivery: a trigger on the outbox above applies each message to the table of the same name, set by set, and keeps
-- for every delivered row which node owns it. What cannot be applied is parked; the stream goes on.

create table tributary.source (
  node text primary key,
  epoch bigint not null,
  number bigint not null,
  sent_at timestamptz not null,
  arrived_at timestamptz not null default clock_timestamp(),
  fence uuid
);
comment on table tributary.source is
  'Nodes below whose messages arrived here, with the first message of the newest transaction and the newest fence. Numbers of concurrent transactions arrive out of order.';

create table tributary.parked (
  id bigint generated always as identity primary key,
  parked_at timestamptz not null default now(),
  set_name text not null,
  relation text not null,
  node text not null,
  key text[],
  epoch bigint not null,
  number bigint not null,
  kind text not null,
  columns text[] not null,
  body text[] not null,
  reason text not null,
  sqlstate text not null
);
create index parked_key on tributary.parked (relation, node, key);
comment on table tributary.parked is
  'Rows that could not be applied here, one to an entry, and why. Later changes of the same row are folded in. Retried at every fence and by tributary.retry_parked().';
