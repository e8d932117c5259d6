-- What comparing both ends of a link found, at the subscriber: for the monitor, and for a run that goes on where one stopped.
create table tributary.verification (
  provider text not null,
  relation text not null,
  rule text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  verdict text not null check (verdict in ('equal', 'different', 'unsettled')),
  rows bigint not null,
  missing bigint not null,
  extra bigint not null,
  different bigint not null,
  parked bigint not null,
  unsettled bigint not null,
  primary key (provider, relation)
);
comment on table tributary.verification is 'The last comparison of a table over a link from end to end; rule: the table''s rule then.';
