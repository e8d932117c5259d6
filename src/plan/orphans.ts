/** What Tributary made and the topology does not have: always shown, dropped with `prune` only. */
import { outboxName, replicationSetName, subscriptionName } from "../domain/names.ts";
import type { Problem, Step, StepBody } from "../domain/step.ts";
import { relationName } from "../domain/topology.ts";
import { capturedSets } from "./captures.ts";
import { straySlots } from "./slots.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

export interface Orphan {
  readonly node: string;
  readonly about: string;
  /** As people read it: `capture of table "public.old" is not in the topology`. */
  readonly what: string;
  readonly after: readonly string[];
  readonly body: StepBody;
}

/** Orphans of one node. */
export function orphansAt(survey: Survey, site: Site): readonly Orphan[] {
  return [
    ...orphanSubscriptions(survey, site),
    ...orphanSlots(survey, site),
    ...orphanCaptures(survey, site),
    ...orphanDeliveries(survey, site),
    ...orphanSets(survey, site),
  ];
}

/** The step that drops an orphan. */
export function dropStep(orphan: Orphan): Step {
  const { node, about, after, body } = orphan;
  return makeStep({ node, about, after, reason: "not-in-topology" }, body);
}

/** What is told of an orphan as long as it is there. */
export function orphanProblem(orphan: Orphan): Problem {
  return {
    code: "not-in-topology",
    node: orphan.node,
    severity: "warning",
    message: `${orphan.what}.`,
    fix: "Drop it with tributary apply --prune.",
    fixIsSafeSql: false,
  };
}

function orphanSubscriptions({ tree, topology }: Survey, { node, state, links }: Site): readonly Orphan[] {
  const { project } = topology;
  const wanted = new Map(
    tree.below(node.name).map((child) => [subscriptionName(project, child.name), child.name]),
  );
  const stem = subscriptionName(project, "");
  const providers = new Set([
    ...state.subscriptions
      .filter((found) => found.name.startsWith(stem) && !wanted.has(found.name))
      .map((found) => providerOf(project, found.name, links)),
    ...[...links.keys()].filter((provider) => !wanted.has(subscriptionName(project, provider))),
  ]);
  return [...providers].map((provider) => ({
    node: node.name,
    about: provider,
    what: `the link from "${provider}" is not in the topology`,
    after: [],
    body: { kind: "drop-subscription", project, provider, providerIsGone: false },
  }));
}

/** The topology's name of a provider, from the subscriber's records; else what the subscription's name says. */
function providerOf(project: string, subscription: string, links: Site["links"]): string {
  const known = [...links.keys()].find((provider) => subscriptionName(project, provider) === subscription);
  return known ?? subscription.slice(subscriptionName(project, "").length);
}

/** Only where the upstream was seen: else its subscription may well use the slot. */
function orphanSlots(survey: Survey, site: Site): readonly Orphan[] {
  const { tree, sites, topology } = survey;
  const upstream = site.node.upstream;
  const above = upstream === undefined ? undefined : sites.get(upstream);
  if (upstream !== undefined && above === undefined) return [];
  const used = above?.subscriptions.get(subscriptionName(topology.project, site.node.name))?.slot;
  const isRunning = site.state.slots.some((slot) => slot.name === used && slot.walStatus !== "lost");
  // A link that is about to start clears its own way.
  if (above !== undefined && !isRunning && tree.through(site.node.name).length > 0) return [];
  return straySlots(survey, site).map((slot) => ({
    node: site.node.name,
    about: slot.name,
    what: `slot "${slot.name}" keeps ${slot.retainedWalBytes} bytes of WAL for no subscription of this tree`,
    after: [],
    body: { kind: "drop-slot", slot: slot.name },
  }));
}

function orphanCaptures(survey: Survey, site: Site): readonly Orphan[] {
  const wanted = new Set(capturedSets(survey, site).flatMap((set) => set.tables.map(relationName)));
  return (site.state.tributary?.captures ?? [])
    .filter((capture) => !wanted.has(capture.relation))
    .map(({ relation, set }) => ({
      node: site.node.name,
      about: relation,
      what: `capture of table "${relation}" is not in the topology`,
      after: [],
      body: { kind: "drop-capture", set, relation },
    }));
}

/** Capture below ends first, so that no more messages come for what is no longer delivered. */
function orphanDeliveries({ tree }: Survey, { node, state }: Site): readonly Orphan[] {
  const wanted = new Set(tree.arriving(node.name).flatMap((set) => set.tables.map(relationName)));
  return (state.tributary?.deliveries ?? [])
    .filter((delivery) => !wanted.has(delivery.relation))
    .map(({ relation, set }) => ({
      node: node.name,
      about: relation,
      what: `delivery into table "${relation}" is not in the topology`,
      after: tree
        .below(node.name)
        .flatMap((child) => [
          stepId("drop-capture", child.name, relation),
          stepId("drop-delivery", child.name, relation),
          stepId("drop-subscription", node.name, child.name),
        ]),
      body: { kind: "drop-delivery", set, relation },
    }));
}

function orphanSets({ topology, tree }: Survey, { node, state }: Site): readonly Orphan[] {
  const wanted = new Set(tree.through(node.name).map((set) => set.name));
  const sets = ourSets(topology.project, state).filter((set) => !wanted.has(set));
  const upstream = node.upstream;
  return sets.map((set) => ({
    node: node.name,
    about: set,
    what: `set "${set}" is here, but none of its rows pass here`,
    after: [
      ...(state.tributary?.captures ?? [])
        .filter((capture) => capture.set === set)
        .flatMap(({ relation }) => [
          stepId("drop-capture", node.name, relation),
          stepId("capture-table", node.name, relation),
        ]),
      ...(state.tributary?.deliveries ?? [])
        .filter((delivery) => delivery.set === set)
        .flatMap(({ relation }) => [
          stepId("drop-delivery", node.name, relation),
          stepId("deliver-table", node.name, relation),
        ]),
      ...tree
        .below(node.name)
        .flatMap((child) => [
          stepId("alter-subscription", node.name, child.name),
          stepId("drop-subscription", node.name, child.name),
        ]),
      ...(upstream === undefined ? [] : [stepId("alter-subscription", upstream, node.name)]),
    ],
    body: { kind: "drop-replication-set", project: topology.project, set },
  }));
}

/** Sets of the project at a node: those with an outbox, and replication sets that an interrupted run left without one. */
export function ourSets(project: string, state: Site["state"]): readonly string[] {
  const known = (state.tributary?.outboxes ?? []).map((outbox) => outbox.set);
  const carried = new Set(known.map((set) => replicationSetName(project, set)));
  const stem = replicationSetName(project, "");
  const left = Object.entries(state.replicationSets)
    .filter(([name, tables]) => name.startsWith(stem) && !carried.has(name) && tables.every(isOutbox))
    .map(([name]) => name.slice(stem.length));
  return [...known, ...left];
}

function isOutbox(table: string): boolean {
  return table.startsWith(`tributary.${outboxName("")}`);
}
