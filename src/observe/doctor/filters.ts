/** Does each filter hold before the server that must run it? */
import type { Problem } from "../../domain/step.ts";
import { type Node, type TableRule, type Topology, relationName } from "../../domain/topology.ts";
import { joined } from "../../engine/schema-statements.ts";
import { StatementError } from "../../postgres/errors.ts";
import { qualified } from "../../postgres/quote.ts";
import type { Session } from "../../postgres/session.ts";
import type { Patient } from "./examine.ts";
import { error } from "./problem.ts";

/** Filters of the tables that the node captures and has not captured with them yet. */
export async function checkFilters(
  topology: Topology,
  patient: Patient,
  session: Session,
): Promise<readonly Problem[]> {
  const { node, state } = patient;
  if (node.upstream === undefined) return [];
  const rules = topology.sets.filter((set) => node.sets.includes(set.name)).flatMap((set) => set.tables);
  const problems: Problem[] = [];
  for (const rule of rules) {
    const relation = relationName(rule);
    const isThere = state.tables.some((table) => relationName(table) === relation);
    const isAccepted = state.tributary?.captures.some(
      (found) => found.relation === relation && found.where === rule.where,
    );
    if (rule.where === undefined || !isThere || isAccepted === true) continue;
    problems.push(...(await checkFilter(node, rule, rule.where, session)));
  }
  return problems;
}

/**
 * An index's predicate must be boolean and immutable, and names only columns of its table: what a filter must be. Made
 * on an empty temporary copy and rolled back.
 */
async function checkFilter(
  node: Node,
  rule: TableRule,
  where: string,
  session: Session,
): Promise<readonly Problem[]> {
  try {
    await session.probe([
      joined(`create temporary table tributary_filter (like ${qualified(rule.schema, rule.table)})`),
      // A call with nothing but constants is run as soon as the index is planned: as the owner of its table, which may do nothing.
      joined("create role tributary_probe"),
      joined("alter table pg_temp.tributary_filter owner to tributary_probe"),
      joined(`create index on pg_temp.tributary_filter ((1)) where (${where}\n)`),
    ]);
    return [];
  } catch (caught) {
    if (!(caught instanceof StatementError)) throw caught;
    const reason = caught.message.replace(/^node "[^"]*": /, "").replace(/ \(SQLSTATE \w+\)$/, "");
    return [
      error({
        code: "filter",
        node: node.name,
        message: `the filter of table "${relationName(rule)}" is not one here: ${reason.replace("functions in index predicate", "functions in a filter")}; needs a boolean expression over its own columns that gives the same for ever.`,
        fix: `Correct "where" of ${relationName(rule)} in the topology file: ${where}`,
      }),
    ];
  }
}
