/** What Tributary made at a node and somebody took away, switched off or altered. Pure. */
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { Problem } from "../../domain/step.ts";
import type { Patient } from "./examine.ts";
import { error } from "./problem.ts";

/** Where this program's schema is: apply makes the others. */
export function checkMachinery(patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  return [...patients.values()].flatMap(({ node, state: { tributary } }) => {
    if (tributary?.version !== SCHEMA_VERSION) return [];
    const broken = (what: string, effect: string): Problem => damaged(node.name, what, effect);
    return [
      ...(tributary.damage ?? []).map((what) => broken(what, "nobody can say what that does.")),
      ...tributary.outboxes
        .filter((outbox) => !outbox.isIntact)
        .map(({ set }) =>
          broken(`the outbox of set "${set}" ${AMISS}`, "messages may be refused or pass by."),
        ),
      ...tributary.captures
        .filter((capture) => !capture.isIntact)
        .map(({ relation }) => broken(`capture of table "${relation}" ${AMISS}`, "changes do not travel.")),
      ...tributary.deliveries
        .filter((delivery) => !delivery.isIntact)
        .map(({ relation }) =>
          broken(
            `delivery into table "${relation}" ${AMISS}`,
            "messages may pass by, or rows lack protection.",
          ),
        ),
    ];
  });
}

const AMISS = "is not as it was made: a trigger, a function or a table of it is missing, disabled or altered";

function damaged(node: string, what: string, effect: string): Problem {
  return error({
    code: "damaged",
    node,
    message: `${what}: ${effect}`,
    fix: "Run tributary apply: it makes it again, then compares the rows that may have been missed.",
  });
}
