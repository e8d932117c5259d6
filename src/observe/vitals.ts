/** One look at a node, for the monitor: one statement, as a role that may call three functions. */
import { performance } from "node:perf_hooks";
import { z } from "zod";

import { PreconditionError } from "../domain/errors.ts";
import type { BeatVitals, Vitals } from "../domain/vitals.ts";
import { defineQuery } from "../postgres/query.ts";
import { isMissing } from "../postgres/errors.ts";
import type { Session } from "../postgres/session.ts";

const text = z.string();
const number = z.number();
const flag = z.boolean();
/** What is null in JSON is absent in our types. */
const optional = <Value>(value: z.ZodType<Value>) => value.nullish().transform((found) => found ?? undefined);

const slot = z.object({
  name: text,
  plugin: optional(text),
  isActive: flag,
  walStatus: text,
  confirmed: optional(number),
  retainedBytes: optional(number),
  unconfirmedBytes: optional(number),
  safeBytes: optional(number),
  catalogXminAge: optional(number),
  confirmedFileAt: optional(number),
  inactiveSince: optional(number),
  invalidation: optional(text),
  decodedBytes: optional(number),
  spilledBytes: optional(number),
  sender: optional(text),
  senderState: optional(text),
  senderStartedAt: optional(number),
  repliedAt: optional(number),
});

const subscription = z.object({
  name: text,
  slot: optional(text),
  isEnabled: flag,
  isWorking: flag,
  startedAt: optional(number),
  heardAt: optional(number),
  received: optional(number),
  applyErrors: optional(number),
  conflicts: optional(z.record(text, number)),
});

/** As a tablespace may be called, and one for each: whoever says more says nothing. */
const mount = z.object({ mount: text.max(66), sizeBytes: number, availBytes: number });
const MOST_MOUNTS = 20;

const heartbeat = z.object({
  node: text,
  set: text,
  number,
  sentAt: number,
  arrivedAt: number,
  // Another node wrote it: what cannot be read of it is not there.
  vitals: z
    .object({
      mounts: z.array(mount).max(MOST_MOUNTS).optional().catch(undefined),
      walBytes: number.optional().catch(undefined),
      retainedBytes: number.optional().catch(undefined),
    })
    .catch({}),
});

const verified = z.object({
  provider: text,
  tables: number,
  compared: number,
  verdict: optional(z.enum(["equal", "different", "unsettled"])),
  lastAt: number,
  seconds: number,
  missing: number,
  extra: number,
  different: number,
  parked: number,
  unsettled: number,
});

const described = z.object({
  damage: z.array(text),
  isGuarded: flag,
  outboxes: z.array(z.object({ set: text, isIntact: flag })),
  captures: z.array(z.object({ relation: text, isIntact: flag, taken: text.nullish() })),
  deliveries: z.array(z.object({ relation: text, isIntact: flag, taken: text.nullish() })),
});

const answer = z.object({
  now: number,
  startedAt: number,
  versionNum: number,
  version: text,
  inRecovery: flag,
  systemIdentifier: text,
  position: number,
  walBytes: number,
  dataDirectory: text,
  tablespaces: z.record(text, text),
  extension: optional(text),
  settings: z.record(text, text),
  walKeepBytes: optional(number),
  used: z.object({ slots: number, senders: number, workers: number }),
  slots: z.array(slot),
  native: z.array(subscription),
  pglogical: z.array(subscription).default([]),
  database: z.object({ commits: number, rollbacks: number }),
  databaseBytes: optional(number),
  timeZone: optional(text),
  node: z.object({ project: text, name: text, version: number }),
  links: z.array(
    z.object({
      provider: text,
      set: text,
      phase: z.enum(["seeding", "catching-up", "live"]),
      refusals: number,
      progressAt: number,
    }),
  ),
  heartbeats: z.array(heartbeat),
  arrivals: z.array(
    z.object({ node: text, arrivedAt: number, sentAt: number, wentBackAt: optional(number) }),
  ),
  parked: z.array(z.object({ owner: text, rows: number, since: number, reason: text })),
  verified: z.array(verified),
  impostures: z.array(z.object({ provider: text, node: text, messages: number })),
  outboxBytes: z.record(text, number),
  described: optional(described),
});

const vitalsQuery = defineQuery("monitor/vitals.sql", z.object({ vitals: answer }));
const beatQuery = defineQuery("monitor/beat.sql", z.object({ is_sent: flag }));
const tendQuery = defineQuery("monitor/tend.sql", z.object({ freed_bytes: number }));

/** What was seen, and how far the node's clock is from ours. */
export interface Look {
  readonly vitals: Vitals;
  /** The node's clock minus ours, in seconds. Absent: the answer took too long to tell. */
  readonly clockSkewSeconds?: number;
}

/** Longer round trips say too little of a clock. */
const CLOCK_TRIP_MS = 2000;

/** Looks at a node. PreconditionError where it has no schema to ask, or an older one. */
export async function lookAtVitals(session: Session, thorough: boolean): Promise<Look> {
  const asked = performance.now();
  const { native, pglogical, described: found, ...rest } = await ask(session, thorough);
  const tripMs = performance.now() - asked;
  const subscriptions = [
    ...pglogical.map((one) => ({ engine: "pglogical", ...one }) as const),
    ...native.map((one) => ({ engine: "native", ...one }) as const),
  ];
  return {
    vitals: {
      ...withoutUndefined(rest),
      slots: rest.slots.map(withoutUndefined),
      subscriptions: subscriptions.map(withoutUndefined),
      arrivals: rest.arrivals.map(withoutUndefined),
      verified: rest.verified.map(withoutUndefined),
      ...(found === undefined ? {} : { damage: damageOf(found) }),
    } as Vitals,
    ...(tripMs > CLOCK_TRIP_MS ? {} : { clockSkewSeconds: rest.now - (Date.now() - tripMs / 2) / 1000 }),
  };
}

/** Sends a beat over the node's link, unless there was one within the time. True when it was sent. */
export async function beat(session: Session, vitals: BeatVitals, everySeconds: number): Promise<boolean> {
  return (await session.one(beatQuery, JSON.stringify(vitals), everySeconds)).is_sent;
}

/** Empties the node's outboxes as far as they are at rest. Gives the bytes that became free. */
export async function tend(session: Session): Promise<number> {
  return (await session.one(tendQuery)).freed_bytes;
}

async function ask(session: Session, thorough: boolean): Promise<z.infer<typeof answer>> {
  try {
    return (await session.one(vitalsQuery, thorough)).vitals;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new PreconditionError(
      `node "${session.node}": schema tributary is not there, or older than this tool`,
      {
        code: "not-set-up",
        node: session.node,
        hint: "Run tributary apply.",
        cause: error,
      },
    );
  }
}

function damageOf(found: z.infer<typeof described>): readonly string[] {
  return [
    ...found.damage,
    ...(found.isGuarded ? [] : ["commands from below are not refused"]),
    ...found.outboxes.flatMap(({ isIntact, set }) =>
      isIntact ? [] : [`the outbox of ${set} is not as it was made`],
    ),
    ...found.captures.flatMap(({ isIntact, relation, taken }) =>
      isIntact ? [] : [taken ?? `changes of ${relation} are not captured as they should be`],
    ),
    ...found.deliveries.flatMap(({ isIntact, relation, taken }) =>
      isIntact ? [] : [taken ?? `delivery into ${relation} is not as it was made`],
    ),
  ];
}

const withoutUndefined = <Item extends object>(item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Item;
