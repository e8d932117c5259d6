-- What is not as it was made is noticed, and so is what may have been missed meanwhile.

-- Made again with the functions. The old one must not meet the changes below half-way.
drop event trigger if exists tributary_follow_table_changes;

-- A dump carries names: restored elsewhere, every table has another OID.
alter table tributary.capture alter column relid type regclass;
alter table tributary.delivery alter column relid type regclass;

alter table tributary.capture add column doubted_at timestamptz;
comment on column tributary.capture.doubted_at is
  'When capture was last found disabled, altered or incomplete: changes before that may be missing above. A link that went live later has compared the rows.';

create table tributary.code (
  function text primary key,
  relation text,
  hash text not null
);
comment on table tributary.code is
  'The functions of this schema as they were made; relation: the table for which one was generated. A function that differs was altered by somebody.';

drop function if exists tributary.has_function(text, text);
