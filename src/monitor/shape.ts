/** The tree, indexed once: five hundred nodes are drawn again and again. */
import { type Link, type Node, type Topology, linksUpward, setsThrough } from "../domain/topology.ts";

export interface Shape {
  readonly topology: Topology;
  readonly root: string;
  readonly links: readonly Link[];
  /** Tables of each set that passes over the link from a node, by the set's name. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** A node and all below it. */
  readonly subtrees: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nodes on the way to the root, nearest first. */
  readonly above: (name: string) => readonly Node[];
}

/** Indexes a topology. */
export function shapeOf(topology: Topology): Shape {
  const byName = new Map(topology.nodes.map((node) => [node.name, node]));
  const above = (name: string): readonly Node[] => {
    const path: Node[] = [];
    let node = byName.get(byName.get(name)?.upstream ?? "");
    for (; node !== undefined; node = byName.get(node.upstream ?? "")) path.push(node);
    return path;
  };
  const subtrees = new Map(topology.nodes.map(({ name }) => [name, new Set([name])]));
  for (const { name } of topology.nodes) for (const upper of above(name)) subtrees.get(upper.name)?.add(name);
  const tablesOf = ({ name }: Node): ReadonlyMap<string, number> =>
    new Map(setsThrough(topology, name).map((set) => [set.name, set.tables.length]));
  return {
    topology,
    root: topology.nodes.find(({ upstream }) => upstream === undefined)?.name ?? "",
    links: linksUpward(topology),
    tables: new Map(topology.nodes.map((node) => [node.name, tablesOf(node)])),
    subtrees,
    above,
  };
}
