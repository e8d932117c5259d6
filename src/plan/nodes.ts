/** A node's own equipment: schema, extension, the engine's node, its place in the tree. */
import { engineNodeName } from "../domain/names.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { Step } from "../domain/step.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

/** The extension that an engine needs in each database. */
const EXTENSIONS = { pglogical: "pglogical", native: undefined } as const;

/** Steps that make a database a node. */
export function nodeSteps(survey: Survey, site: Site): readonly Step[] {
  return [...schemaSteps(survey, site), ...engineSteps(survey, site), ...rootSteps(survey, site)];
}

/** The schema comes first: it records, in the same transaction, what else is made by us. */
function schemaSteps({ topology: { project } }: Survey, { node, state }: Site): readonly Step[] {
  const from = state.tributary?.version ?? 0;
  if (from >= SCHEMA_VERSION) return [];
  const reason = from === 0 ? "missing" : "differs";
  return [makeStep({ node: node.name, reason }, { kind: "install-schema", project, from })];
}

function engineSteps({ topology }: Survey, { node, state }: Site): readonly Step[] {
  const extension = EXTENSIONS[topology.engine];
  if (extension === undefined) return [];
  const install = stepId("install-schema", node.name);
  const create = makeStep(
    { node: node.name, reason: "missing", after: [install] },
    { kind: "create-extension" },
  );
  const join = makeStep(
    { node: node.name, reason: "missing", after: [install, create.id] },
    { kind: "create-node", engineNode: engineNodeName(topology.project, node.name), dsn: node.linkDsn },
  );
  return [
    ...(state.server.installedExtensions[extension] === undefined ? [create] : []),
    ...(state.engineNode === undefined ? [join] : []),
  ];
}

function rootSteps({ tree }: Survey, { node, state }: Site): readonly Step[] {
  const isRoot = node === tree.root;
  if ((state.tributary?.isRoot ?? false) === isRoot) return [];
  const reason = state.tributary === undefined ? "missing" : "differs";
  const after = [stepId("install-schema", node.name)];
  return [makeStep({ node: node.name, reason, after }, { kind: "set-root", isRoot })];
}
