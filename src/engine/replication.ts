/** What PostgreSQL itself has for replication in a database; every engine builds on it. Read-only. */
import { z } from "zod";

import type { ReachableNode, SlotState } from "../domain/state.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";

const text = z.string();

const replication = defineQuery(
  "postgres/replication.sql",
  z.object({
    has_pglogical: z.boolean(),
    made_pglogical: z.boolean(),
    may_read_pglogical: z.boolean(),
    /** By a function of ours, which tells no connection string. */
    is_told_of_pglogical: z.boolean(),
    may_read_connections: z.boolean(),
    may_read_positions: z.boolean(),
    pglogical_rights: z
      .object({ isOpen: z.boolean(), isUsable: z.boolean(), shutOut: z.array(text) })
      .nullable(),
    slots: z.array(
      z.object({
        name: text,
        plugin: text,
        isActive: z.boolean(),
        walStatus: text,
        lagBytes: z.number(),
        retainedWalBytes: z.number(),
      }),
    ),
    publications: z.array(z.object({ name: text, isOpen: z.boolean(), tables: z.array(text) })),
    subscriptions: z.array(
      z.object({
        name: text,
        sets: z.array(text),
        slot: text.nullable(),
        status: z.enum(["replicating", "initializing", "stopping", "disabled", "down"]),
        applyErrors: z.number().nullable(),
        isSuperuser: z.boolean(),
        tables: z.array(text),
        listed: z.array(text),
      }),
    ),
  }),
);

export type Replication = z.infer<typeof replication.row>;

/** One question. Answers everywhere, for every role. */
export async function observeReplication(session: Session): Promise<Replication> {
  return await session.one(replication);
}

/** The logical slots of the database. */
export async function observeSlots(session: Session): Promise<readonly SlotState[]> {
  return (await observeReplication(session)).slots;
}

/** A part of a node's state, as one engine sees it. */
export type EngineState = Pick<
  ReachableNode,
  "engineNode" | "keptPasswords" | "replicationSets" | "subscriptions" | "unseen"
>;
