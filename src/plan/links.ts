/** Links: subscriptions, first copies, and the moment from which a link is exact. */
import { subscriptionName } from "../domain/names.ts";
import { capabilities } from "../domain/server.ts";
import type { Problem, Reason, Step } from "../domain/step.ts";
import {
  relationName,
  ruleSignature,
  type EngineKind,
  type ReplicationSet,
  type TableRule,
} from "../domain/topology.ts";
import { isDoubtful } from "./deliveries.ts";
import { keptSets, subscriptionDiffers, surplusSets, viewLink, type LinkView } from "./link-state.ts";
import { membershipsAbove } from "./members.ts";
import { dropsOf } from "./orphans.ts";
import { setIds } from "./sets.ts";
import { formerSubscribers, slotsInTheWay, straySlots } from "./slots.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Outlook } from "./outlook.ts";
import type { Survey } from "./survey.ts";
import { linkName } from "./wording.ts";

export interface LinkPlan {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}

/** Everything that makes the links in scope flow, lowest tier first. */
export function planLinks(survey: Survey, outlook: Outlook): LinkPlan {
  const plans = survey.links.flatMap((link) => {
    const view = viewLink(survey, outlook, link);
    if (view === undefined) return [];
    return view.subscription === undefined || view.isBroken
      ? startLink(survey, view)
      : keepLink(survey, view);
  });
  return {
    steps: plans.flatMap((plan) => plan.steps),
    problems: plans.flatMap((plan) => plan.problems),
  };
}

/** A link that has no stream, or one with a gap: everything anew. */
function startLink(survey: Survey, view: LinkView): LinkPlan {
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
    makeStep({ node: subscriber, reason: "differs", ...frame }, body),
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
  { link, provider }: LinkView,
  reason: Reason,
  after: readonly string[],
): readonly Step[] {
  const { engine, name } = link.provider;
  if (engine === "pglogical") return [];
  const slot = subscriptionName(topology.project, name);
  const failover = capabilities(provider.state.server).hasFailoverSlots;
  return [
    makeStep({ node: name, reason, about: slot, after }, { kind: "create-slot", engine, slot, failover }),
  ];
}

/** A link with a stream: what is not as the topology wants it. */
function keepLink(survey: Survey, view: LinkView): LinkPlan {
  const { link, sets, subscription, known } = view;
  const altered = alterStep(survey, view);
  const changed = changeStep(survey, view);
  const copied = new Map(
    [...known.values()].flatMap(({ seeded }) => seeded.map((seed) => [seed.relation, seed.rule])),
  );
  const open: ReplicationSet[] = [];
  const seeds: Step[] = [];
  for (const set of sets) {
    const due = set.tables.filter(
      (rule) =>
        copied.get(relationName(rule)) !== ruleSignature(rule) || isDoubtful(view.subscriber, set.name, rule),
    );
    for (const rule of due)
      seeds.push(seedStep(survey, view, set, rule, copied.has(relationName(rule)) ? "differs" : "missing"));
    if (due.length > 0 || known.get(set.name)?.phase !== "live") open.push(set);
  }
  const reason = open.some((set) => known.get(set.name)?.phase === "live") ? "differs" : "missing";
  if (open.length > 0)
    return {
      steps: [...altered, ...seeds, openStep(survey, view, open, seeds, reason), ...changed],
      problems: [],
    };
  if (changed.length > 0 || !standsStill(subscription))
    return { steps: [...altered, ...changed], problems: [] };
  const enable = makeStep(
    {
      node: link.subscriber.name,
      reason: "differs",
      about: link.provider.name,
      after: altered.map((step) => step.id),
    },
    {
      kind: "enable-subscription",
      engine: streamEngine(view),
      project: survey.topology.project,
      provider: link.provider,
    },
  );
  return { steps: [...altered, enable], problems: [] };
}

/** pglogical, once down, waits up to three minutes before it tries again by itself; native replication five seconds. */
function standsStill(subscription: LinkView["subscription"]): boolean {
  return (
    subscription?.status === "disabled" ||
    (subscription?.status === "down" && subscription.engine === "pglogical")
  );
}

/** What carries the stream at present. */
const streamEngine = ({ subscription, link }: LinkView): EngineKind =>
  subscription?.engine ?? link.provider.engine;

/** The stream goes on where it is, in another engine: once all that is planned for the present one is done. */
function changeStep(survey: Survey, view: LinkView): readonly Step[] {
  const { link, sets, provider, subscription, other } = view;
  const { engine, name } = link.provider;
  const from = [subscription?.engine, other?.engine].find(
    (present) => present !== undefined && present !== engine,
  );
  if (from === undefined) return [];
  const subscriber = link.subscriber.name;
  return [
    makeStep(
      {
        node: subscriber,
        reason: "differs",
        about: name,
        after: [
          stepId("alter-subscription", subscriber, name),
          stepId("open-link", subscriber, name),
          ...groundwork(survey, view),
        ],
      },
      {
        kind: "change-engine",
        engine,
        from,
        project: survey.topology.project,
        provider: link.provider,
        sets: sets.map((set) => set.name),
        failover: capabilities(provider.state.server).hasFailoverSlots,
      },
    ),
  ];
}

function alterStep(survey: Survey, view: LinkView): readonly Step[] {
  const { link, subscription } = view;
  const surplus = surplusSets(survey, view);
  const isPruned = survey.options.prune === true && surplus.length > 0;
  if (subscription === undefined || !(isPruned || subscriptionDiffers(survey, view))) return [];
  const { sets } = subscription;
  return [
    makeStep(
      {
        node: link.subscriber.name,
        about: link.provider.name,
        reason: isPruned ? "not-in-topology" : "differs",
        after: groundwork(survey, view),
      },
      {
        kind: "alter-subscription",
        engine: streamEngine(view),
        project: survey.topology.project,
        provider: link.provider,
        sets: keptSets(survey, view).map((set) => set.name),
        present: isPruned ? sets : sets.filter((name) => !surplus.includes(name)),
      },
    ),
  ];
}

function seedStep(
  survey: Survey,
  view: LinkView,
  set: ReplicationSet,
  rule: TableRule,
  reason: Reason,
): Step {
  const { link } = view;
  const provider = link.provider.name;
  const subscriber = link.subscriber.name;
  const relation = relationName(rule);
  return makeStep(
    {
      node: subscriber,
      reason,
      about: `${provider} ${relation}`,
      after: [
        stepId("create-subscription", subscriber, provider),
        stepId("alter-subscription", subscriber, provider),
        stepId("deliver-table", subscriber, relation),
        stepId("deliver-table", provider, relation),
        stepId("capture-table", provider, relation),
        ...linksBelow(survey, provider),
      ],
    },
    {
      kind: "seed-table",
      engine: view.isBroken ? link.provider.engine : streamEngine(view),
      project: survey.topology.project,
      provider: link.provider,
      set: set.name,
      rule,
      relay: hasStreamUp(survey, subscriber),
    },
  );
}

function openStep(
  survey: Survey,
  view: LinkView,
  sets: readonly ReplicationSet[],
  seeds: readonly Step[],
  reason: Reason,
): Step {
  const { link } = view;
  const provider = link.provider.name;
  const subscriber = link.subscriber.name;
  return makeStep(
    {
      node: subscriber,
      reason,
      about: provider,
      after: [
        stepId("create-subscription", subscriber, provider),
        stepId("alter-subscription", subscriber, provider),
        ...seeds.map((seed) => seed.id),
        ...linksBelow(survey, provider),
      ],
    },
    {
      kind: "open-link",
      engine: view.isBroken ? link.provider.engine : streamEngine(view),
      project: survey.topology.project,
      provider: link.provider,
      sets: sets.map((set) => set.name),
    },
  );
}

/** What must stand at both ends before a stream may flow, and the links below, whose rows the provider passes on. */
function groundwork(survey: Survey, { link, sets }: LinkView): readonly string[] {
  const provider = link.provider.name;
  const subscriber = link.subscriber.name;
  const relations = sets.flatMap((set) => set.tables.map(relationName));
  return [
    ...[provider, subscriber].flatMap((node) => [
      stepId("install-schema", node),
      stepId("create-node", node),
      ...sets.flatMap((set) => setIds(node, set.name)),
      ...relations.map((relation) => stepId("deliver-table", node, relation)),
    ]),
    ...relations.map((relation) => stepId("capture-table", provider, relation)),
    ...membershipsAbove(survey, provider),
    ...linksBelow(survey, provider),
  ];
}

function linksBelow({ tree }: Survey, provider: string): readonly string[] {
  return tree.below(provider).map((child) => stepId("open-link", provider, child.name));
}

/** The subscriber's outbox is read from above already, so copied rows must pass through it. When in doubt: yes. */
function hasStreamUp({ tree, sites, topology }: Survey, subscriber: string): boolean {
  const upstream = tree.node(subscriber)?.upstream;
  if (upstream === undefined) return false;
  const site = sites.get(upstream);
  return site === undefined || site.subscriptions.has(subscriptionName(topology.project, subscriber));
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
