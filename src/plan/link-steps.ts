/** Steps that a link has whether its stream is new or runs already. */
import { subscriptionName } from "../domain/names.ts";
import type { Reason, Step } from "../domain/step.ts";
import { relationName, type EngineKind, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import type { LinkView } from "./link-state.ts";
import { makeStep, stepId } from "./make-step.ts";
import { membershipsAbove } from "./members.ts";
import { setIds } from "./sets.ts";
import type { Survey } from "./survey.ts";

/** What carries the stream at present. */
export const streamEngine = ({ subscription, link }: LinkView): EngineKind =>
  subscription?.engine ?? link.provider.engine;

/** Copies a table's approved rows, once both ends stand. */
export function seedStep(
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
      ...dropsOf(survey, view),
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

/** What a first copy from a new database may take away above, with a person's consent. */
function dropsOf(
  { options }: Survey,
  { link, provider }: LinkView,
): { readonly drops?: { readonly owner: string; readonly rows: number } } {
  const owner = link.provider.name;
  const consent = options.dropRowsOf?.[owner];
  const { unfamiliar } = provider.state;
  if (consent === undefined || consent === 0 || unfamiliar === undefined) return {};
  return { drops: { owner, rows: Math.min(consent, unfamiliar.rows) } };
}

/** Proves the link. */
export function openStep(
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
export function groundwork(
  survey: Survey,
  { link, sets }: Pick<LinkView, "link" | "sets">,
): readonly string[] {
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
    stepId("set-link-role", provider),
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
