/** What a plan would do, done to a state instead of servers: the planner's tests apply, kill and plan again. */
import { redactDsn } from "../../src/domain/dsn.ts";
import { outboxName, replicationSetName, subscriptionName } from "../../src/domain/names.ts";
import { SCHEMA_VERSION } from "../../src/domain/schema-version.ts";
import type {
  LinkState,
  ReachableNode,
  SlotState,
  State,
  SubscriptionState,
  TributaryState,
} from "../../src/domain/state.ts";
import type { Plan, Step, StepKind, StepOf } from "../../src/domain/step.ts";
import { relationName, ruleSignature, type TableRule } from "../../src/domain/topology.ts";

/** A state that may be changed in place. */
type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> }
    : Value;
type World = Map<string, Mutable<ReachableNode>>;

/** The state after the first `count` steps of a plan; all, by default. */
export function simulate(state: State, plan: Plan, count: number = plan.steps.length): State {
  const copy = structuredClone(state) as Mutable<State>;
  const world: World = new Map(
    copy.nodes.flatMap((node) => (node.reachable ? [[node.name, node as Mutable<ReachableNode>]] : [])),
  );
  for (const step of plan.steps.slice(0, count)) take(world, step);
  return copy as State;
}

function take(world: World, step: Step): void {
  const node = world.get(step.node);
  if (node === undefined) throw new Error(`step "${step.id}" on a node that cannot be reached`);
  const effect = EFFECTS[step.kind] as Effect<Step>;
  effect(node, step, world);
}

/** Told by its version, because the comment, which tells it on a server, is no part of a state. */
const MADE_BY_US = "2.4.2";

type Effect<S extends Step> = (node: Mutable<ReachableNode>, step: S, world: World) => void;

const EFFECTS: { readonly [Kind in StepKind]: Effect<StepOf<Kind>> } = {
  "create-extension": (node) => {
    node.server.installedExtensions["pglogical"] = MADE_BY_US;
  },
  "install-schema": installSchema,
  "create-node": (node, step) => {
    node.engineNode = step.engineNode;
    tributaryOf(node).madeNode = true;
  },
  "set-root": (node, step) => {
    tributaryOf(node).isRoot = step.isRoot;
  },
  "create-replication-set": (node, step) => {
    if (node.engineNode === undefined) throw new Error("a replication set needs a node");
    const tables = ["", "$1", "$2"].map((leaf) => `tributary.${outboxName(step.set)}${leaf}`);
    node.replicationSets[replicationSetName(step.project, step.set)] = tables;
    const tributary = tributaryOf(node);
    const others = tributary.outboxes.filter((found) => found.set !== step.set);
    tributary.outboxes = [...others, { set: step.set, tables, isIntact: true }];
  },
  "set-members": (node, { provider, members }) => {
    const tributary = tributaryOf(node);
    tributary.members = { ...tributary.members, [provider]: [...members] };
  },
  "create-table": createTable,
  "deliver-table": (node, step) => {
    expectEquipped(node, step);
    const { set, rule } = step;
    const relation = relationName(rule);
    const tributary = tributaryOf(node);
    tributary.deliveries = tributary.deliveries.filter((found) => found.relation !== relation);
    tributary.deliveries.push({ set, relation, ...columnsOf(rule), protect: rule.protect, isIntact: true });
  },
  "capture-table": (node, step) => {
    expectEquipped(node, step);
    const { set, rule } = step;
    const relation = relationName(rule);
    const tributary = tributaryOf(node);
    const where = rule.where === undefined ? {} : { where: rule.where };
    tributary.captures = tributary.captures.filter((found) => found.relation !== relation);
    tributary.captures.push({
      set,
      relation,
      ...where,
      ...columnsOf(rule),
      onLeave: rule.onLeave,
      isIntact: true,
    });
  },
  "create-subscription": createSubscription,
  "alter-subscription": (node, step) => {
    const subscription = subscriptionOf(node, step);
    subscription.sets = subscription.sets.filter((set) => !step.present.includes(set));
    subscribe(node, subscription, step);
  },
  "enable-subscription": (node, step) => {
    subscriptionOf(node, step).status = "replicating";
  },
  "seed-table": (node, step) => {
    subscriptionOf(node, step).status = "disabled";
    seed(tributaryOf(node), step);
  },
  "open-link": (node, step) => {
    subscriptionOf(node, step).status = "replicating";
    for (const link of tributaryOf(node).links)
      if (link.provider === step.provider.name && step.sets.includes(link.set)) link.phase = "live";
  },
  "drop-subscription": dropSubscription,
  "drop-slot": (node, step) => {
    node.slots = node.slots.filter((slot) => slot.name !== step.slot);
  },
  "drop-capture": (node, step) => {
    const tributary = tributaryOf(node);
    tributary.captures = tributary.captures.filter((found) => found.relation !== step.relation);
  },
  "drop-delivery": (node, step) => {
    const tributary = tributaryOf(node);
    tributary.deliveries = tributary.deliveries.filter((found) => found.relation !== step.relation);
  },
  "drop-replication-set": dropSet,
  "drop-node": (node) => {
    if (node.subscriptions.length > 0) throw new Error("a node with subscriptions cannot be dropped");
    delete node.engineNode;
  },
  "drop-schema": (node) => {
    if (tributaryOf(node).captures.length > 0) throw new Error("capture would call functions that are gone");
    delete node.tributary;
  },
  "drop-extension": (node) => {
    if (node.engineNode !== undefined) throw new Error("the extension is in use");
    delete node.server.installedExtensions["pglogical"];
  },
};

function installSchema(node: Mutable<ReachableNode>, step: StepOf<"install-schema">): void {
  node.tributary = {
    ...(node.tributary ?? {
      project: step.project,
      node: node.name,
      nodeId: `id of ${node.name}`,
      epoch: "1",
      isRoot: false,
      madeNode: false,
      madeExtension: node.server.installedExtensions["pglogical"] === MADE_BY_US,
      outboxes: [],
      captures: [],
      deliveries: [],
      links: [],
      parkedRows: 0,
    }),
    version: SCHEMA_VERSION,
    isGuarded: true,
  };
}

function createTable(node: Mutable<ReachableNode>, step: StepOf<"create-table">, world: World): void {
  const relation = relationName(step.rule);
  const source = world.get(step.from)?.tables.find((table) => relationName(table) === relation);
  if (source === undefined) throw new Error(`node "${step.from}" has no table "${relation}"`);
  const columns = source.columns.filter((column) => !step.without.includes(column.name));
  node.tables.push({ ...structuredClone(source), columns });
}

function expectEquipped(
  node: Mutable<ReachableNode>,
  { id, set, rule }: StepOf<"deliver-table"> | StepOf<"capture-table">,
): void {
  const table = node.tables.find((found) => relationName(found) === relationName(rule));
  if (table === undefined || table.key.length === 0) throw new Error(`"${id}" needs a table with a key`);
  if (!tributaryOf(node).outboxes.some((found) => found.set === set))
    throw new Error(`"${id}" needs the outbox`);
}

function columnsOf({ columns }: TableRule): { columns?: string[] } {
  return columns === undefined ? {} : { columns: [...columns] };
}

function createSubscription(
  node: Mutable<ReachableNode>,
  step: StepOf<"create-subscription">,
  world: World,
): void {
  const provider = world.get(step.provider.name);
  if (provider?.engineNode === undefined) throw new Error(`"${step.id}" needs its provider`);
  const name = subscriptionName(step.project, step.provider.name);
  const slot = `pgl_slm_${step.provider.name.replaceAll("-", "_")}_${name}`;
  if (node.subscriptions.some((found) => found.name === name)) throw new Error(`"${name}" exists`);
  if (provider.slots.some((found) => found.name === slot)) throw new Error(`slot "${slot}" exists`);
  for (const set of step.sets)
    if (provider.replicationSets[replicationSetName(step.project, set)] === undefined)
      throw new Error(`"${step.id}" needs set "${set}"`);
  provider.slots.push(slotState(slot));
  const subscription: Mutable<SubscriptionState> = {
    name,
    provider: provider.engineNode,
    sets: [],
    status: "replicating",
    slot,
    providerDsn: "",
  };
  node.subscriptions.push(subscription);
  subscribe(node, subscription, step);
}

function subscribe(
  node: Mutable<ReachableNode>,
  subscription: Mutable<SubscriptionState>,
  step: StepOf<"create-subscription" | "alter-subscription">,
): void {
  subscription.providerDsn = redactDsn(step.provider.linkDsn);
  const wanted = step.sets.map((set) => replicationSetName(step.project, set));
  subscription.sets = [...new Set([...subscription.sets, ...wanted])];
  for (const set of step.sets) beginLink(tributaryOf(node), step.provider.name, set);
}

function subscriptionOf(
  node: Mutable<ReachableNode>,
  step: StepOf<"alter-subscription" | "enable-subscription" | "seed-table" | "open-link">,
): Mutable<SubscriptionState> {
  const name = subscriptionName(step.project, step.provider.name);
  const found = node.subscriptions.find((subscription) => subscription.name === name);
  if (found === undefined) throw new Error(`"${step.id}" needs the subscription`);
  return found;
}

/** A slot that keeps up. */
function slotState(name: string): SlotState {
  return {
    name,
    plugin: "pglogical_output",
    isActive: false,
    walStatus: "reserved",
    lagBytes: 0,
    retainedWalBytes: 0,
  };
}

function beginLink(tributary: Mutable<TributaryState>, provider: string, set: string): void {
  if (tributary.links.some((link) => link.provider === provider && link.set === set)) return;
  const seeded = tributary.links.find((link) => link.provider === provider)?.seeded ?? [];
  tributary.links.push({ provider, set, phase: "seeding", refusals: 0, seeded: [...seeded] });
}

function seed(tributary: Mutable<TributaryState>, step: StepOf<"seed-table">): void {
  const relation = relationName(step.rule);
  const links: Mutable<LinkState>[] = tributary.links.filter((link) => link.provider === step.provider.name);
  for (const link of links)
    link.seeded = [
      ...link.seeded.filter((found) => found.relation !== relation),
      { relation, rule: ruleSignature(step.rule) },
    ];
}

function dropSubscription(
  node: Mutable<ReachableNode>,
  step: StepOf<"drop-subscription">,
  world: World,
): void {
  const name = subscriptionName(step.project, step.provider);
  const slot = node.subscriptions.find((found) => found.name === name)?.slot;
  node.subscriptions = node.subscriptions.filter((found) => found.name !== name);
  if (node.tributary !== undefined)
    node.tributary.links = node.tributary.links.filter((link) => link.provider !== step.provider);
  for (const provider of step.providerIsGone ? [] : world.values())
    provider.slots = provider.slots.filter((found) => found.name !== slot);
}

function dropSet(node: Mutable<ReachableNode>, step: StepOf<"drop-replication-set">, world: World): void {
  const tributary = tributaryOf(node);
  const used = [...tributary.captures, ...tributary.deliveries].find((found) => found.set === step.set);
  if (used !== undefined) throw new Error(`set "${step.set}" is used by "${used.relation}"`);
  const name = replicationSetName(step.project, step.set);
  for (const other of world.values())
    if (other.subscriptions.some((found) => found.provider === node.engineNode && found.sets.includes(name)))
      throw new Error(`set "${step.set}" is subscribed to by "${other.name}"`);
  delete node.replicationSets[name];
  tributary.outboxes = tributary.outboxes.filter((found) => found.set !== step.set);
}

function tributaryOf(node: Mutable<ReachableNode>): Mutable<TributaryState> {
  if (node.tributary === undefined) throw new Error(`node "${node.name}" has no schema tributary`);
  return node.tributary;
}
