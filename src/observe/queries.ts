/** What we ask of every node. */
import { z } from "zod";

import { defineQuery } from "../postgres/query.ts";
import { tableFacts } from "./blueprint/facts.ts";

const text = z.string();
const flag = z.boolean();

export const serverFacts = defineQuery(
  "postgres/server-facts.sql",
  z.object({
    version_num: z.number(),
    version: text,
    settings: z.record(text, text),
    encoding: text,
    collation: text,
    time_zone: text,
    database: text,
    system_identifier: text,
    user_name: text,
    is_superuser: flag,
    may_replicate: flag,
    in_recovery: flag,
    available_extensions: z.record(text, text),
    installed_extensions: z.record(text, text),
    has_tributary: flag,
    clock_ms: z.number(),
  }),
);

export const tables = defineQuery(
  "postgres/tables.sql",
  z.object({
    schema: text,
    table: text,
    kind: text,
    key: z.array(text),
    foreign_keys: z.array(
      z.object({ name: text, columns: z.array(text), references: text, referenced: z.array(text) }),
    ),
    triggers: z.array(z.object({ name: text, enabled: text })),
    rules: z.array(text),
    estimated_rows: z.number(),
    facts: tableFacts,
  }),
);

export const otherRelations = defineQuery(
  "postgres/other-relations.sql",
  z.object({ schema: text, table: text, nature: text }),
);

const role = z.object({ name: text, isSuperuser: flag });

export const tableOwners = defineQuery(
  "postgres/table-owners.sql",
  z.object({ schemas: z.record(text, role), named: role.nullable() }),
);
