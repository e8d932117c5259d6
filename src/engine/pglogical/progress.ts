/** Has a step's effect arrived? Read-only: asks the node what it has, and compares. */
import { z } from "zod";

import { redactDsn } from "../../domain/dsn.ts";
import { replicationSetName, subscriptionName } from "../../domain/names.ts";
import type { TributaryState } from "../../domain/state.ts";
import type { Step, StepKind, StepOf } from "../../domain/step.ts";
import { defineQuery } from "../../postgres/query.ts";
import type { Session } from "../../postgres/session.ts";
import { describeFor } from "../describe.ts";
import type { Progress } from "../engine.ts";
import { probeProvider } from "../provider-probe.ts";
import { isSchemaStepDone } from "../schema-progress.ts";
import { type SchemaStepKind, isSchemaStep } from "../schema-statements.ts";
import { type PglogicalState, observePglogical } from "./observe.ts";

const relationKind = defineQuery("postgres/relation-kind.sql", z.object({ is_table: z.boolean() }));

/** Asks three questions at most. */
export async function progressOf(step: Step, session: Session): Promise<Progress> {
  if (step.kind === "create-table") {
    const { is_table } = await session.one(relationKind, step.rule.schema, step.rule.table);
    return progress(is_table, "the table is not there");
  }
  const node = await describeFor(step, session);
  if (isSchemaStep(step)) return progress(isSchemaStepDone(step, node), "not in place yet");
  const check = CHECKS[step.kind] as Check<StepKind>;
  const state = await observePglogical(session);
  const found = check(step, state, node);
  return found.done ? found : { done: false, detail: await explained(step, state, session, found.detail) };
}

/** A stream that is down does not say why; a connection that is tried from the same server does. */
async function explained(
  step: Step,
  state: PglogicalState,
  session: Session,
  detail: string,
): Promise<string> {
  const isLinkStep =
    step.kind === "create-subscription" ||
    step.kind === "alter-subscription" ||
    step.kind === "enable-subscription";
  if (!isLinkStep || statusOf(step, state) !== "down") return detail;
  const obstacle = await probeProvider(session, step.provider);
  if (obstacle !== undefined)
    return `${detail}: node "${step.provider.name}" cannot be reached from here: ${obstacle.reason}`;
  return `${detail}, though node "${step.provider.name}" answers: the subscriber's server log has the reason`;
}

type Check<Kind extends StepKind> = (
  step: StepOf<Kind>,
  state: PglogicalState,
  node: TributaryState | undefined,
) => Progress;

const CHECKS: { readonly [Kind in Exclude<StepKind, SchemaStepKind>]: Check<Kind> } = {
  "create-extension": (_step, { isInstalled }) => progress(isInstalled, "the extension is not installed"),
  "create-node": (_step, { engineNode }) => progress(engineNode !== undefined, "pglogical has no node here"),
  "create-replication-set": (step, state, node) =>
    progress(hasSet(step, state, node), "the set is not complete"),
  "create-subscription": subscriptionProgress,
  "alter-subscription": alterProgress,
  "enable-subscription": flowing,
  "drop-subscription": ({ project, provider }, { subscriptions }, node) => {
    const isGone = subscriptions.every((found) => found.name !== subscriptionName(project, provider));
    const isForgotten = node?.links.every((link) => link.provider !== provider) ?? true;
    return progress(isGone && isForgotten, "the subscription is still there");
  },
  "drop-slot": ({ slot }, { slots }) =>
    progress(
      slots.every((found) => found.name !== slot),
      "the slot is still there",
    ),
  "drop-replication-set": ({ project, set }, { replicationSets }, node) => {
    const isGone = replicationSets[replicationSetName(project, set)] === undefined;
    return progress(isGone && !hasOutbox(node, set), "the set is still there");
  },
  "drop-node": ({ engineNode }, state) =>
    progress(state.engineNode !== engineNode || isShared(state), "the node is still there"),
  "drop-extension": (_step, { isInstalled, engineNode }) =>
    progress(!isInstalled || engineNode !== undefined, "the extension is still there"),
};

function progress(done: boolean, detail: string): Progress {
  return done ? { done: true } : { done: false, detail };
}

/** Others use the node that we made: then it stays. */
function isShared(state: PglogicalState): boolean {
  return (
    state.subscriptions.length > 0 || Object.values(state.replicationSets).some((tables) => tables.length > 0)
  );
}

function hasSet(
  { project, set }: StepOf<"create-replication-set">,
  state: PglogicalState,
  node: TributaryState | undefined,
): boolean {
  const tables = state.replicationSets[replicationSetName(project, set)];
  const outbox = node?.outboxes.find((found) => found.set === set);
  return outbox?.isIntact === true && outbox.tables.every((table) => tables?.includes(table));
}

function hasOutbox(node: TributaryState | undefined, set: string): boolean {
  return node?.outboxes.some((found) => found.set === set) === true;
}

type LinkStep = StepOf<"create-subscription" | "alter-subscription" | "enable-subscription">;

/** A paused stream counts: its slot keeps everything from the first moment on. */
function subscriptionProgress(
  step: StepOf<"create-subscription">,
  state: PglogicalState,
  node: TributaryState | undefined,
): Progress {
  const known = new Set(
    node?.links.filter((link) => link.provider === step.provider.name).map((link) => link.set),
  );
  if (step.sets.some((set) => !known.has(set))) return { done: false, detail: "the link is not recorded" };
  const name = subscriptionName(step.project, step.provider.name);
  const isPaused = state.initialized.has(name) && statusOf(step, state) === "disabled";
  return isPaused ? { done: true } : flowing(step, state);
}

function alterProgress(
  step: StepOf<"alter-subscription">,
  state: PglogicalState,
  node: TributaryState | undefined,
): Progress {
  const found = state.subscriptions.find(
    (one) => one.name === subscriptionName(step.project, step.provider.name),
  );
  const wanted = step.sets.map((set) => replicationSetName(step.project, set));
  const surplus = step.present.filter((set) => !wanted.includes(set));
  const hasSets =
    wanted.every((set) => found?.sets.includes(set)) && !surplus.some((set) => found?.sets.includes(set));
  if (!hasSets) return { done: false, detail: "its sets are others" };
  if (found?.providerDsn !== redactDsn(step.provider.linkDsn))
    return { done: false, detail: "it uses another address" };
  return subscriptionProgress({ ...step, kind: "create-subscription" }, state, node);
}

function statusOf({ project, provider }: LinkStep, state: PglogicalState): string | undefined {
  return state.subscriptions.find((found) => found.name === subscriptionName(project, provider.name))?.status;
}

function flowing(step: LinkStep, state: PglogicalState): Progress {
  const status = statusOf(step, state);
  const detail = status === undefined ? "there is no subscription" : `the subscription is ${status}`;
  return progress(status === "replicating", detail);
}
