/** The tables of the first-copy suite: keys of several types and collations, partitions, long and generated values. */
import type { ComparedTable } from "../support/equal.ts";

export const SCHEMA = `
  create table public.document (id bigint primary key, status text not null default 'draft', title text, body text, slug text unique);
  create table public.kept (id int primary key, approved boolean not null, note text);
  create table public.word (word text collate "C", part int, approved boolean not null, meaning text, primary key (word, part));
  create table public.scan (id uuid primary key default gen_random_uuid(), approved boolean not null, pages bytea,
    secret text, length int generated always as (octet_length(pages)) stored);
  create table public.nothing (id int primary key);
  create table public.measure (at date not null, id int not null, approved boolean not null, value numeric, primary key (at, id)) partition by range (at);
  create table public.measure_2025 partition of public.measure for values from ('2025-01-01') to ('2026-01-01');
  create table public.measure_2026 partition of public.measure for values from ('2026-01-01') to ('2027-01-01');`;

const table = (name: string, key: string, where?: string, columns?: string): ComparedTable => ({
  table: `public.${name}`,
  relation: `public.${name}`,
  key,
  ...(where === undefined ? {} : { where }),
  ...(columns === undefined ? {} : { columns }),
});
export const TABLES: readonly ComparedTable[] = [
  table("document", "id", "status = 'approved'"),
  table("word", "word, part", "approved"),
  table("scan", "id", "approved", "id, approved, pages"),
  table("nothing", "id"),
  table("measure", "at, id", "approved"),
];
/** The `sets` section of a topology file; `where` is the filter of the documents. */
export const sets = (where = "status = 'approved'"): unknown => ({
  knowledge: {
    tables: {
      "public.document": { where },
      "public.kept": { where: "approved", on_leave: "keep" },
      "public.word": { where: "approved" },
      "public.scan": { where: "approved", columns: ["id", "approved", "pages"] },
      "public.nothing": {},
      "public.measure": { where: "approved" },
    },
  },
});
