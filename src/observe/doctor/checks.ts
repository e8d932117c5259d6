/** Check constraints above that the node below does not have: its rows may not pass them. Pure. */
import type { Problem } from "../../domain/step.ts";
import { type Topology, linksUpward } from "../../domain/topology.ts";
import { identifier, qualified } from "../../postgres/quote.ts";
import type { Patient } from "./examine.ts";
import { warning } from "./problem.ts";

/** Compared by what they say, not by their names. */
export function checkConstraints(
  topology: Topology,
  patients: ReadonlyMap<string, Patient>,
): readonly Problem[] {
  return linksUpward(topology).flatMap(({ provider, subscriber }) => {
    const below = patients.get(provider.name);
    const above = patients.get(subscriber.name);
    if (below === undefined || above === undefined) return [];
    return [...below.hazards].flatMap(([relation, hazard]) => {
      const known = new Set(hazard.checks.map((check) => check.definition));
      const stricter =
        above.hazards.get(relation)?.checks.filter((check) => !known.has(check.definition)) ?? [];
      return stricter.map((check) =>
        warning({
          code: "check-above",
          node: subscriber.name,
          message: `table "${relation}" has the constraint "${check.name}" ${check.definition}, which node "${provider.name}" does not have: rows that fail it are parked.`,
          fix: `ALTER TABLE ${qualified(hazard.schema, hazard.table)} DROP CONSTRAINT ${identifier(check.name)};`,
        }),
      );
    });
  });
}
