/** What a first copy would take away above: counted before it takes anything. */
import { z } from "zod";

import type { StepOf } from "../../domain/step.ts";
import { relationName } from "../../domain/topology.ts";
import { copyAcross } from "../../postgres/copy.ts";
import { defineQuery } from "../../postgres/query.ts";
import type { Session } from "../../postgres/session.ts";
import { queries as verification } from "../../verify/queries.ts";
import { DropsRowsError, type Surplus } from "../consent.ts";
import type { SeedTools } from "../data-tools.ts";
import { drainLink } from "../link.ts";
import { ask } from "./client.ts";
import { queries } from "./queries.ts";
import { withEnds } from "./with-ends.ts";

const nothing = z.object({}).loose();
const createKeyList = defineQuery("seed/create-key-list.sql", nothing);
const keyListSql = defineQuery("seed/key-list.sql", z.object({ keys: z.string() }));
const noteSurplus = defineQuery("seed/note-surplus.sql", nothing);
const surplusRows = defineQuery("seed/surplus-rows.sql", z.object({ surplus: z.string() }));

const surplusOf = z.array(
  z.object({ owner: z.string(), rows: z.number(), keys: z.array(z.array(z.string())) }),
);

interface Seeding {
  readonly step: StepOf<"seed-table">;
  readonly tools: SeedTools;
  readonly provider: Session;
  readonly subscriber: Session;
  readonly below: readonly string[];
}

/**
 * Throws DropsRowsError when making the table equal would remove rows that nobody agreed to. What is on its way over the link
 * may account for them: it is let through before that.
 */
export async function expectConsent(seeding: Seeding): Promise<void> {
  const { step, tools, subscriber, below } = seeding;
  const relation = relationName(step.rule);
  // Rows that have left the filter may stay; what is above of others only changes.
  if (step.rule.onLeave === "keep") return;
  if (!(await subscriber.one(verification.hasRows, relation, below)).has_rows) return;
  for (let look = 1; ; look += 1)
    try {
      return await tools.consents.expect({
        subscriber,
        provider: seeding.provider,
        relation,
        surplus: await countSurplus(seeding),
      });
    } catch (error) {
      if (!(error instanceof DropsRowsError) || look === LOOKS) throw error;
    }
}

/** Rows may come and go by the thousand while they are counted: then they are counted again. */
const LOOKS = 3;

/**
 * By owner: what the provider did not send before a mark, what was above behind it, what the provider does not send after
 * that either, and what is above, untouched, behind a second mark. So nothing counts that comes and goes meanwhile.
 */
async function countSurplus(seeding: Seeding): Promise<readonly Surplus[]> {
  const { step, tools, below } = seeding;
  const relation = relationName(step.rule);
  const { engine, project } = step;
  const stream = { engine, project, provider: seeding.provider.node, subscriber: seeding.subscriber };
  let surplus: readonly Surplus[] = [];
  await withEnds(step, tools, 1, async (ends) => {
    const { provider, subscriber } = await ends();
    await subscriber.query("begin");
    await ask(subscriber, createKeyList, relation);
    const { keys: into } = await ask(subscriber, keyListSql, relation, FORMAT);
    const { keys: out } = await ask(
      provider,
      queries.providerRange,
      relation,
      below,
      null,
      null,
      FORMAT,
      step.rule.shared === true,
    );
    await copyAcross(provider, out, subscriber, into);
    await drainLink(stream, step.set, seeding.provider, tools);
    await ask(subscriber, noteSurplus, relation, below);
    await copyAcross(provider, out, subscriber, into);
    // A row that came and went in between goes now, or has come once more.
    await drainLink(stream, step.set, seeding.provider, tools);
    surplus = surplusOf.parse(JSON.parse((await ask(subscriber, surplusRows, relation)).surplus));
    await subscriber.query("rollback");
  });
  return surplus;
}

const FORMAT = "text";
