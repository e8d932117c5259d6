/** What Tributary made at a node and somebody took away, switched off or altered. Pure. */
import { damagesOf } from "../../domain/damage.ts";
import type { Problem } from "../../domain/step.ts";
import type { Patient } from "./examine.ts";
import { error } from "./problem.ts";

/** Of every node that was seen. */
export function checkMachinery(patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  return [...patients.values()].flatMap(({ node, state }) =>
    damagesOf(state.tributary).map(({ what, effect, fix }) =>
      error({
        code: "damaged",
        node: node.name,
        message: `${what}; ${effect}.`,
        fix:
          fix ?? "Run tributary apply: it makes it again, then compares the rows that may have been missed.",
      }),
    ),
  );
}
