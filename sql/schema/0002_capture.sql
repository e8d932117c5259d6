-- Capture: what crosses the filter where people write becomes messages in the set's outbox, in the same transaction.

create table tributary.outbox (
  set_name text primary key
);
comment on table tributary.outbox is 'The sets whose messages pass through this node; the messages are in tributary.outbox_<set>.';

create table tributary.capture (
  relation text primary key,
  set_name text not null references tributary.outbox,
  filter text,
  columns text[],
  on_leave text not null check (on_leave in ('retract', 'keep')),
  canonical text not null,
  layout text not null,
  relid oid not null
);
comment on table tributary.capture is
  'Captured tables. filter and columns as given; canonical: the filter as PostgreSQL understood it; layout: what the triggers were made for; relid: the table, also when it is renamed.';

create table tributary.delivery (
  relation text primary key,
  set_name text not null references tributary.outbox,
  columns text[],
  protect text not null check (protect in ('refuse', 'warn', 'off')),
  layout text not null,
  relid oid not null
);
comment on table tributary.delivery is
  'Tables that messages from below are delivered into. layout: what the code was made for; relid: the table, also when it is renamed.';
