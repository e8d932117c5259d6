/** The outbox and the engine's replication set of each set that passes through a node. */
import { replicationSetName } from "../domain/names.ts";
import type { Step } from "../domain/step.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

/** Steps that give a node what carries its sets. */
export function setSteps({ topology, tree }: Survey, { node, state }: Site): readonly Step[] {
  return tree.through(node.name).flatMap((set) => {
    const outbox = state.tributary?.outboxes.find((found) => found.set === set.name);
    const carried = state.replicationSets[replicationSetName(topology.project, set.name)];
    if (outbox?.isIntact === true && outbox.tables.every((table) => carried?.includes(table))) return [];
    return makeStep(
      {
        node: node.name,
        reason: outbox !== undefined ? "differs" : "missing",
        about: set.name,
        after: [
          stepId("install-schema", node.name),
          stepId("create-node", node.name),
          // What a tier above has no table for would stop the stream.
          ...tree.above(node.name).map((higher) => stepId("create-replication-set", higher.name, set.name)),
        ],
      },
      { kind: "create-replication-set", project: topology.project, set: set.name },
    );
  });
}
