/** What a plan would do, done to a state instead of servers: the planner's tests apply, kill and plan again. */
import { shownLinkDsn } from "../../src/domain/dsn.ts";
import { outboxName, replicationSetName, subscriptionName } from "../../src/domain/names.ts";
import { SCHEMA_VERSION } from "../../src/domain/schema-version.ts";
import {
  carriedTables,
  type LinkState,
  type ReachableNode,
  type SlotState,
  type State,
  type SubscriptionState,
  type TributaryState,
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
  "close-extension": (node) => {
    node.pglogicalRights = { isOpen: false, isUsable: true, shutOut: [] };
  },
  "forget-passwords": (node) => {
    delete node.keptPasswords;
  },
  "set-link-role": (node, { role }) => {
    if (node.tributary === undefined) throw new Error("a link's role needs the schema");
    node.linkRole = { name: role.name, isOurs: true, isComplete: true, hasPassword: true };
  },
  "drop-link-role": (node) => {
    delete node.linkRole;
  },
  "install-schema": installSchema,
  "create-node": (node, step) => {
    node.engineNode = step.engineNode;
    tributaryOf(node).madeNode = true;
  },
  "set-root": (node, step) => {
    tributaryOf(node).isRoot = step.isRoot;
  },
  "set-monitor": (node, { role, password }) => {
    tributaryOf(node).monitor = { role, ...(password === undefined ? {} : { password: password.mark }) };
  },
  "unset-monitor": (node) => {
    delete tributaryOf(node).monitor;
  },
  "create-outbox": (node, { set }) => void makeOutbox(node, set),
  "create-replication-set": (node, { engine, project, set }) => {
    if (engine === "pglogical" && node.engineNode === undefined)
      throw new Error("a replication set needs a node");
    const name = replicationSetName(project, set);
    const tables = makeOutbox(node, set);
    node.replicationSets = node.replicationSets.filter(
      (found) => found.engine !== engine || found.name !== name,
    );
    node.replicationSets.push({ engine, name, tables });
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
    const shared = rule.shared === true ? { shared: true } : {};
    tributary.deliveries.push({
      set,
      relation,
      ...columnsOf(rule),
      protect: rule.protect,
      ...shared,
      isIntact: true,
    });
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
  "create-slot": (node, { slot }) => addSlot(node, slot, "pgoutput"),
  "create-subscription": createSubscription,
  "change-engine": changeEngine,
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
  "drop-outbox": (node, { set }) => {
    const tributary = tributaryOf(node);
    const used = [...tributary.captures, ...tributary.deliveries].find((found) => found.set === set);
    if (used !== undefined) throw new Error(`the outbox of "${set}" is used by "${used.relation}"`);
    if (node.replicationSets.some(({ tables }) => tables.includes(`tributary.${outboxName(set)}`)))
      throw new Error(`the outbox of "${set}" is carried`);
    tributary.outboxes = tributary.outboxes.filter((found) => found.set !== set);
  },
  "drop-node": (node) => {
    if (node.subscriptions.some(({ engine }) => engine === "pglogical"))
      throw new Error("a node with subscriptions cannot be dropped");
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
  const { engine, project, provider: from } = step;
  const provider = world.get(from.name);
  const isReady = engine === "native" || provider?.engineNode !== undefined;
  if (provider === undefined || !isReady) throw new Error(`"${step.id}" needs its provider`);
  const name = subscriptionName(project, from.name);
  if (node.subscriptions.some((found) => found.name === name && found.engine === engine))
    throw new Error(`"${name}" exists`);
  for (const set of step.sets)
    if (carriedTables(provider, engine, replicationSetName(project, set)) === undefined)
      throw new Error(`"${step.id}" needs set "${set}"`);
  const slot = engine === "native" ? name : `pgl_slm_${from.name.replaceAll("-", "_")}_${name}`;
  if (engine === "pglogical") addSlot(provider, slot, "pglogical_output");
  else if (!provider.slots.some((found) => found.name === slot)) throw new Error(`"${step.id}" needs a slot`);
  const subscription: Mutable<SubscriptionState> = {
    engine,
    name,
    isInitialized: true,
    sets: [],
    status: "replicating",
    slot,
    providerDsn: "",
    ...(engine === "native" ? { tables: [] } : {}),
  };
  node.subscriptions.push(subscription);
  subscribe(node, subscription, step);
}

function changeEngine(node: Mutable<ReachableNode>, step: StepOf<"change-engine">, world: World): void {
  const { engine, from, project, provider } = step;
  const name = subscriptionName(project, provider.name);
  const old = node.subscriptions.find((found) => found.name === name && found.engine === from);
  const below = world.get(provider.name);
  if (old === undefined || below === undefined) throw new Error(`"${step.id}" needs a stream`);
  if (engine === "native" && !below.slots.some((found) => found.name === name))
    addSlot(below, name, "pgoutput");
  if (!node.subscriptions.some((found) => found.name === name && found.engine === engine))
    createSubscription(node, { ...step, kind: "create-subscription" }, world);
  node.subscriptions = node.subscriptions.filter((found) => found !== old);
  below.slots = below.slots.filter((found) => found.name !== old.slot);
}

function addSlot(node: Mutable<ReachableNode>, slot: string, plugin: string): void {
  if (node.slots.some((found) => found.name === slot)) throw new Error(`slot "${slot}" exists`);
  node.slots.push(slotState(slot, plugin));
}

function makeOutbox(node: Mutable<ReachableNode>, set: string): string[] {
  const tables = ["", "$1", "$2"].map((leaf) => `tributary.${outboxName(set)}${leaf}`);
  const tributary = tributaryOf(node);
  tributary.outboxes = [
    ...tributary.outboxes.filter((found) => found.set !== set),
    { set, tables, isIntact: true },
  ];
  return tables;
}

function subscribe(
  node: Mutable<ReachableNode>,
  subscription: Mutable<SubscriptionState>,
  step: StepOf<"create-subscription" | "alter-subscription">,
): void {
  subscription.providerDsn = shownLinkDsn(step.provider);
  const wanted = step.sets.map((set) => replicationSetName(step.project, set));
  subscription.sets = [...new Set([...subscription.sets, ...wanted])];
  if (subscription.tables !== undefined)
    subscription.tables = tributaryOf(node)
      .outboxes.filter(({ set }) => subscription.sets.includes(replicationSetName(step.project, set)))
      .flatMap(({ tables }) => tables);
  for (const set of step.sets) beginLink(tributaryOf(node), step.provider.name, set);
}

function subscriptionOf(
  node: Mutable<ReachableNode>,
  step: StepOf<"alter-subscription" | "enable-subscription" | "seed-table" | "open-link">,
): Mutable<SubscriptionState> {
  const name = subscriptionName(step.project, step.provider.name);
  const found = node.subscriptions.find(
    (subscription) => subscription.name === name && subscription.engine === step.engine,
  );
  if (found === undefined) throw new Error(`"${step.id}" needs the subscription`);
  return found;
}

/** A slot that keeps up. */
function slotState(name: string, plugin: string): SlotState {
  return {
    name,
    plugin,
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
  const isIt = (found: Mutable<SubscriptionState>): boolean =>
    found.name === name && found.engine === step.engine;
  const slot = node.subscriptions.find(isIt)?.slot;
  node.subscriptions = node.subscriptions.filter((found) => !isIt(found));
  if (node.tributary !== undefined)
    node.tributary.links = node.tributary.links.filter((link) => link.provider !== step.provider);
  // Native replication leaves its slot to another step.
  for (const provider of step.providerIsGone || step.engine === "native" ? [] : world.values())
    provider.slots = provider.slots.filter((found) => found.name !== slot);
}

function dropSet(
  node: Mutable<ReachableNode>,
  { engine, project, set }: StepOf<"drop-replication-set">,
  world: World,
): void {
  const name = replicationSetName(project, set);
  const subscription = subscriptionName(project, node.name);
  for (const other of world.values())
    if (
      other.subscriptions.some(
        (found) => found.name === subscription && found.engine === engine && found.sets.includes(name),
      )
    )
      throw new Error(`set "${set}" is subscribed to by "${other.name}"`);
  node.replicationSets = node.replicationSets.filter(
    (found) => found.engine !== engine || found.name !== name,
  );
}

function tributaryOf(node: Mutable<ReachableNode>): Mutable<TributaryState> {
  if (node.tributary === undefined) throw new Error(`node "${node.name}" has no schema tributary`);
  return node.tributary;
}
