/** The tables of the topology as they will be at each node once the plan is done, and what is wrong with them. */
import type { TableState } from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import { relationName, type Link, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import { compareTables } from "./compare-tables.ts";
import type { Site, Survey } from "./survey.ts";
import { everywhereMissing, keyless, missingBelow, unfitColumns } from "./table-problems.ts";
import { linkName } from "./wording.ts";

/** A table at a node: its own, or the one that it will be made from. */
export interface Prospect {
  readonly table: TableState;
  /** The node that has it. */
  readonly from: string;
  /** Links between the two: 0 for its own. */
  readonly distance: number;
}

export interface Outlook {
  /** The table as it will be at the node; absent when it cannot be there or is not fit to travel. */
  readonly prospect: (node: string, relation: string) => Prospect | undefined;
  /** The set can be carried over the link as a whole. */
  readonly isCarried: (link: Link, set: string) => boolean;
  readonly problems: readonly Problem[];
}

/** Looks at every table of every node once. */
export function outlook(survey: Survey): Outlook {
  const { faulty, problems: tableProblems } = judgeTables(survey);
  const prospects = findProspects(survey, faulty);
  const prospect = (node: string, relation: string): Prospect | undefined =>
    prospects.get(node)?.get(relation);
  const { blocked, problems: linkProblems } = judgeLinks(survey, prospect);
  return {
    prospect,
    isCarried: (link, set) => blocked.get(link.provider.name)?.has(set) !== true,
    problems: [...tableProblems, ...linkProblems],
  };
}

/** Relations that are not fit to travel, by the node that has them. */
type Faulty = ReadonlyMap<string, ReadonlySet<string>>;

/** Bottom-up: each node's own tables, and for those that it lacks the nearest below. */
function findProspects(
  { tree, sites }: Survey,
  faulty: Faulty,
): ReadonlyMap<string, ReadonlyMap<string, Prospect>> {
  const prospects = new Map<string, Map<string, Prospect>>();
  for (const { name } of tree.topDown.toReversed()) {
    const found = new Map<string, Prospect>();
    for (const child of tree.below(name)) takeNearest(found, prospects.get(child.name));
    for (const [relation, table] of sites.get(name)?.tables ?? []) {
      if (faulty.get(name)?.has(relation) === true) found.delete(relation);
      else found.set(relation, { table, from: name, distance: 0 });
    }
    prospects.set(name, found);
  }
  return prospects;
}

function takeNearest(found: Map<string, Prospect>, below: ReadonlyMap<string, Prospect> | undefined): void {
  for (const [relation, { table, from, distance }] of below ?? [])
    if (distance + 1 < (found.get(relation)?.distance ?? Number.POSITIVE_INFINITY))
      found.set(relation, { table, from, distance: distance + 1 });
}

function judgeTables(survey: Survey): { readonly faulty: Faulty; readonly problems: readonly Problem[] } {
  const faulty = new Map<string, Set<string>>();
  const nowhere = tablesOfNoNode(survey);
  const problems = [...nowhere.values()].map((rule) => everywhereMissing(survey, rule));
  const shown = new Set(survey.inScope);
  for (const site of survey.sites.values())
    for (const here of tablesAt(survey, site.node.name)) {
      const relation = relationName(here.rule);
      const found = faultsOf(survey, site, here, nowhere.has(relation));
      if (found.length === 0) continue;
      faulty.set(site.node.name, (faulty.get(site.node.name) ?? new Set()).add(relation));
      if (shown.has(site)) problems.push(...found);
    }
  return { faulty, problems };
}

function faultsOf(
  survey: Survey,
  { node, tables }: Site,
  { set, rule, isSender }: TableHere,
  isNowhere: boolean,
): readonly Problem[] {
  const table = tables.get(relationName(rule));
  if (table !== undefined)
    return [...keyless(survey, node, set, table), ...unfitColumns(survey, node, set, rule, table, isSender)];
  // A node that data arrives at gets the table from below.
  const isMade = survey.tree.arriving(node.name).includes(set);
  return isSender && !isMade && !isNowhere ? [missingBelow(survey, node, set, rule)] : [];
}

interface TableHere {
  readonly set: ReplicationSet;
  readonly rule: TableRule;
  /** The node captures its own rows of the table. */
  readonly isSender: boolean;
}

function tablesAt({ tree }: Survey, name: string): readonly TableHere[] {
  const node = tree.node(name);
  return tree.through(name).flatMap((set) => {
    const isSender = node !== tree.root && node?.sets.includes(set.name) === true;
    return set.tables.map((rule) => ({ set, rule, isSender }));
  });
}

/** Tables that some node should send, and none of those that were seen has. */
function tablesOfNoNode({ tree, sites, topology }: Survey): ReadonlyMap<string, TableRule> {
  const all = [...sites.values()];
  const sent = new Set(all.flatMap(({ node }) => (node === tree.root ? [] : node.sets)));
  const present = new Set(all.flatMap(({ tables }) => [...tables.keys()]));
  return new Map(
    topology.sets
      .filter((set) => sent.has(set.name))
      .flatMap((set) => set.tables)
      .filter((rule) => !present.has(relationName(rule)))
      .map((rule) => [relationName(rule), rule]),
  );
}

interface LinkJudgement {
  /** Sets that cannot be carried, by the link's provider. */
  readonly blocked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly Problem[];
}

function judgeLinks(survey: Survey, prospect: Outlook["prospect"]): LinkJudgement {
  const blocked = new Map<string, Set<string>>();
  const problems: Problem[] = [];
  for (const link of survey.links) {
    if (!survey.sites.has(link.provider.name) || !survey.sites.has(link.subscriber.name)) continue;
    const lost = new Set<string>();
    for (const set of survey.tree.through(link.provider.name))
      for (const rule of set.tables) {
        const differences = compareEnds(prospect, link, set, rule);
        problems.push(...(differences ?? []));
        if (differences === undefined || !differences.every(isWarning)) lost.add(set.name);
      }
    blocked.set(link.provider.name, lost);
  }
  return { blocked, problems };
}

/** Undefined when the table will be missing at one end, which is told elsewhere. */
function compareEnds(
  prospect: Outlook["prospect"],
  link: Link,
  set: ReplicationSet,
  rule: TableRule,
): readonly Problem[] | undefined {
  const below = prospect(link.provider.name, relationName(rule));
  const above = prospect(link.subscriber.name, relationName(rule));
  if (below === undefined || above === undefined) return undefined;
  if (below.table === above.table) return [];
  return compareTables({
    rule,
    below: below.table,
    above: above.table,
    node: link.subscriber.name,
    isMade: above.distance > 0,
    lost: `set "${set.name}" on the link ${linkName(link)}`,
    provider: link.provider.name,
  });
}

function isWarning(problem: Problem): boolean {
  return problem.severity === "warning";
}
