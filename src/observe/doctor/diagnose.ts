/** Everything that could keep replication from working, or trap it later. Changes nothing. */
import { Interrupted, TributaryError } from "../../domain/errors.ts";
import { type State, reachable } from "../../domain/state.ts";
import type { Problem } from "../../domain/step.ts";
import { type Node, type Topology, downstreamOf } from "../../domain/topology.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { checkConstraints } from "./checks.ts";
import { type Patient, examine } from "./examine.ts";
import { checkFilters } from "./filters.ts";
import { checkTrust } from "./guard.ts";
import { checkLinks } from "./links.ts";
import { error, warning } from "./problem.ts";
import { checkMachinery } from "./machinery.ts";
import { checkReach } from "./reach.ts";
import { checkServer } from "./servers.ts";
import { checkTables } from "./tables.ts";
import { checkUncaptured } from "./uncaptured.ts";

/** All findings, in the order of the file. Nodes that cannot be reached are among them; the others are checked all the same. */
export async function diagnose(
  topology: Topology,
  state: State,
  sessions: Sessions,
): Promise<readonly Problem[]> {
  const seen = await Promise.all(topology.nodes.map((node) => visit(topology, state, node, sessions)));
  const patients = new Map(
    seen.flatMap(({ patient }) => (patient === undefined ? [] : [[patient.node.name, patient]])),
  );
  const problems = [
    ...seen.flatMap((visited) => visited.problems),
    ...[...patients.values()].flatMap((patient) => checkServer(topology, patient)),
    ...checkTrust(topology, patients),
    ...checkMachinery(patients),
    ...checkLinks(topology, patients),
    ...checkTables(topology, patients),
    ...checkUncaptured(topology, patients),
    ...checkConstraints(topology, patients),
  ];
  const order = new Map(topology.nodes.map((node, index) => [node.name, index]));
  return problems.toSorted((left, right) => (order.get(left.node) ?? 0) - (order.get(right.node) ?? 0));
}

interface Visit {
  readonly patient?: Patient;
  readonly problems: readonly Problem[];
}

async function visit(topology: Topology, state: State, node: Node, sessions: Sessions): Promise<Visit> {
  const found = reachable(state, node.name);
  if (found === undefined) return { problems: unreachable(state, node) };
  try {
    const session = await sessions.get(node.name);
    const patient = await examine(topology, node, found, session);
    if (found.server.inRecovery) return { patient, problems: [] };
    if (!found.server.isSuperuser) return { patient, problems: [notTried(patient)] };
    const providers = downstreamOf(topology, node.name);
    const problems = [
      ...(await checkFilters(topology, patient, session)),
      ...(await checkReach(topology.project, node, providers, session)),
    ];
    return { patient, problems };
  } catch (caught) {
    if (caught instanceof Interrupted || !(caught instanceof TributaryError)) throw caught;
    return { problems: [unexamined(node, caught)] };
  }
}

/** Filters and the way to the nodes below are tried with functions that call and connect as whoever tries. */
function notTried({ node, state, cluster }: Patient): Problem {
  const unseen = cluster === undefined ? ", slots, WAL and the link's role were not looked at" : "";
  return warning({
    code: "not-tried",
    node: node.name,
    message: `user "${state.server.user}" is not a superuser: filters and the way to the nodes below were not tried${unseen}.`,
    fix: "Run tributary doctor with a superuser in the dsn to have these checked, too.",
  });
}

function unreachable(state: State, node: Node): readonly Problem[] {
  const found = state.nodes.find((candidate) => candidate.name === node.name);
  if (found?.reachable !== false) return [];
  const reason = found.error.replace(/\.$/, "");
  return [
    error({
      code: "node-unreachable",
      node: node.name,
      message: `cannot be reached: ${reason}.`,
      fix: `${found.fix ?? "Bring it back, or correct its dsn in the topology file."} Then run tributary doctor again.`,
    }),
  ];
}

function unexamined(node: Node, caught: TributaryError): Problem {
  return error({
    code: caught.code,
    node: node.name,
    message: `it could not be examined in full: ${caught.message.replace(/^node "[^"]*": /, "")}.`,
    fix: caught.hint ?? "Look at the server's log.",
  });
}
