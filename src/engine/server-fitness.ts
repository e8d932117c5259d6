/** Is a server fit for what the topology asks of it, with every engine that it has to do with? Pure. */
import type { ServerFacts } from "../domain/server.ts";
import type { Problem } from "../domain/step.ts";
import { downstreamOf, enginesAt, type Node, type Topology } from "../domain/topology.ts";
import { engines } from "./index.ts";

/** Unmet preconditions; one that two engines have is told once. */
export function checkForEngines(topology: Topology, node: Node, server: ServerFacts): readonly Problem[] {
  const kinds = enginesAt(topology, node.name);
  const found = kinds.flatMap((kind) =>
    engines[kind].check(node.name, server, {
      below: downstreamOf(topology, node.name).filter(({ engine }) => engine === kind).length,
      above: node.upstream !== undefined && node.engine === kind ? 1 : 0,
    }),
  );
  return [...new Map(found.map((problem) => [`${problem.code} ${problem.message}`, problem])).values()];
}
