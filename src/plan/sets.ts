/** The outbox of each set that passes through a node, and what carries it from there. */
import { replicationSetName } from "../domain/names.ts";
import { carriedTables } from "../domain/state.ts";
import type { Step, StepBody } from "../domain/step.ts";
import type { ReplicationSet } from "../domain/topology.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

/** Steps that give a node what carries its sets. */
export function setSteps(survey: Survey, site: Site): readonly Step[] {
  const { node, state } = site;
  return survey.tree.through(node.name).flatMap((set) => {
    const outbox = state.tributary?.outboxes.find((found) => found.set === set.name);
    const body = setBody(survey, site, set);
    const carried =
      body.kind === "create-outbox"
        ? outbox?.tables
        : carriedTables(state, body.engine, replicationSetName(survey.topology.project, set.name));
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
          ...survey.tree.above(node.name).flatMap((higher) => setIds(higher.name, set.name)),
        ],
      },
      body,
    );
  });
}

/** Whichever of the two steps a node has for a set. */
export const setIds = (node: string, set: string): readonly string[] => [
  stepId("create-outbox", node, set),
  stepId("create-replication-set", node, set),
];

/** From the root nothing is carried. */
function setBody(
  { topology }: Survey,
  { node }: Site,
  { name }: ReplicationSet,
): Extract<StepBody, { kind: "create-outbox" | "create-replication-set" }> {
  if (node.upstream === undefined) return { kind: "create-outbox", set: name };
  return { kind: "create-replication-set", engine: node.engine, project: topology.project, set: name };
}
