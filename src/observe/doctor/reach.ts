/** Each provider, as seen from its subscriber's server. */
import type { Problem } from "../../domain/step.ts";
import type { Node } from "../../domain/topology.ts";
import { probeProvider } from "../../engine/provider-probe.ts";
import type { Session } from "../../postgres/session.ts";
import { error } from "./problem.ts";

/** One connection after the other, each rolled back. */
export async function checkReach(
  project: string,
  subscriber: Node,
  providers: readonly Node[],
  session: Session,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const goal of providers) {
    const obstacle = await probeProvider(session, project, goal);
    if (obstacle === undefined) continue;
    problems.push(
      error({
        code: "provider-out-of-reach",
        node: subscriber.name,
        message: `its server cannot open a replication connection to node "${goal.name}": ${obstacle.reason}.`,
        fix: obstacle.fix,
      }),
    );
  }
  return problems;
}
