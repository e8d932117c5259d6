-- A node that went back in time is noticed when its first message arrives.
alter table tributary.source add column went_back_at timestamptz;
comment on column tributary.source.went_back_at is
  'When a message arrived that was written later than one before it, and yet has a lower number: its node was restored from an older backup. Forgotten when the link starts anew.';
