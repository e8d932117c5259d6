/** What `tributary.describe()` says of a node. */
import { z } from "zod";

import { outboxName } from "../domain/names.ts";
import type { TributaryState } from "../domain/state.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";

const text = z.string();
const columns = z.array(text).nullish();

const description = z.object({
  version: z.number(),
  project: text,
  node: text,
  nodeId: text,
  epoch: text,
  talliedSince: text.optional(),
  isRoot: z.boolean(),
  madeNode: z.boolean(),
  madeExtension: z.boolean(),
  // version 6 has no guard
  isGuarded: z.boolean().default(false),
  damage: z.array(text).optional(),
  outboxes: z.array(
    z.union([
      z.object({ set: text, tables: z.array(text), isIntact: z.boolean() }),
      // version 6 gives names only
      text.transform((set) => ({ set, tables: [`tributary.${outboxName(set)}`], isIntact: false })),
    ]),
  ),
  captures: z.array(
    z.object({
      set: text,
      relation: text,
      where: text.nullish(),
      columns,
      onLeave: z.enum(["retract", "keep"]),
      isIntact: z.boolean(),
      doubtedAt: text.nullish(),
    }),
  ),
  deliveries: z.array(
    z.object({
      set: text,
      relation: text,
      columns,
      protect: z.enum(["refuse", "warn", "off"]),
      isIntact: z.boolean(),
    }),
  ),
  links: z.array(
    z.object({
      provider: text,
      set: text,
      phase: z.enum(["seeding", "catching-up", "live"]),
      refusals: z.number().default(0),
      liveSince: text.nullish(),
      wentBackAt: text.nullish(),
      seeded: z.array(z.object({ relation: text, rule: text })),
    }),
  ),
  parkedRows: z.number(),
  members: z.record(text, z.array(text)).optional(),
  impostures: z.array(z.object({ provider: text, node: text, messages: z.number() })).optional(),
});

const hasSchema = defineQuery("postgres/has-schema.sql", z.object({ has_schema: z.boolean() }));
const describeNode = defineQuery("postgres/describe.sql", z.object({ description: description.nullable() }));

/** The schema's own description. Call it where `hasTributary` is true. */
export async function describeTributary(session: Session): Promise<TributaryState | undefined> {
  const { description: found } = await session.one(describeNode);
  return found === null ? undefined : (withoutNulls(found) as TributaryState);
}

/** Is the schema `tributary` there, complete enough to describe itself? */
export async function hasTributary(session: Session): Promise<boolean> {
  return (await session.one(hasSchema)).has_schema;
}

/** Optional properties are absent in our types, null in JSON. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, withoutNulls(item)]));
}
