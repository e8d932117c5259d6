-- The application of the proof of concept: what an office knows, written down, approved or not.
create table public.category (
  id uuid primary key,
  office text not null,
  name text not null,
  summary text not null,
  position integer not null
);

create table public.document (
  id uuid primary key,
  office text not null,
  category_id uuid not null references public.category,
  title text not null,
  body text not null,
  status text not null default 'draft' check (status in ('draft', 'approved', 'withdrawn')),
  keywords text[] not null default '{}',
  reading_minutes numeric(6, 1),
  revised_at timestamptz not null default clock_timestamp()
);
create index document_by_category on public.document (category_id);
create index document_by_status on public.document (status, revised_at);

create table public.attachment (
  document_id uuid references public.document on delete cascade,
  position smallint,
  office text not null,
  file_name text not null,
  media_type text not null,
  content bytea not null,
  approved boolean not null default false,
  internal_note text,
  primary key (document_id, position)
);
