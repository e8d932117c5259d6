/** A node's own equipment: extension, schema, the engine's node, its place in the tree. */
import { engineNodeName } from "../domain/names.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { Step } from "../domain/step.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

/** The extension that an engine needs in each database. */
const EXTENSIONS = { pglogical: "pglogical", native: undefined } as const;

/** Steps that make a database a node. */
export function nodeSteps({ topology, tree }: Survey, { node, state }: Site): readonly Step[] {
  const steps: Step[] = [];
  const { name } = node;
  const extension = EXTENSIONS[topology.engine];
  if (extension !== undefined && state.server.installedExtensions[extension] === undefined)
    steps.push(makeStep({ node: name, reason: "missing" }, { kind: "create-extension" }));
  const from = state.tributary?.version ?? 0;
  if (from < SCHEMA_VERSION)
    steps.push(
      makeStep(
        { node: name, reason: from === 0 ? "missing" : "differs", after: [stepId("create-extension", name)] },
        { kind: "install-schema", project: topology.project, from },
      ),
    );
  if (extension !== undefined && state.engineNode === undefined)
    steps.push(
      makeStep(
        { node: name, reason: "missing", after: [stepId("install-schema", name)] },
        { kind: "create-node", engineNode: engineNodeName(topology.project, name), dsn: node.linkDsn },
      ),
    );
  const isRoot = node === tree.root;
  if ((state.tributary?.isRoot ?? false) !== isRoot)
    steps.push(
      makeStep(
        { node: name, reason: "differs", after: [stepId("install-schema", name)] },
        { kind: "set-root", isRoot },
      ),
    );
  return steps;
}
