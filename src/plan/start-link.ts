/** A link that has no stream, or one with a gap: everything anew. */
import { streamEncoding } from "../domain/encoding.ts";
import { subscriptionName } from "../domain/names.ts";
import { capabilities } from "../domain/server.ts";
import type { Problem, Reason, Step } from "../domain/step.ts";
import { encodedEnds, type LinkView } from "./link-state.ts";
import { groundwork, openStep, seedStep } from "./link-steps.ts";
import { makeStep, stepId } from "./make-step.ts";
import { dropsOf } from "./orphans.ts";
import { formerSubscribers, slotsInTheWay, straySlots } from "./slots.ts";
import type { Survey } from "./survey.ts";
import { linkName } from "./wording.ts";

export interface LinkPlan {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}

/** Clears the way, subscribes, copies, proves. */
export function startLink(survey: Survey, view: LinkView): LinkPlan {
  const { link, sets, provider, isBroken } = view;
  if (sets.length === 0) return NOTHING;
  const former = formerSubscribers(survey, provider);
  const obstacle = survey.options.prune === true ? undefined : former[0];
  if (obstacle !== undefined) return { steps: [], problems: [stillSubscribed(view, obstacle)] };
  const used = straySlots(survey, provider).find((slot) => slot.isActive);
  if (used !== undefined) return { steps: [], problems: [slotInUse(view, used.name)] };
  const clearing = clearWay(survey, view, former);
  const reason: Reason = isBroken ? "differs" : "missing";
  const { engine } = link.provider;
  const seeds = sets.flatMap((set) => set.tables.map((rule) => seedStep(survey, view, set, rule, reason)));
  const needs = [
    ...former.map((node) => stepId("drop-subscription", node, link.provider.name)),
    ...clearing.map((step) => step.id),
    ...groundwork(survey, view),
  ];
  const slots = slotSteps(survey, view, reason, needs);
  const create = makeStep(
    {
      node: link.subscriber.name,
      reason,
      about: link.provider.name,
      after: [...slots.map((step) => step.id), ...needs],
    },
    {
      kind: "create-subscription",
      engine,
      project: survey.topology.project,
      provider: link.provider,
      sets: sets.map((set) => set.name),
    },
  );
  return {
    steps: [...clearing, ...slots, create, ...seeds, openStep(survey, view, sets, seeds, reason)],
    problems: view.gap === undefined ? [] : [gapInStream(view, view.gap)],
  };
}

const NOTHING: LinkPlan = { steps: [], problems: [] };

/** Drops what is left of an earlier stream: its records would let a first copy be skipped, its slot be taken for a new one. */
function clearWay(survey: Survey, view: LinkView, former: readonly string[]): readonly Step[] {
  const { link, provider, subscription, known } = view;
  const { project } = survey.topology;
  const subscriber = link.subscriber.name;
  const name = link.provider.name;
  const hasRemains = subscription !== undefined || known.size > 0;
  const forget = dropsOf(project, view.subscriber, name).map(({ body, ...frame }) =>
    makeStep(
      // What works stays until all stands that its successor needs.
      {
        node: subscriber,
        reason: "differs",
        about: frame.about,
        after: [...frame.after, ...groundwork(survey, view)],
      },
      subscription === undefined ? body : { ...body, heir: link.provider },
    ),
  );
  const after = [...former, subscriber].map((node) => stepId("drop-subscription", node, name));
  const slots = slotsInTheWay(survey, provider).map((slot) =>
    makeStep(
      { node: name, reason: "differs", about: slot.name, after },
      { kind: "drop-slot", slot: slot.name },
    ),
  );
  return hasRemains ? [...forget, ...slots] : slots;
}

/** Where the subscription does not make its slot itself. */
function slotSteps(
  { topology }: Survey,
  view: LinkView,
  reason: Reason,
  after: readonly string[],
): readonly Step[] {
  const { link, provider } = view;
  const { engine, name } = link.provider;
  if (engine === "pglogical") return [];
  const slot = subscriptionName(topology.project, name);
  const failover = capabilities(provider.state.server).hasFailoverSlots;
  return [
    makeStep(
      { node: name, reason, about: slot, after },
      {
        kind: "create-slot",
        engine,
        slot,
        failover,
        // A database of UTF8 never converts, so nobody has to tell it.
        ...(provider.state.server.encoding === "UTF8"
          ? {}
          : { encoding: streamEncoding(...encodedEnds(view)) }),
      },
    ),
  ];
}

function gapInStream({ link }: LinkView, gap: string): Problem {
  return {
    code: "gap-in-stream",
    node: link.subscriber.name,
    severity: "warning",
    message: `${gap}. The link ${linkName(link)} starts anew.`,
    fix: "tributary apply compares both ends row by row and copies what differs.",
    fixIsSafeSql: false,
  };
}

function slotInUse({ link }: LinkView, slot: string): Problem {
  return {
    code: "slot-in-use",
    node: link.provider.name,
    severity: "error",
    message: `slot "${slot}" is read by a subscription that node "${link.subscriber.name}" does not have: perhaps by a copy of that node. Not planned: the link ${linkName(link)}.`,
    fix: `Stop the other subscriber, then: select pg_drop_replication_slot('${slot}');`,
    fixIsSafeSql: false,
  };
}

function stillSubscribed({ link }: LinkView, former: string): Problem {
  return {
    code: "still-subscribed",
    node: link.provider.name,
    severity: "error",
    message: `node "${former}" still subscribes to it, which the topology does not have. Not planned: the link ${linkName(link)}.`,
    fix: "Move it with tributary apply --prune, which drops the old subscription first.",
    fixIsSafeSql: false,
  };
}
