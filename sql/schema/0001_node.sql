-- The schema of a Tributary node: who it is, and what was done to it.
create schema tributary;
comment on schema tributary is
  'Approved rows on their way up the tree: capture, outboxes, delivery, provenance. Made by tributary; "tributary remove" drops it.';

create table tributary.schema_version (
  number int primary key,
  installed_at timestamptz not null default now()
);
comment on table tributary.schema_version is 'Numbered files of sql/schema that are installed here.';

create table tributary.node (
  only_row boolean primary key default true check (only_row),
  project text not null,
  name text not null,
  id uuid not null default gen_random_uuid(),
  epoch bigint not null default 1,
  is_root boolean not null default false,
  made_node boolean not null default false,
  made_extension boolean not null default false
);
comment on table tributary.node is
  'This node''s identity. id tells two databases of the same name apart; epoch rises when the node starts anew; made_* says what remove must drop.';

create table tributary.journal (
  at timestamptz not null default now(),
  step text not null,
  status text not null,
  detail text
);
comment on table tributary.journal is 'What apply and remove did on this node. For people: nothing reads it back.';

create sequence tributary.message_number;
comment on sequence tributary.message_number is
  'Numbers the messages that this node writes. Drawn before commit, so messages of concurrent transactions arrive out of order of it.';
