/** What a plan is made from, indexed: who stands where in the tree, and which nodes can be planned at all. */
import { PreconditionError, UsageError } from "../domain/errors.ts";
import type {
  LinkState,
  NodeState,
  ReachableNode,
  State,
  SubscriptionState,
  TableState,
} from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import { linksUpward, relationName, type Link, type Node, type Topology } from "../domain/topology.ts";
import { growTree, type Tree } from "./tree.ts";

export interface PlanOptions {
  /** Plan for these nodes and all that their rows need on their way up. Absent: for the whole tree. */
  readonly nodes?: readonly string[];
  /** Take these nodes out of the tree. Nothing else is planned. */
  readonly remove?: readonly string[];
  /** With `remove`: what cannot be reached will never come back. */
  readonly gone?: boolean;
  /**
   * By node: its database may be another one than that whose rows are above, and at most so many of those may go. What is done
   * counts them.
   */
  readonly dropRowsOf?: Readonly<Record<string, number>>;
  /** Drop what the topology does not have. */
  readonly prune?: boolean;
}

/** A node that can be planned, with its state by name. */
export interface Site {
  readonly node: Node;
  readonly state: ReachableNode;
  readonly tables: ReadonlyMap<string, TableState>;
  /** More than one of a name while a stream goes over from one engine to another. */
  readonly subscriptions: ReadonlyMap<string, readonly SubscriptionState[]>;
  /** What the node knows of its links, by provider and then by set. */
  readonly links: ReadonlyMap<string, ReadonlyMap<string, LinkState>>;
}

export interface Survey {
  readonly topology: Topology;
  readonly tree: Tree;
  readonly options: PlanOptions;
  /** As observed, by name; also what cannot be planned. */
  readonly observed: ReadonlyMap<string, NodeState>;
  /** The nodes that can be planned, in scope or not. */
  readonly sites: ReadonlyMap<string, Site>;
  /** The node whose subscription uses a slot, by the slot's name. */
  readonly slotUsers: ReadonlyMap<string, string>;
  /** Sites in scope, root first. */
  readonly inScope: readonly Site[];
  /** Links in scope, lowest tier first. */
  readonly links: readonly Link[];
  readonly problems: readonly Problem[];
}

export interface Standing {
  /** Problems that keep a node from being planned. */
  readonly problems: readonly Problem[];
  readonly unfit: ReadonlySet<string>;
}

/** Indexes topology and state. `judge` says which nodes cannot be planned. */
export function survey(
  topology: Topology,
  state: State,
  options: PlanOptions,
  judge: (
    tree: Tree,
    observed: ReadonlyMap<string, NodeState>,
    scope: ReadonlySet<string>,
    links: readonly Link[],
  ) => Standing,
): Survey {
  const tree = growTree(topology);
  expectKnown(tree, [...(options.nodes ?? []), ...(options.remove ?? [])]);
  const observed = new Map(state.nodes.map((node) => [node.name, node]));
  const links = linksInScope(topology, tree, options.nodes);
  const scope = new Set([
    ...(options.nodes ?? topology.nodes.map((node) => node.name)),
    ...links.flatMap((link) => [link.provider.name, link.subscriber.name]),
  ]);
  const { problems, unfit } = judge(tree, observed, scope, links);
  const sites = new Map<string, Site>();
  for (const node of tree.topDown) {
    const found = observed.get(node.name);
    if (found?.reachable === true && !unfit.has(node.name)) sites.set(node.name, siteOf(node, found));
  }
  const inScope = tree.topDown.flatMap((node) => (scope.has(node.name) ? (sites.get(node.name) ?? []) : []));
  const slotUsers = new Map(
    [...sites.values()].flatMap(({ state: { name, subscriptions } }) =>
      subscriptions.map((subscription) => [subscription.slot, name] as const),
    ),
  );
  return { topology, tree, options, observed, sites, slotUsers, inScope, links, problems };
}

function expectKnown(tree: Tree, names: readonly string[]): void {
  for (const name of names)
    if (tree.node(name) === undefined)
      throw new UsageError(`node "${name}" is not in the topology`, {
        code: "unknown-node",
        hint: `Name one of: ${tree.topDown.map((node) => node.name).join(", ")}.`,
      });
  if (tree.root === undefined)
    throw new PreconditionError("the topology has no root", {
      code: "no-root",
      hint: "Run tributary validate.",
    });
}

/** The links by which the rows of the named nodes reach the root, and the links right below those nodes. */
function linksInScope(topology: Topology, tree: Tree, names: readonly string[] | undefined): readonly Link[] {
  const all = linksUpward(topology);
  if (names === undefined) return all;
  const named = new Set(names);
  const onTheWay = new Set([...names, ...names.flatMap((name) => tree.above(name).map((node) => node.name))]);
  return all.filter((link) => onTheWay.has(link.provider.name) || named.has(link.subscriber.name));
}

function siteOf(node: Node, state: ReachableNode): Site {
  const links = new Map<string, Map<string, LinkState>>();
  for (const link of state.tributary?.links ?? []) {
    const known = links.get(link.provider);
    if (known === undefined) links.set(link.provider, new Map([[link.set, link]]));
    else known.set(link.set, link);
  }
  return {
    node,
    state,
    links,
    tables: new Map(state.tables.map((table) => [relationName(table), table])),
    subscriptions: new Map(
      state.subscriptions.map(({ name }) => [
        name,
        state.subscriptions.filter((other) => other.name === name),
      ]),
    ),
  };
}
