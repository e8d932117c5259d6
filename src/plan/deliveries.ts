/** Delivery: into which tables of a node the messages from below go. */
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { DeliveryState } from "../domain/state.ts";
import type { Problem, Step } from "../domain/step.ts";
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
      if (isStillShared(found, rule)) return [];
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

/** How a table is delivered into at a node, as it was seen. */
export function deliveryOf({ state }: Pick<Site, "state">, rule: TableRule): DeliveryState | undefined {
  const relation = relationName(rule);
  return state.tributary?.deliveries.find((delivery) => delivery.relation === relation);
}

/** Messages may have passed by what should have applied them: the rows are compared once it is made again. */
export function isDoubtful({ state }: Site, set: string, rule: TableRule): boolean {
  const found = deliveryOf({ state }, rule);
  return state.tributary?.version === SCHEMA_VERSION && found?.set === set && !found.isIntact;
}

/** Rows that several nodes own cannot be given to one of them. */
export const isStillShared = (found: DeliveryState | undefined, { shared }: TableRule): boolean =>
  shared !== true && found?.shared === true && (found.severalOwners ?? 0) > 0;

/** Tables that are no longer to be shared and have rows that several nodes own. */
export function sharedProblems({ tree, inScope }: Survey): readonly Problem[] {
  return inScope.flatMap(({ node, state }) =>
    tree.arriving(node.name).flatMap((set) =>
      set.tables.flatMap((rule): Problem[] => {
        const relation = relationName(rule);
        const found = deliveryOf({ state }, rule);
        if (found === undefined || !isStillShared(found, rule)) return [];
        const rows = found.severalOwners ?? 0;
        return [
          {
            code: "rows-still-shared",
            node: node.name,
            severity: "error",
            message: `table "${relation}" has ${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} that several nodes own, and without "shared" each row belongs to one. Not planned: to deliver into it otherwise.`,
            fix: `Keep "shared: true" for ${relation} in the topology file, or delete these rows at all nodes but one first: they go from "${node.name}" by themselves.`,
            fixIsSafeSql: false,
          },
        ];
      }),
    ),
  );
}

function isAsWanted(found: DeliveryState | undefined, set: string, rule: TableRule): boolean {
  return (
    found?.isIntact === true &&
    found.set === set &&
    found.protect === rule.protect &&
    (found.shared ?? false) === (rule.shared ?? false) &&
    sameList(found.columns, rule.columns)
  );
}
