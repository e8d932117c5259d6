/** Have the steps that every engine has in its own way arrived? From what the engine tells of sets and subscriptions. */
import { shownLinkDsn } from "../domain/dsn.ts";
import { replicationSetName, subscriptionName } from "../domain/names.ts";
import { carriedTables, type SubscriptionState, type TributaryState } from "../domain/state.ts";
import type { StepOf } from "../domain/step.ts";
import type { Session } from "../postgres/session.ts";
import { type EngineStep, type Progress, progress } from "./engine.ts";
import { probeProvider } from "./provider-probe.ts";
import type { EngineState } from "./replication.ts";

/** Kinds that are judged alike for every engine. */
type LinkStepKind =
  | "create-replication-set"
  | "create-subscription"
  | "alter-subscription"
  | "enable-subscription"
  | "drop-subscription"
  | "drop-replication-set";

type Check<Kind extends LinkStepKind> = (
  step: StepOf<Kind>,
  state: EngineState,
  node: TributaryState | undefined,
) => Progress;

const CHECKS: { readonly [Kind in LinkStepKind]: Check<Kind> } = {
  "create-replication-set": ({ engine, project, set }, state, node) => {
    const tables = carriedTables(state, engine, replicationSetName(project, set));
    const outbox = node?.outboxes.find((found) => found.set === set);
    const isWhole = outbox?.isIntact === true && outbox.tables.every((table) => tables?.includes(table));
    return progress(isWhole, "the set is not complete");
  },
  "create-subscription": subscribed,
  "alter-subscription": altered,
  "enable-subscription": flowing,
  "drop-subscription": ({ project, provider }, { subscriptions }, node) => {
    const isGone = subscriptions.every((found) => found.name !== subscriptionName(project, provider));
    const isForgotten = node?.links.every((link) => link.provider !== provider) ?? true;
    return progress(isGone && isForgotten, "the subscription is still there");
  },
  "drop-replication-set": ({ engine, project, set }, state) =>
    progress(
      carriedTables(state, engine, replicationSetName(project, set)) === undefined,
      "the set is still there",
    ),
};

/** True for a step that `linkProgress` judges. */
export function isLinkStep(step: EngineStep): step is StepOf<LinkStepKind> {
  return step.kind in CHECKS;
}

/** Done, or what is in the way. One that is down is tried from the subscriber's server, since it does not say why. */
export async function linkProgress(
  step: StepOf<LinkStepKind>,
  state: EngineState,
  node: TributaryState | undefined,
  session: Session,
): Promise<Progress> {
  const found = (CHECKS[step.kind] as Check<LinkStepKind>)(step, state, node);
  if (found.done || !isStreamStep(step) || subscriptionOf(step, state)?.status !== "down") return found;
  const obstacle = await probeProvider(session, step.project, step.provider);
  if (obstacle !== undefined)
    return progress(
      false,
      `${found.detail}: node "${step.provider.name}" cannot be reached from here: ${obstacle.reason}`,
    );
  const detail = `${found.detail}, though node "${step.provider.name}" answers: the subscriber's server log has the reason`;
  return { done: false, detail, stalled: subscriptionName(step.project, step.provider.name) };
}

type StreamStep = StepOf<"create-subscription" | "alter-subscription" | "enable-subscription">;

const isStreamStep = (step: StepOf<LinkStepKind>): step is StreamStep =>
  "provider" in step && typeof step.provider !== "string";

/** A paused stream counts: its slot keeps everything from the first moment on. */
function subscribed(
  step: StepOf<"create-subscription">,
  state: EngineState,
  node: TributaryState | undefined,
): Progress {
  const known = new Set(
    node?.links.filter((link) => link.provider === step.provider.name).map((link) => link.set),
  );
  if (step.sets.some((set) => !known.has(set))) return progress(false, "the link is not recorded");
  const found = subscriptionOf(step, state);
  const isPaused = found?.isInitialized === true && found.status === "disabled";
  return isPaused ? { done: true } : flowing(step, state);
}

function altered(
  step: StepOf<"alter-subscription">,
  state: EngineState,
  node: TributaryState | undefined,
): Progress {
  const found = subscriptionOf(step, state);
  const wanted = step.sets.map((set) => replicationSetName(step.project, set));
  const surplus = step.present.filter((set) => !wanted.includes(set));
  const hasSets =
    wanted.every((set) => found?.sets.includes(set)) && !surplus.some((set) => found?.sets.includes(set));
  const outboxes = node?.outboxes.filter(({ set }) => step.sets.includes(set)) ?? [];
  const takes = found?.tables;
  const takesAll = outboxes.every(({ tables }) => tables.every((table) => takes?.includes(table) ?? true));
  if (!hasSets || !takesAll) return progress(false, "its sets are others");
  const wrong = faultOf(step, found);
  return wrong === undefined
    ? subscribed({ ...step, kind: "create-subscription" }, state, node)
    : progress(false, wrong);
}

/** What of an altered subscription is not as wanted, besides its sets. */
function faultOf(
  step: StepOf<"alter-subscription">,
  found: SubscriptionState | undefined,
): string | undefined {
  if (found === undefined) return "there is none";
  if (found.providerDsn !== undefined && found.providerDsn !== shownLinkDsn(step.provider))
    return "it uses another address";
  if (step.formerPassword !== undefined && (found.passwordMark ?? null) === step.formerPassword)
    return "it has a password that the provider does not know";
  return found.isSuperuser === true ? "it applies rows as a superuser" : undefined;
}

function flowing(step: StreamStep, state: EngineState): Progress {
  const status = subscriptionOf(step, state)?.status;
  const detail = status === undefined ? "there is no subscription" : `the subscription is ${status}`;
  return progress(status === "replicating", detail);
}

function subscriptionOf(
  { project, provider }: StreamStep,
  state: EngineState,
): SubscriptionState | undefined {
  return state.subscriptions.find((found) => found.name === subscriptionName(project, provider.name));
}
