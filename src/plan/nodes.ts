/** A node's own equipment: extension, schema, the engine's node, its place in the tree. */
import { placeOf } from "../domain/dsn.ts";
import { engineNodeName } from "../domain/names.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { TributaryState } from "../domain/state.ts";
import type { Step } from "../domain/step.ts";
import { enginesAt } from "../domain/topology.ts";
import { extensionSteps, linkRoleSteps } from "./link-roles.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Site, Survey } from "./survey.ts";

const PGLOGICAL = "pglogical";

/** Steps that make a database a node. */
export function nodeSteps(survey: Survey, site: Site): readonly Step[] {
  return [
    ...engineSteps(survey, site),
    ...extensionSteps(site),
    ...linkRoleSteps(site),
    ...rootSteps(survey, site),
    ...monitorSteps(survey, site),
  ];
}

function engineSteps({ topology }: Survey, { node, state }: Site): readonly Step[] {
  const from = state.tributary?.version ?? 0;
  // Native replication needs neither an extension nor a node of its own.
  const usesPglogical = enginesAt(topology, node.name).includes(PGLOGICAL);
  const create = makeStep(
    { node: node.name, reason: "missing" },
    { kind: "create-extension", engine: PGLOGICAL },
  );
  const install = makeStep(
    { node: node.name, reason: from === 0 ? "missing" : "differs", after: [create.id] },
    { kind: "install-schema", project: topology.project, from },
  );
  const join = makeStep(
    { node: node.name, reason: "missing", after: [create.id, install.id] },
    {
      kind: "create-node",
      engine: PGLOGICAL,
      engineNode: engineNodeName(topology.project, node.name),
      // pglogical keeps it; it connects by it for first copies of its own only, which we never ask for.
      dsn: placeOf(node.linkDsn),
    },
  );
  const isComplete = isSound(state.tributary);
  const needsExtension = usesPglogical && state.server.installedExtensions[PGLOGICAL] === undefined;
  return [
    ...(needsExtension ? [create] : []),
    ...(isComplete && !needsExtension ? [] : [install]),
    ...(usesPglogical && state.engineNode === undefined ? [join] : []),
  ];
}

/** All of it is there and as this version made it. The guard is part of the schema, and made where the extension is. */
function isSound(tributary: TributaryState | undefined): boolean {
  if (tributary === undefined || tributary.version < SCHEMA_VERSION) return false;
  return tributary.isGuarded && (tributary.damage ?? []).length === 0;
}

function rootSteps({ tree }: Survey, { node, state }: Site): readonly Step[] {
  const isRoot = node === tree.root;
  if ((state.tributary?.isRoot ?? false) === isRoot) return [];
  const reason = state.tributary === undefined ? "missing" : "differs";
  const after = [stepId("install-schema", node.name)];
  return [makeStep({ node: node.name, reason, after }, { kind: "set-root", isRoot })];
}

function monitorSteps({ topology }: Survey, { node, state }: Site): readonly Step[] {
  const { monitor } = topology;
  const found = state.tributary?.monitor;
  if (monitor === undefined) return [];
  const { role, password } = monitor;
  const isKnown =
    password === undefined || found?.isPasswordUnseen === true || found?.password === password.mark;
  if (found?.role === role && isKnown) return [];
  const after = [stepId("install-schema", node.name)];
  return [
    makeStep(
      { node: node.name, reason: found === undefined ? "missing" : "differs", after },
      { kind: "set-monitor", role, ...(password === undefined ? {} : { password }) },
    ),
  ];
}
