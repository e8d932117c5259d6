-- Who may speak over which link: a district cannot write in the name of another one.
create table tributary.member (
  node text primary key,
  provider text not null
);
comment on table tributary.member is 'The nodes below, and the neighbour over whose link their messages come. Messages that come over another link are not taken.';

create table tributary.imposture (
  provider text not null,
  node text not null,
  messages bigint not null,
  last_at timestamptz not null,
  primary key (provider, node)
);
comment on table tributary.imposture is 'Messages that a provider sent in the name of a node that is not below it. They were not taken.';

-- Made anew with other parameters, or no longer used.
drop function if exists tributary.text_settings(regclass, text[]);
drop function if exists tributary.text_list(text[], text);
drop function if exists tributary.note_source(text, bigint, bigint, timestamptz);
