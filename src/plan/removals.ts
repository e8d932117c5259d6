/** Taking nodes out of the tree, so that nothing is left on either side. */
import { ConnectionError, PreconditionError } from "../domain/errors.ts";
import { isSlotOfProject, subscriptionName } from "../domain/names.ts";
import type { Problem, Step, StepBody } from "../domain/step.ts";
import type { Node } from "../domain/topology.ts";
import { makeStep, stepId } from "./make-step.ts";
import { carriersOf, dropsOf } from "./orphans.ts";
import type { Site, Survey } from "./survey.ts";

/** Steps that remove `names`: at each subscriber first, then at the nodes themselves, lowest tier first. */
export function removalSteps(survey: Survey, names: readonly string[]): readonly Step[] {
  const leaving = new Set(names);
  const nodes = survey.tree.topDown.filter((node) => leaving.has(node.name)).toReversed();
  for (const node of nodes) expectClosed(survey, leaving, node);
  for (const node of nodes) expectWithinReach(survey, leaving, node);
  const subscribers = findSubscribers(survey);
  const subscribersOf = ({ name }: Node): readonly string[] => [
    ...(subscribers.get(subscriptionName(survey.topology.project, name)) ?? []),
  ];
  return [
    ...nodes.flatMap((node) => leaveUpstream(survey, node, subscribersOf(node))),
    ...nodes.flatMap((node) => {
      const site = survey.sites.get(node.name);
      return site === undefined ? [] : strip(survey, site, subscribersOf(node));
    }),
  ];
}

/** Nodes on which nothing can be undone. */
export function goneNodes({ sites }: Survey, names: readonly string[]): readonly Problem[] {
  return names
    .filter((name) => !sites.has(name))
    .map((node) => ({
      code: "node-gone",
      node,
      severity: "warning",
      message: "is gone, so nothing is undone there.",
      fix: "Should its database ever come back: drop schema tributary cascade; and drop its slots, which keep WAL.",
      fixIsSafeSql: false,
    }));
}

/** A node that others send to can only go together with them. */
function expectClosed({ tree }: Survey, leaving: ReadonlySet<string>, node: Node): void {
  const staying = tree.below(node.name).filter((child) => !leaving.has(child.name));
  if (staying.length === 0) return;
  const names = staying.map((child) => `"${child.name}"`).join(", ");
  throw new PreconditionError(`node "${node.name}" receives from ${names}, which would be cut off`, {
    code: "node-has-downstream",
    node: node.name,
    hint: `Remove ${names} too, or give them another upstream first.`,
  });
}

function expectWithinReach(survey: Survey, leaving: ReadonlySet<string>, { name, upstream }: Node): void {
  const isLost = (node: string): boolean => survey.observed.get(node)?.reachable !== true;
  if (isLost(name) && survey.options.gone !== true)
    throw unreachable(
      survey,
      name,
      isSilent(survey, name)
        ? "Bring it back; or, when it is gone for good, add --gone: then only its upstream is cleaned."
        : "Mend that; then run the same command again.",
    );
  // An upstream that stays must drop its subscription: here --gone would leave it pulling at a node that is no more.
  const subscriber = upstream === undefined || leaving.has(upstream) ? undefined : upstream;
  if (subscriber !== undefined && isLost(subscriber))
    throw unreachable(
      survey,
      subscriber,
      `Bring it back: it holds the subscription to "${name}", which must be dropped there.`,
    );
  for (const node of [name, subscriber])
    if (node !== undefined && !isLost(node) && !survey.sites.has(node)) throw unfit(survey, node);
}

function unreachable({ observed }: Survey, node: string, hint: string): ConnectionError {
  const found = observed.get(node);
  const { error, fix } =
    found?.reachable === false ? found : { error: "it was not observed", fix: undefined };
  return new ConnectionError(`node "${node}" cannot be reached: ${error.replace(/\.$/u, "")}`, {
    code: "node-unreachable",
    node,
    hint: fix === undefined ? hint : `${fix} ${hint}`,
  });
}

function isSilent({ observed }: Survey, node: string): boolean {
  const found = observed.get(node);
  return found?.reachable !== false || found.isSilent;
}

function unfit({ problems }: Survey, node: string): PreconditionError {
  const why = problems.find((problem) => problem.node === node);
  return new PreconditionError(`node "${node}" cannot be changed: ${why?.message ?? "it is not fit"}`, {
    code: why?.code ?? "node-unfit",
    node,
    hint: why?.fix ?? "Look at tributary plan.",
  });
}

/** By subscription name: the nodes that have the subscription, or records of its link. */
function findSubscribers({ sites, topology }: Survey): ReadonlyMap<string, ReadonlySet<string>> {
  const subscribers = new Map<string, Set<string>>();
  for (const [name, { subscriptions, links }] of sites) {
    const providers = [...links.keys()].map((provider) => subscriptionName(topology.project, provider));
    for (const subscription of [...subscriptions.keys(), ...providers])
      subscribers.set(subscription, (subscribers.get(subscription) ?? new Set()).add(name));
  }
  return subscribers;
}

/** What subscribers have of the node: its upstream, and any that it had before. */
function leaveUpstream(
  { sites, topology }: Survey,
  node: Node,
  subscribers: readonly string[],
): readonly Step[] {
  const { project } = topology;
  return subscribers.flatMap((subscriber) => {
    const site = sites.get(subscriber);
    if (site === undefined) return [];
    return dropsOf(project, site, node.name, !sites.has(node.name)).map(({ body, ...frame }) =>
      makeStep({ node: subscriber, reason: "requested", ...frame }, body),
    );
  });
}

/** Everything that was made at the node, from the outside in: each step waits for the one before. */
function strip(survey: Survey, site: Site, subscribers: readonly string[]): readonly Step[] {
  const { node } = site;
  const cut = [
    ...subscribers.map((subscriber) => stepId("drop-subscription", subscriber, node.name)),
    ...survey.tree.below(node.name).map((child) => stepId("drop-subscription", node.name, child.name)),
  ];
  const steps: Step[] = [];
  for (const { body, about } of [...streamParts(survey, site), ...nodeParts(survey.topology.project, site)]) {
    const previous = steps.at(-1);
    const after = previous === undefined ? cut : [...cut, previous.id];
    const frame = { node: node.name, reason: "requested", after } as const;
    steps.push(makeStep(about === undefined ? frame : { ...frame, about }, body));
  }
  return steps;
}

interface Part {
  readonly body: StepBody;
  readonly about?: string;
}

/** What carries rows. */
function streamParts(survey: Survey, site: Site): readonly Part[] {
  const { project } = survey.topology;
  const { tributary, slots } = site.state;
  return [
    ...strayProviders(survey, site).flatMap((provider) => dropsOf(project, site, provider)),
    ...(tributary?.captures ?? []).map(({ relation, set }): Part => ({
      about: relation,
      body: { kind: "drop-capture", set, relation },
    })),
    ...(tributary?.deliveries ?? []).map(({ relation, set }): Part => ({
      about: relation,
      body: { kind: "drop-delivery", set, relation },
    })),
    ...carriersOf(project, site.state).map(({ set, engine, about }): Part => ({
      about,
      body: { kind: "drop-replication-set", engine, project, set },
    })),
    ...(tributary?.outboxes ?? []).map(({ set }): Part => ({
      about: set,
      body: { kind: "drop-outbox", set },
    })),
    ...slots
      .filter((slot) => isSlotOfProject(project, slot.name))
      .map((slot): Part => ({ about: slot.name, body: { kind: "drop-slot", slot: slot.name } })),
  ];
}

/** What makes the database a node. What was there before us stays. */
function nodeParts(project: string, { state }: Site): readonly Part[] {
  const { tributary, engineNode, server, linkRole } = state;
  const engine = "pglogical";
  const hasExtension = server.installedExtensions[engine] !== undefined;
  const dropExtension: readonly Part[] = hasExtension ? [{ body: { kind: "drop-extension", engine } }] : [];
  // Killed between the extension and the schema that notes it.
  if (tributary === undefined) return state.madeExtension === true ? dropExtension : [];
  return [
    ...(tributary.madeNode && engineNode !== undefined
      ? [{ body: { kind: "drop-node", engine, engineNode } } as const]
      : []),
    ...(tributary.madeExtension ? dropExtension : []),
    ...(tributary.monitor === undefined
      ? []
      : [{ body: { kind: "unset-monitor", role: tributary.monitor.role } } as const]),
    ...(linkRole?.isOurs === true
      ? [{ body: { kind: "drop-link-role", role: linkRole.name } } as const]
      : []),
    // Last: until then it knows what else was made by us.
    { body: { kind: "drop-schema", project } },
  ];
}

/** Providers of our subscriptions at the node that the topology no longer has below it. */
function strayProviders({ tree, topology }: Survey, { node, state, links }: Site): readonly string[] {
  const stem = subscriptionName(topology.project, "");
  const below = new Set(tree.below(node.name).map((child) => subscriptionName(topology.project, child.name)));
  const named = state.subscriptions
    .filter((found) => found.name.startsWith(stem) && !below.has(found.name))
    .map((found) => found.name.slice(stem.length));
  const recorded = [...links.keys()].filter(
    (provider) => !below.has(subscriptionName(topology.project, provider)),
  );
  const known = new Set(recorded.map((provider) => subscriptionName(topology.project, provider)));
  return [...recorded, ...named.filter((name) => !known.has(`${stem}${name}`))];
}
