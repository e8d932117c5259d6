/** What `tributary.describe()` says of a node. */
import { z } from "zod";

import { outboxName } from "../domain/names.ts";
import type { TributaryState } from "../domain/state.ts";
import type { Step, StepKind } from "../domain/step.ts";
import { relationName } from "../domain/topology.ts";
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
  place: text.nullish(),
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
      // a node of an older version says nothing
      isReplicated: z.boolean().nullish(),
      isIntact: z.boolean(),
      taken: text.nullish(),
      doubtedAt: text.nullish(),
    }),
  ),
  deliveries: z.array(
    z.object({
      set: text,
      relation: text,
      columns,
      protect: z.enum(["refuse", "warn", "off"]),
      shared: z.boolean().optional(),
      severalOwners: z.number().nullish(),
      isIntact: z.boolean(),
      taken: text.nullish(),
    }),
  ),
  links: z.array(
    z.object({
      provider: text,
      set: text,
      phase: z.enum(["seeding", "catching-up", "live"]),
      refusals: z.number().default(0),
      liveSince: text.nullish(),
      providerPlace: text.nullish(),
      subscriberPlace: text.nullish(),
      wentBackAt: text.nullish(),
      seeded: z.array(z.object({ relation: text, rule: text })),
    }),
  ),
  parkedRows: z.number(),
  monitor: z
    .object({ role: text, password: text.nullish(), isPasswordUnseen: z.boolean().optional() })
    .nullish(),
  members: z.record(text, z.array(text)).optional(),
  impostures: z.array(z.object({ provider: text, node: text, messages: z.number() })).optional(),
});

const hasSchema = defineQuery(
  "postgres/has-schema.sql",
  z.object({ has_schema: z.boolean(), tells_parts: z.boolean() }),
);
const described = z.object({ description: description.nullable() });
const describeNode = defineQuery("postgres/describe.sql", described);
const describeParts = defineQuery("postgres/describe-parts.sql", described);

/** What takes milliseconds for each table, or for each function, to look at. */
type Part = "damage" | "outboxes" | "captures" | "deliveries";

/** What tells whether a step is done; nothing of these for most. */
const PARTS: Readonly<Partial<Record<StepKind, readonly Part[]>>> = {
  "install-schema": ["damage"],
  "create-replication-set": ["outboxes"],
  "create-outbox": ["outboxes"],
  "drop-outbox": ["outboxes"],
  "alter-subscription": ["outboxes"],
  "capture-table": ["captures"],
  "drop-capture": ["captures"],
  "deliver-table": ["deliveries"],
  "drop-delivery": ["deliveries"],
};

/** The schema's own description. Call it where the schema is, complete enough to describe itself. */
export async function describeTributary(session: Session): Promise<TributaryState | undefined> {
  return asState(await session.one(describeNode));
}

/** As much of the description as tells whether a step is done. Undefined: there is no schema. */
export async function describeFor(step: Step, session: Session): Promise<TributaryState | undefined> {
  return await describeInPart(session, PARTS[step.kind] ?? [], relationOf(step));
}

/** The description as far as it is cheap, and these parts of it. Undefined: there is no schema. */
export async function describeInPart(
  session: Session,
  parts: readonly Part[] = [],
  relation: string | null = null,
): Promise<TributaryState | undefined> {
  const { has_schema, tells_parts } = await session.one(hasSchema);
  if (!has_schema) return undefined;
  if (!tells_parts) return await describeTributary(session);
  return asState(await session.one(describeParts, parts, relation));
}

function relationOf(step: Step): string | null {
  if ("relation" in step) return step.relation;
  return step.kind === "capture-table" || step.kind === "deliver-table" ? relationName(step.rule) : null;
}

const asState = ({ description: found }: z.infer<typeof described>): TributaryState | undefined =>
  found === null ? undefined : (withoutNulls(found) as TributaryState);

/** Optional properties are absent in our types, null in JSON. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, withoutNulls(item)]));
}
