/** Tables that are missing above, made from the definition of the nearest node below that has them. */
import { withoutColumns } from "../domain/blueprint.ts";
import type { Step } from "../domain/step.ts";
import { relationName } from "../domain/topology.ts";
import { makeStep } from "./make-step.ts";
import type { Outlook } from "./outlook.ts";
import type { Site, Survey } from "./survey.ts";
import { tableOwner } from "./table-owner.ts";

/** Steps that create what a node needs for delivery. */
export function tableSteps(
  { tree, topology }: Survey,
  { prospect }: Outlook,
  { node, tables, state }: Site,
): readonly Step[] {
  return tree
    .arriving(node.name)
    .flatMap((set) => set.tables)
    .flatMap((rule) => {
      const relation = relationName(rule);
      const source = prospect(node.name, relation);
      if (tables.has(relation) || source === undefined) return [];
      const { columns, blueprint } = source.table;
      const without = columns
        .map((column) => column.name)
        .filter((name) => rule.columns?.includes(name) === false);
      return makeStep(
        { node: node.name, reason: "missing", about: relation },
        {
          kind: "create-table",
          rule,
          blueprint: withoutColumns(blueprint, without),
          owner: tableOwner(topology.project, node, state, rule),
          without,
          from: source.from,
        },
      );
    });
}
