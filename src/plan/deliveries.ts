/** Delivery: into which tables of a node the messages from below go. */
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { DeliveryState } from "../domain/state.ts";
import type { Step } from "../domain/step.ts";
import { relationName, type TableRule } from "../domain/topology.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Outlook } from "./outlook.ts";
import { sameList } from "./same-list.ts";
import { setIds } from "./sets.ts";
import type { Site, Survey } from "./survey.ts";

/** Steps that let a node take its tables' messages. */
export function deliverySteps(
  { tree }: Survey,
  { prospect }: Outlook,
  { node, state }: Site,
): readonly Step[] {
  const present = new Map(state.tributary?.deliveries.map((delivery) => [delivery.relation, delivery]));
  const above = tree.above(node.name);
  return tree.arriving(node.name).flatMap((set) =>
    set.tables.flatMap((rule) => {
      const relation = relationName(rule);
      const found = present.get(relation);
      if (prospect(node.name, relation) === undefined || isAsWanted(found, set.name, rule)) return [];
      return makeStep(
        {
          node: node.name,
          reason: found === undefined ? "missing" : "differs",
          about: relation,
          after: [
            ...setIds(node.name, set.name),
            stepId("create-table", node.name, relation),
            ...above.map((higher) => stepId("deliver-table", higher.name, relation)),
          ],
        },
        { kind: "deliver-table", set: set.name, rule },
      );
    }),
  );
}

/** Messages may have passed by what should have applied them: the rows are compared once it is made again. */
export function isDoubtful({ state }: Site, set: string, rule: TableRule): boolean {
  const relation = relationName(rule);
  const found = state.tributary?.deliveries.find((delivery) => delivery.relation === relation);
  return state.tributary?.version === SCHEMA_VERSION && found?.set === set && !found.isIntact;
}

function isAsWanted(found: DeliveryState | undefined, set: string, rule: TableRule): boolean {
  return (
    found?.isIntact === true &&
    found.set === set &&
    found.protect === rule.protect &&
    sameList(found.columns, rule.columns)
  );
}
