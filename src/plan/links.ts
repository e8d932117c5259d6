/** Links: subscriptions, first copies, and the moment from which a link is exact. */
import { encodingMisfit } from "../domain/encoding.ts";
import { capabilities } from "../domain/server.ts";
import { isDisabled } from "../domain/state.ts";
import type { Problem, Step } from "../domain/step.ts";
import { strayCargo, strayTakings } from "../domain/strays.ts";
import { relationName, ruleSignature, type ReplicationSet } from "../domain/topology.ts";
import { deliveryOf, isDoubtful, isStillShared } from "./deliveries.ts";
import {
  keptSets,
  subscriptionDiffers,
  surplusSets,
  viewLink,
  type LinkView,
  encodedEnds,
} from "./link-state.ts";
import { formerPassword } from "./link-roles.ts";
import { groundwork, openStep, seedStep, streamEngine } from "./link-steps.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Outlook } from "./outlook.ts";
import { startLink, type LinkPlan } from "./start-link.ts";
import type { Survey } from "./survey.ts";
import { linkName } from "./wording.ts";

/** Everything that makes the links in scope flow, lowest tier first. */
export function planLinks(survey: Survey, outlook: Outlook): LinkPlan {
  const plans = survey.links.flatMap((link) => {
    const view = viewLink(survey, outlook, link);
    if (view === undefined) return [];
    const problems = [...strays(survey, view), ...otherEncoding(view)];
    if (problems.length > 0) return [{ steps: [], problems }];
    return view.subscription === undefined || view.isBroken
      ? startLink(survey, view)
      : keepLink(survey, view);
  });
  return {
    steps: plans.flatMap((plan) => plan.steps),
    problems: plans.flatMap((plan) => plan.problems),
  };
}

/** Nothing is planned for a link that holds more than outboxes: whatever asks the provider for tables would take these, too. */
function strays(
  { topology }: Survey,
  { provider, subscriber, subscription, other }: LinkView,
): readonly Problem[] {
  const { project } = topology;
  const sets = topology.sets.map(({ name }) => name);
  const { engine } = provider.node;
  const engines = [engine, ...[subscription, other].map((found) => found?.engine)];
  return [
    ...strayCargo(project, sets, {
      ...provider.state,
      replicationSets: provider.state.replicationSets.filter((found) => engines.includes(found.engine)),
    }),
    ...[subscription, other].flatMap((found) =>
      found === undefined ? [] : strayTakings(project, sets, subscriber.state, found),
    ),
  ];
}

/** Nothing is planned for a link whose engine cannot carry text from the one database to the other. */
function otherEncoding(view: LinkView): readonly Problem[] {
  const { link, sets } = view;
  const misfit = encodingMisfit(...encodedEnds(view), link.provider.engine);
  if (misfit === undefined || sets.length === 0) return [];
  const message = `${misfit.message} Not planned: the link ${linkName(link)}.`;
  return [{ ...misfit, code: "encoding", severity: "error", message, fixIsSafeSql: false }];
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
        !isStillShared(deliveryOf(view.subscriber, rule), rule) &&
        (copied.get(relationName(rule)) !== ruleSignature(rule) ||
          isDoubtful(view.subscriber, set.name, rule)),
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
    isDisabled(subscription?.status) ||
    (subscription?.status === "down" && subscription.engine === "pglogical")
  );
}

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
  const former = formerPassword(view);
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
        ...(former === undefined ? {} : { formerPassword: former }),
      },
    ),
  ];
}
