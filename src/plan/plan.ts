/** Topology × State → Plan. Pure: the same two give the same plan. */
import type { State } from "../domain/state.ts";
import type { Plan, Problem, Step } from "../domain/step.ts";
import type { Topology } from "../domain/topology.ts";
import { captureSteps } from "./captures.ts";
import { deliverySteps, sharedProblems } from "./deliveries.ts";
import { fingerprint } from "./fingerprint.ts";
import { planLinks } from "./links.ts";
import { memberSteps } from "./members.ts";
import { nodeSteps } from "./nodes.ts";
import { orderSteps } from "./order.ts";
import { dropStep, orphanProblem, orphansAt } from "./orphans.ts";
import { outlook } from "./outlook.ts";
import { goneNodes, removalSteps } from "./removals.ts";
import { lackingRights, unseenParts } from "./rights.ts";
import { setSteps } from "./sets.ts";
import { judgeNodes } from "./standing.ts";
import { survey, type PlanOptions, type Survey } from "./survey.ts";
import { tableSteps } from "./tables.ts";

export type { PlanOptions } from "./survey.ts";

/** What it takes to make the servers match the topology, in order; and what stands in the way of more. */
export function plan(topology: Topology, state: State, options: PlanOptions = {}): Plan {
  const surveyed = survey(topology, state, options, (...seen) =>
    judgeNodes(topology.project, options, ...seen),
  );
  const { steps, problems } =
    options.remove === undefined ? planTree(surveyed) : planRemoval(surveyed, options.remove);
  return {
    project: topology.project,
    fingerprint: fingerprint(topology, state, options),
    steps: orderSteps(steps),
    problems: [...problems, ...unseenParts(surveyed), ...lackingRights(surveyed, steps)],
  };
}

interface Draft {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}

function planTree(surveyed: Survey): Draft {
  const tables = outlook(surveyed);
  const sites = surveyed.inScope;
  const links = planLinks(surveyed, tables);
  const orphans = sites.flatMap((site) => orphansAt(surveyed, site));
  const isPruning = surveyed.options.prune === true;
  return {
    steps: [
      ...sites.flatMap((site) => [...nodeSteps(surveyed, site), ...setSteps(surveyed, site)]),
      ...sites.flatMap((site) => tableSteps(surveyed, tables, site)),
      ...sites.flatMap((site) => deliverySteps(surveyed, tables, site)),
      ...sites.flatMap((site) => captureSteps(surveyed, tables, site)),
      ...memberSteps(surveyed),
      ...links.steps,
      ...(isPruning ? orphans.map(dropStep) : []),
    ],
    problems: [
      ...surveyed.problems,
      ...tables.problems,
      ...links.problems,
      ...sharedProblems(surveyed),
      ...(isPruning ? [] : orphans.map(orphanProblem)),
    ],
  };
}

function planRemoval(surveyed: Survey, names: readonly string[]): Draft {
  return { steps: removalSteps(surveyed, names), problems: goneNodes(surveyed, names) };
}
