/** Each provider, as seen from its subscriber's server. */
import type { Problem } from "../../domain/step.ts";
import type { Node } from "../../domain/topology.ts";
import { probeProvider } from "../../engine/provider-probe.ts";
import type { Session } from "../../postgres/session.ts";
import { error } from "./problem.ts";

/** One connection after the other, each rolled back. With pglogical a subscriber's server also connects to itself. */
export async function checkReach(
  subscriber: Node,
  providers: readonly Node[],
  session: Session,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const isBoth = subscriber.engine === "pglogical" && providers.length > 0;
  for (const goal of isBoth ? [subscriber, ...providers] : providers) {
    const obstacle = await probeProvider(session, goal);
    if (obstacle === undefined) continue;
    const what = goal === subscriber ? "itself, as pglogical does" : `node "${goal.name}"`;
    problems.push(
      error({
        code: "provider-out-of-reach",
        node: subscriber.name,
        message: `its server cannot open a replication connection to ${what}: ${obstacle.reason}.`,
        fix: obstacle.fix,
      }),
    );
  }
  return problems;
}
