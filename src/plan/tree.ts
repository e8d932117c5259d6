/** The tree of a topology with the look-ups that a plan needs, made in one pass so that a plan stays linear. */
import type { Node, ReplicationSet, Topology } from "../domain/topology.ts";

export interface Tree {
  readonly root: Node | undefined;
  /** Root first, then tier by tier downwards, in the order of the file. */
  readonly topDown: readonly Node[];
  readonly node: (name: string) => Node | undefined;
  /** The nodes directly below. */
  readonly below: (name: string) => readonly Node[];
  /** The nodes between `name` and the root, nearest first. */
  readonly above: (name: string) => readonly Node[];
  /** The sets that `name` or any node below it sends, in the order of the file. */
  readonly through: (name: string) => readonly ReplicationSet[];
  /** The sets that arrive at `name` from the nodes directly below. */
  readonly arriving: (name: string) => readonly ReplicationSet[];
}

const NOTHING: readonly never[] = [];

/** Indexes a topology. */
export function growTree(topology: Topology): Tree {
  const nodes = new Map(topology.nodes.map((node) => [node.name, node]));
  const children = groupByUpstream(topology.nodes);
  const root = topology.nodes.find((node) => node.upstream === undefined);
  const topDown = root === undefined ? [] : [root];
  for (const node of topDown) topDown.push(...(children.get(node.name) ?? NOTHING));
  const arriving = new Map<string, ReadonlySet<string>>();
  const through = new Map<string, ReadonlySet<string>>();
  for (const node of topDown.toReversed()) {
    const fromBelow = new Set<string>();
    for (const child of children.get(node.name) ?? NOTHING)
      for (const set of through.get(child.name) ?? NOTHING) fromBelow.add(set);
    arriving.set(node.name, fromBelow);
    through.set(node.name, node === root ? fromBelow : new Set([...fromBelow, ...node.sets]));
  }
  const pick = (names: ReadonlySet<string> | undefined): readonly ReplicationSet[] =>
    topology.sets.filter((set) => names?.has(set.name) === true);
  return {
    root,
    topDown,
    node: (name) => nodes.get(name),
    below: (name) => children.get(name) ?? NOTHING,
    above: (name) => pathUp(nodes, name),
    through: (name) => pick(through.get(name)),
    arriving: (name) => pick(arriving.get(name)),
  };
}

function groupByUpstream(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const children = new Map<string, Node[]>();
  for (const node of nodes) {
    if (node.upstream === undefined) continue;
    const siblings = children.get(node.upstream);
    if (siblings === undefined) children.set(node.upstream, [node]);
    else siblings.push(node);
  }
  return children;
}

function pathUp(nodes: ReadonlyMap<string, Node>, name: string): readonly Node[] {
  const path: Node[] = [];
  let next = nodes.get(name)?.upstream;
  while (next !== undefined) {
    const node = nodes.get(next);
    if (node === undefined) break;
    path.push(node);
    next = node.upstream;
  }
  return path;
}
