/** Any step: its SQL, and whether its effect has arrived. What differs between engines is asked of the step's engine. */
import { z } from "zod";

import type { Statement } from "../domain/statement.ts";
import { subscriptionName } from "../domain/names.ts";
import type { SubscriptionState } from "../domain/state.ts";
import type { Step, StepOf } from "../domain/step.ts";
import type { EngineKind } from "../domain/topology.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { describeFor } from "./describe.ts";
import { type Progress, progress } from "./engine.ts";
import { engines } from "./index.ts";
import { observeLinkRole } from "./link-role.ts";
import { observeReplication, observeSlots } from "./replication.ts";
import { isSchemaStepDone } from "./schema-progress.ts";
import { isSchemaStep, schemaStatements } from "./schema-statements.ts";

const relationKind = defineQuery("postgres/relation-kind.sql", z.object({ is_table: z.boolean() }));

/** The statements of a step: what `plan --sql` prints is what `apply` runs. None for steps that move data. Pure. */
export function statementsOf(step: Step): readonly Statement[] {
  return isSchemaStep(step) ? schemaStatements(step) : engines[step.engine].statements(step);
}

/** Has a step's effect arrived? Asks the node what it has, three questions at most, and compares. Read-only. */
export async function progressOf(step: Step, session: Session): Promise<Progress> {
  if (step.kind === "create-table") {
    const { is_table } = await session.one(relationKind, step.rule.schema, step.rule.table);
    return progress(is_table, "the table is not there");
  }
  if (step.kind === "drop-slot") {
    const slots = await observeSlots(session);
    return progress(!slots.some(({ name }) => name === step.slot), "the slot is still there");
  }
  if (step.kind === "set-link-role") {
    const role = await observeLinkRole(session, step.role.name, step.usesPglogical);
    return progress(role?.isComplete === true, "the role is not complete");
  }
  if (step.kind === "drop-link-role")
    return progress(await isDropped(step, session), "the role is still there");
  if (step.kind === "change-engine") return await hasChanged(step, session);
  const node = await describeFor(step, session);
  return isSchemaStep(step)
    ? progress(isSchemaStepDone(step, node), "not in place yet")
    : engines[step.engine].progress(step, session, node);
}

/** It stays where others know it: then it may not log in. */
async function isDropped({ role }: StepOf<"drop-link-role">, session: Session): Promise<boolean> {
  const found = await observeLinkRole(session, role, false);
  return found?.isComplete !== true;
}

async function hasChanged(
  { project, provider, engine, from }: StepOf<"change-engine">,
  session: Session,
): Promise<Progress> {
  const name = subscriptionName(project, provider.name);
  if ((await observeSubscription(session, from, name)) !== undefined)
    return progress(false, `the subscription of ${from} is still there`);
  const status = (await observeSubscription(session, engine, name))?.status;
  return progress(status === "replicating", `the subscription of ${engine} is ${status ?? "not there"}`);
}

/** One engine's subscription at a node. */
export async function observeSubscription(
  session: Session,
  engine: EngineKind,
  name: string,
): Promise<SubscriptionState | undefined> {
  const { subscriptions } = await engines[engine].observe(session, await observeReplication(session));
  return subscriptions.find((found) => found.name === name);
}
