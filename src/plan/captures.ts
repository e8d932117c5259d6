/** Capture: the changes of which tables of a node become messages. */
import type { CaptureState } from "../domain/state.ts";
import type { Step } from "../domain/step.ts";
import { relationName, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { Outlook } from "./outlook.ts";
import { sameList } from "./same-list.ts";
import { setIds } from "./sets.ts";
import type { Site, Survey } from "./survey.ts";

/** The sets whose rows are written at a node and travel from there. The root's rows travel nowhere. */
export function capturedSets({ tree, topology }: Survey, { node }: Site): readonly ReplicationSet[] {
  return node === tree.root ? [] : topology.sets.filter((set) => node.sets.includes(set.name));
}

/**
 * Steps that let a node write its tables' messages. Every delivery above comes first: a message that nothing waits for
 * would be parked.
 */
export function captureSteps(survey: Survey, outlook: Outlook, site: Site): readonly Step[] {
  const { node, state } = site;
  const { prospect } = outlook;
  const present = new Map(state.tributary?.captures.map((capture) => [capture.relation, capture]));
  const above = survey.tree.above(node.name);
  return capturedSets(survey, site).flatMap((set) =>
    set.tables.flatMap((rule) => {
      const relation = relationName(rule);
      const found = present.get(relation);
      if (prospect(node.name, relation) === undefined || isAsWanted(found, set.name, rule)) return [];
      // Nobody would read the messages, and the outbox would grow.
      if (found === undefined && !isCarriedOn(survey, outlook, site, set)) return [];
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
        { kind: "capture-table", set: set.name, rule },
      );
    }),
  );
}

function isCarriedOn({ sites }: Survey, outlook: Outlook, { node }: Site, set: ReplicationSet): boolean {
  return node.upstream !== undefined && sites.has(node.upstream) && outlook.isCarried(node.name, set.name);
}

function isAsWanted(found: CaptureState | undefined, set: string, rule: TableRule): boolean {
  return (
    found?.isIntact === true &&
    found.set === set &&
    (found.where ?? undefined) === rule.where &&
    found.onLeave === rule.onLeave &&
    (found.isReplicated ?? false) === (rule.capture === "replicated") &&
    sameList(found.columns, rule.columns)
  );
}
