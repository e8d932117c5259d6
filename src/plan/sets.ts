/** The outbox and the engine's replication set of each set that passes through a node. */
import { outboxName, replicationSetName } from "../domain/names.ts";
import type { Step } from "../domain/step.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

/** Steps that give a node what carries its sets. */
export function setSteps({ topology, tree }: Survey, { node, state }: Site): readonly Step[] {
  return tree.through(node.name).flatMap((set) => {
    const hasOutbox = state.tributary?.outboxes.includes(set.name) === true;
    const carried = state.replicationSets[replicationSetName(topology.project, set.name)];
    if (hasOutbox && carried?.includes(`tributary.${outboxName(set.name)}`) === true) return [];
    return makeStep(
      {
        node: node.name,
        reason: hasOutbox ? "differs" : "missing",
        about: set.name,
        after: [stepId("install-schema", node.name), stepId("create-node", node.name)],
      },
      { kind: "create-replication-set", project: topology.project, set: set.name },
    );
  });
}
