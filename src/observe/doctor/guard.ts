/** The guard against commands from below. Pure. */
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { Problem } from "../../domain/step.ts";
import type { Patient } from "./examine.ts";
import { error } from "./problem.ts";

/** Of every node that has this program's schema: apply makes the others. */
export function checkGuard(patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  return [...patients.values()].flatMap(({ node, state: { tributary } }) => {
    if (tributary?.version !== SCHEMA_VERSION || tributary.isGuarded) return [];
    return [
      error({
        code: "not-guarded",
        node: node.name,
        message:
          'the trigger "tributary_guard" of table "pglogical.queue" is missing, disabled or altered: SQL that nodes below put into their queue would be run here.',
        fix: "SELECT tributary.guard();",
        fixIsSafeSql: true,
      }),
    ];
  });
}
