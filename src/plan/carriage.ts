/** Which sets each link can carry, going by the tables at both ends. */
import type { Problem } from "../domain/step.ts";
import { relationName, type Link, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import { compareTables, type Difference } from "./compare-tables.ts";
import type { Prospect } from "./outlook.ts";
import type { Survey } from "./survey.ts";
import { enumerate, linksPhrase } from "./wording.ts";

export interface Carriage {
  /** Sets that cannot be carried as a whole, by the link's provider. */
  readonly blocked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly Problem[];
}

type ProspectOf = (node: string, relation: string) => Prospect | undefined;

/** The same difference, as every link to that subscriber meets it. */
interface Clash {
  readonly set: ReplicationSet;
  readonly rule: TableRule;
  readonly difference: Difference;
  readonly links: Link[];
}

/** Compares both ends of every link in scope. */
export function judgeLinks(survey: Survey, prospect: ProspectOf): Carriage {
  const blocked = new Map<string, Set<string>>();
  const clashes = new Map<string, Clash>();
  for (const link of survey.links) {
    if (!survey.sites.has(link.provider.name) || !survey.sites.has(link.subscriber.name)) continue;
    const lost = new Set<string>();
    for (const set of survey.tree.through(link.provider.name))
      for (const rule of set.tables) {
        const differences = compareEnds(prospect, link, rule);
        if (differences?.every((difference) => difference.isTolerable) !== true) lost.add(set.name);
        for (const difference of differences ?? [])
          addClash(clashes, { set, rule, difference, links: [link] });
      }
    blocked.set(link.provider.name, lost);
  }
  return { blocked, problems: [...clashes.values()].map(clashProblem) };
}

/** Undefined when the table will be missing at one end, which is told elsewhere. */
function compareEnds(prospect: ProspectOf, link: Link, rule: TableRule): readonly Difference[] | undefined {
  const below = prospect(link.provider.name, relationName(rule));
  const above = prospect(link.subscriber.name, relationName(rule));
  if (below === undefined || above === undefined) return undefined;
  return below.table === above.table ? [] : compareTables(rule, below.table, above.table, above.distance > 0);
}

function addClash(clashes: Map<string, Clash>, clash: Clash): void {
  const { links, difference } = clash;
  const key = [links[0]?.subscriber.name, difference.what, difference.fix].join("\n");
  const known = clashes.get(key);
  if (known === undefined) clashes.set(key, clash);
  else known.links.push(...links);
}

function clashProblem({ set, rule, difference, links }: Clash): Problem {
  const providers = links.map((link) => `"${link.provider.name}"`);
  const node = links[0]?.subscriber.name ?? "";
  const { what, fix, fixIsSafeSql, isTolerable } = difference;
  const lost = isTolerable ? "" : ` Not planned: set "${set.name}" on ${linksPhrase(links)}.`;
  return {
    code: isTolerable ? "column-stricter-above" : "table-differs",
    node,
    severity: isTolerable ? "warning" : "error",
    message: `table "${relationName(rule)}" ${what} ${enumerate(providers)}.${lost}`,
    fix,
    fixIsSafeSql,
  };
}
