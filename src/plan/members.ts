/** Whose messages a subscriber takes over which link. */
import type { Step } from "../domain/step.ts";
import { subtreeOf, type Topology } from "../domain/topology.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Survey } from "./survey.ts";

/** Steps that let every node below a link speak over it. One that has left the tree has nothing more to say. */
export function memberSteps({ topology, links, sites }: Survey): readonly Step[] {
  return links.flatMap(({ provider, subscriber }) => {
    const site = sites.get(subscriber.name);
    if (site === undefined) return [];
    const members = subtreeOf(topology, provider.name);
    const known = site.state.tributary?.members?.[provider.name];
    // Who has left is waited for no more, where rows change once all of their owners have changed them.
    const hasLeavers = isSharing(topology) && known?.some((member) => !members.includes(member)) === true;
    if (!hasLeavers && members.every((member) => known?.includes(member))) return [];
    return makeStep(
      {
        node: subscriber.name,
        reason: known === undefined ? "missing" : "differs",
        about: provider.name,
        after: [stepId("install-schema", subscriber.name)],
      },
      { kind: "set-members", provider: provider.name, members },
    );
  });
}

const isSharing = ({ sets }: Topology): boolean =>
  sets.some(({ tables }) => tables.some(({ shared }) => shared === true));

/** What must be known above before a node's first message arrives there. */
export function membershipsAbove({ tree }: Survey, node: string): readonly string[] {
  const path = [node, ...tree.above(node).map(({ name }) => name)];
  return path.slice(1).map((upper, index) => stepId("set-members", upper, path[index] ?? node));
}
