/** Which nodes cannot be planned, and why. */
import { HANDFUL } from "../domain/handful.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import { capabilities } from "../domain/server.ts";
import type { NodeState, ReachableNode } from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import type { Link } from "../domain/topology.ts";
import { strangerPhrases } from "../domain/stranger.ts";
import { linksPhrase } from "./wording.ts";
import type { PlanOptions, Standing } from "./survey.ts";
import type { Tree } from "./tree.ts";

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Judges every node that was observed; tells of those in scope. */
export function judgeNodes(
  project: string,
  options: Pick<PlanOptions, "dropRowsOf" | "remove">,
  tree: Tree,
  observed: ReadonlyMap<string, NodeState>,
  scope: ReadonlySet<string>,
  links: readonly Link[],
): Standing {
  const leftOut = linksByNode(links);
  const twins = twinNodes(observed);
  const unfit = new Set<string>();
  const problems: Problem[] = [];
  for (const node of tree.topDown) {
    const found = observed.get(node.name);
    const fault =
      found === undefined ? NOT_OBSERVED : (faultOf(project, found, twins) ?? strangerFault(found, options));
    if (fault === undefined) continue;
    unfit.add(node.name);
    if (!scope.has(node.name)) continue;
    const lost = leftOut.get(node.name) ?? [];
    const alsoLost = lost.length === 0 ? "" : `, and ${linksPhrase(lost)} with capture for them`;
    problems.push({
      code: fault.code,
      node: node.name,
      severity: "error",
      message: `${fault.message}. Not planned: its own steps${alsoLost}.`,
      fix: fault.fix,
      fixIsSafeSql: false,
    });
  }
  return { problems, unfit };
}

const NOT_OBSERVED: Fault = {
  code: "node-not-observed",
  message: "nothing is known of this node",
  fix: "Observe it together with its neighbours.",
};

function linksByNode(links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const byNode = new Map<string, Link[]>();
  for (const link of links)
    for (const end of [link.provider.name, link.subscriber.name]) {
      const known = byNode.get(end);
      if (known === undefined) byNode.set(end, [link]);
      else known.push(link);
    }
  return byNode;
}

function faultOf(
  project: string,
  found: NodeState,
  twins: ReadonlyMap<string, readonly string[]>,
): Fault | undefined {
  if (!found.reachable)
    return {
      code: "node-unreachable",
      message: `cannot be reached: ${found.error.replace(/\.$/u, "")}`,
      fix: `${found.fix ?? "Bring it back."} Then run the same command again${found.isSilent ? "; or, when it is gone for good, tributary remove --gone" : ""}.`,
    };
  return serverFault(found) ?? identityFault(project, found, twins);
}

function serverFault({ server }: ReachableNode): Fault | undefined {
  if (!capabilities(server).isSupported)
    return {
      code: "server-too-old",
      message: `the server is PostgreSQL ${server.version}, which is too old`,
      fix: "Upgrade the server to PostgreSQL 15 or later.",
    };
  if (server.inRecovery)
    return {
      code: "server-in-recovery",
      message: "the server is a standby and takes no writes",
      fix: "Correct the node's dsn in the topology file so that it names the primary.",
    };
  return undefined;
}

function identityFault(
  project: string,
  { name, tributary }: ReachableNode,
  twins: ReadonlyMap<string, readonly string[]>,
): Fault | undefined {
  if (tributary === undefined) return undefined;
  if (tributary.project !== project || tributary.node !== name)
    return {
      code: "another-node",
      message: `its database is node "${tributary.node}" of project "${tributary.project}", not node "${name}" of project "${project}"`,
      fix: "Correct the node's dsn in the topology file, or take the other node out with tributary remove.",
    };
  const twin = twins.get(tributary.nodeId)?.find((other) => other !== name);
  if (twin !== undefined)
    return {
      code: "twin-nodes",
      message: `has the same identity as node "${twin}": one is a copy of the other, or both have the same dsn`,
      fix: "Correct the dsn of one of them in the topology file.",
    };
  if (tributary.version > SCHEMA_VERSION)
    return {
      code: "schema-too-new",
      message: `has version ${tributary.version} of schema tributary, newer than this program's ${SCHEMA_VERSION}`,
      fix: "Use a newer tributary.",
    };
  return undefined;
}

/** To make what is above equal to a new database would take all that is above. */
function strangerFault(
  found: NodeState,
  { dropRowsOf = {}, remove }: Pick<PlanOptions, "dropRowsOf" | "remove">,
): Fault | undefined {
  if (!found.reachable || remove !== undefined || dropRowsOf[found.name] !== undefined) return undefined;
  const { name, unfamiliar, tributary, server } = found;
  if (unfamiliar === undefined || unfamiliar.rows <= HANDFUL) return undefined;
  return { code: "unfamiliar-database", ...strangerPhrases(name, unfamiliar, tributary, server.database) };
}

/** Names of nodes by identity, of those that are who they should be. */
function twinNodes(observed: ReadonlyMap<string, NodeState>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const node of observed.values()) {
    if (!node.reachable || node.tributary?.node !== node.name) continue;
    const known = names.get(node.tributary.nodeId);
    if (known === undefined) names.set(node.tributary.nodeId, [node.name]);
    else known.push(node.name);
  }
  return names;
}
