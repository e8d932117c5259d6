/** The tables of the topology as they will be at each node once the plan is done, and what is wrong with them. */
import type { TableState } from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import { relationName, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import { judgeLinks } from "./carriage.ts";
import type { Site, Survey } from "./survey.ts";
import { hindrances } from "./table-owner.ts";
import { everywhereMissing, keyless, missingBelow, noTable, unfitColumns } from "./table-problems.ts";

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
  /** The set can be carried as a whole over the link above `provider`. */
  readonly isCarried: (provider: string, set: string) => boolean;
  readonly problems: readonly Problem[];
}

/** Looks at every table of every node once. */
export function outlook(survey: Survey): Outlook {
  const { faulty, problems: tableProblems } = judgeTables(survey);
  const { prospects, problems: makingProblems } = findProspects(survey, faulty);
  const prospect = (node: string, relation: string): Prospect | undefined =>
    prospects.get(node)?.get(relation);
  const { blocked, problems: linkProblems } = judgeLinks(survey, prospect);
  return {
    prospect,
    isCarried: (provider, set) => blocked.get(provider)?.has(set) !== true,
    problems: [...tableProblems, ...makingProblems, ...linkProblems],
  };
}

/** Relations that are not fit to travel, by the node that has them. */
type Faulty = ReadonlyMap<string, ReadonlySet<string>>;

/** Bottom-up: each node's own tables, and for those that it lacks the nearest below. */
function findProspects(
  survey: Survey,
  faulty: Faulty,
): {
  readonly prospects: ReadonlyMap<string, ReadonlyMap<string, Prospect>>;
  readonly problems: readonly Problem[];
} {
  const { tree, sites } = survey;
  const prospects = new Map<string, Map<string, Prospect>>();
  const problems: Problem[] = [];
  for (const { name } of tree.topDown.toReversed()) {
    const found = new Map<string, Prospect>();
    for (const child of tree.below(name))
      takeNearest(
        found,
        tree.through(child.name).flatMap((set) => set.tables),
        prospects.get(child.name),
      );
    for (const [relation, table] of sites.get(name)?.tables ?? [])
      found.set(relation, { table, from: name, distance: 0 });
    for (const relation of faulty.get(name) ?? []) found.delete(relation);
    problems.push(...dropUnmakeable(survey, sites.get(name), found));
    prospects.set(name, found);
  }
  return { prospects, problems };
}

/** What cannot be made at a node is not there, for it and for all above. */
function dropUnmakeable(
  survey: Survey,
  site: Site | undefined,
  found: Map<string, Prospect>,
): readonly Problem[] {
  if (site === undefined) return [];
  const rules = survey.tree.arriving(site.node.name).flatMap((set) => set.tables);
  return rules.flatMap((rule) => {
    const prospect = found.get(relationName(rule));
    if (prospect === undefined || prospect.distance === 0) return [];
    const problems = hindrances(survey, site, rule, prospect);
    if (problems.length > 0) found.delete(relationName(rule));
    return survey.inScope.includes(site) ? problems : [];
  });
}

/** Only for tables whose rows come from that child. */
function takeNearest(
  found: Map<string, Prospect>,
  rules: readonly TableRule[],
  below: ReadonlyMap<string, Prospect> | undefined,
): void {
  for (const rule of rules) {
    const relation = relationName(rule);
    const nearest = below?.get(relation);
    if (nearest === undefined) continue;
    const { table, from, distance } = nearest;
    if (distance + 1 < (found.get(relation)?.distance ?? Number.POSITIVE_INFINITY))
      found.set(relation, { table, from, distance: distance + 1 });
  }
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
  { node, tables, state }: Site,
  { set, rule, isSender }: TableHere,
  isNowhere: boolean,
): readonly Problem[] {
  const relation = relationName(rule);
  const table = tables.get(relation);
  if (table !== undefined)
    return [...keyless(survey, node, set, table), ...unfitColumns(survey, node, set, rule, table, isSender)];
  const other = state.otherRelations?.find((found) => relationName(found) === relation);
  if (other !== undefined) return [noTable(survey, node, set, other, tableInItsPlace(state, relation))];
  // A node that data arrives at gets the table from below.
  const isMade = survey.tree.arriving(node.name).includes(set);
  return isSender && !isMade && !isNowhere ? [missingBelow(survey, node, set, rule)] : [];
}

/** What is known of the table that had the name. */
function tableInItsPlace({ tributary }: Site["state"], relation: string): string | undefined {
  return [...(tributary?.captures ?? []), ...(tributary?.deliveries ?? [])].find(
    (found) => found.relation === relation,
  )?.taken;
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
