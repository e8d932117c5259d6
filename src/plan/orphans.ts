/** What Tributary made and the topology does not have: always shown, dropped with `prune` only. */
import { outboxName, replicationSetName, subscriptionName } from "../domain/names.ts";
import type { Problem, Step, StepBody } from "../domain/step.ts";
import { relationName, type EngineKind } from "../domain/topology.ts";
import { capturedSets } from "./captures.ts";
import { orphanLinkRole } from "./link-roles.ts";
import { groundwork } from "./link-steps.ts";
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
    ...orphanMonitor(survey, site),
    ...orphanLinkRole(survey, site),
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

function orphanSubscriptions(survey: Survey, site: Site): readonly Orphan[] {
  const { tree, topology } = survey;
  const { project } = topology;
  const { node, state, links } = site;
  const wanted = new Set(tree.below(node.name).map((child) => subscriptionName(project, child.name)));
  const stem = subscriptionName(project, "");
  const providers = new Set([
    ...state.subscriptions
      .filter((found) => found.name.startsWith(stem) && !wanted.has(found.name))
      .map((found) => providerOf(project, found.name, links)),
    ...[...links.keys()].filter((provider) => !wanted.has(subscriptionName(project, provider))),
  ]);
  return [...providers].flatMap((provider) =>
    dropsOf(project, site, provider).map((drop): Orphan => ({
      node: node.name,
      what: `the link from "${provider}" is not in the topology`,
      ...drop,
      // A node that moves leaves its place once all stands that its new link needs.
      after: [...drop.after, ...movedTo(survey, provider)],
    })),
  );
}

function movedTo(survey: Survey, provider: string): readonly string[] {
  const link = survey.links.find((found) => found.provider.name === provider);
  return link === undefined ? [] : groundwork(survey, { link, sets: survey.tree.through(provider) });
}

interface Drop {
  readonly about: string;
  readonly after: readonly string[];
  readonly body: Extract<StepBody, { kind: "drop-subscription" }>;
}

/** Drops whatever a subscriber has of a provider: its records too, in the way of an engine that is there. */
export function dropsOf(
  project: string,
  { node, state, subscriptions }: Site,
  provider: string,
  providerIsGone = false,
): readonly Drop[] {
  const found = subscriptions.get(subscriptionName(project, provider)) ?? [];
  const present = state.server.installedExtensions["pglogical"] === undefined ? "native" : "pglogical";
  const [first = present, ...others] = found.map(({ engine }) => engine);
  const drop = (engine: EngineKind, about: string): Drop => ({
    about,
    after: [],
    body: { kind: "drop-subscription", engine, project, provider, providerIsGone },
  });
  const rest = others.map((engine) => drop(engine, `${provider} ${engine}`));
  // Who waits for the first waits for all.
  const after = rest.map(({ about }) => stepId("drop-subscription", node.name, about));
  return [...rest, { ...drop(first, provider), after }];
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
  const used = above?.subscriptions.get(subscriptionName(topology.project, site.node.name)) ?? [];
  const isRunning = site.state.slots.some(
    ({ name, walStatus }) => used.some(({ slot }) => slot === name) && walStatus !== "lost",
  );
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

/** What carries sets that do not pass here, or carries them no longer; and the outboxes of such sets. */
function orphanSets(survey: Survey, site: Site): readonly Orphan[] {
  const { topology, tree } = survey;
  const { node, state } = site;
  const wanted = new Set(tree.through(node.name).map((set) => set.name));
  const users = (set: string): readonly string[] => [
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
    ...(node.upstream === undefined
      ? []
      : [
          stepId("alter-subscription", node.upstream, node.name),
          stepId("change-engine", node.upstream, node.name),
        ]),
  ];
  const isCarriedOn = (set: string, engine: EngineKind): boolean =>
    wanted.has(set) && (node.upstream === undefined || node.engine === engine);
  return [
    ...carriersOf(topology.project, state)
      .filter(({ set, engine }) => !isCarriedOn(set, engine))
      .map(({ set, engine, about }) => ({
        node: node.name,
        about,
        what: `set "${set}" is carried from here by ${engine}, which the topology does not have`,
        after: users(set),
        body: { kind: "drop-replication-set", engine, project: topology.project, set } as const,
      })),
    ...(state.tributary?.outboxes ?? [])
      .filter(({ set }) => !wanted.has(set))
      .map(({ set }) => ({
        node: node.name,
        about: set,
        what: `set "${set}" is here, but none of its rows pass here`,
        after: [...users(set), ...carrierIds(node.name, set)],
        body: { kind: "drop-outbox", set } as const,
      })),
  ];
}

function orphanMonitor({ topology }: Survey, { node, state }: Site): readonly Orphan[] {
  const role = state.tributary?.monitor?.role;
  if (role === undefined || topology.monitor !== undefined) return [];
  const what = `role "${role}" may look at this node, and the topology has no monitor`;
  return [{ node: node.name, about: role, what, after: [], body: { kind: "unset-monitor", role } }];
}

interface Carrier {
  readonly set: string;
  readonly engine: EngineKind;
  /** Tells it from that of the other engine. */
  readonly about: string;
}

/** Replication sets and publications of the project at a node, also those that an interrupted run left without an outbox. */
export function carriersOf(project: string, state: Site["state"]): readonly Carrier[] {
  const known = new Map(
    (state.tributary?.outboxes ?? []).map(({ set }) => [replicationSetName(project, set), set]),
  );
  const stem = replicationSetName(project, "");
  return state.replicationSets
    .filter(({ name, tables }) => name.startsWith(stem) && (known.has(name) || tables.every(isOutbox)))
    .map(({ name, engine }) => {
      const set = known.get(name) ?? name.slice(stem.length);
      return { set, engine, about: `${set} ${engine}` };
    });
}

/** Whatever a node may have that carries a set. */
const carrierIds = (node: string, set: string): readonly string[] =>
  (["pglogical", "native"] as const).map((engine) =>
    stepId("drop-replication-set", node, `${set} ${engine}`),
  );

function isOutbox(table: string): boolean {
  return table.startsWith(`tributary.${outboxName("")}`);
}
