/** What can be wrong with one table at one node. */
import type { OtherRelation, TableState } from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import { relationName, type Node, type ReplicationSet, type TableRule } from "../domain/topology.ts";
import type { Survey } from "./survey.ts";
import { linksPhrase, quotedTable } from "./wording.ts";

/** No node has the table, so there is nothing to make it from. */
export function everywhereMissing({ tree }: Survey, rule: TableRule): Problem {
  return problem(
    "table-missing-everywhere",
    tree.root,
    `no node has table "${relationName(rule)}". Not planned: any set that it is in`,
    `Create ${quotedTable(rule)} at the nodes where it is written, or take it out of the topology file.`,
  );
}

/** A node that should send the table's rows lacks it, and has no node below to take it from. */
export function missingBelow(survey: Survey, node: Node, set: ReplicationSet, rule: TableRule): Problem {
  return problem(
    "table-missing",
    node,
    `table "${relationName(rule)}" is missing. Not planned: its capture, and ${lostLinks(survey, node, set)}`,
    `Create ${quotedTable(rule)} there, or leave set "${set.name}" out of the node's "sets".`,
  );
}

/** Something else has the table's name. `taken`: what is known of the table that had it, a clause. */
export function noTable(
  survey: Survey,
  node: Node,
  set: ReplicationSet,
  other: OtherRelation,
  taken: string | undefined,
): Problem {
  const relation = relationName(other);
  return problem(
    "not-a-table",
    node,
    `${taken ?? `"${relation}" is ${other.nature}`}; needs to be a table. Not planned: its capture and delivery, and ${lostLinks(survey, node, set)}`,
    `Name the table that is written in the topology file instead of ${relation}, or give it that name.`,
  );
}

/** Rows are named by their primary key on the whole way up. */
export function keyless(
  survey: Survey,
  node: Node,
  set: ReplicationSet,
  table: TableState,
): readonly Problem[] {
  if (table.key.length > 0) return [];
  return [
    problem(
      "table-without-key",
      node,
      `table "${relationName(table)}" has no primary key. Not planned: its capture and delivery, and ${lostLinks(survey, node, set)}`,
      `alter table ${quotedTable(table)} add primary key (…);`,
    ),
  ];
}

/** The rule's list of columns must fit the table and hold its key. */
export function unfitColumns(
  survey: Survey,
  node: Node,
  set: ReplicationSet,
  rule: TableRule,
  table: TableState,
  isSender: boolean,
): readonly Problem[] {
  const wanted = rule.columns;
  if (wanted === undefined) return [];
  const lost = `Not planned: its capture and delivery, and ${lostLinks(survey, node, set)}`;
  const present = new Set(table.columns.map((column) => column.name));
  const absent = isSender ? wanted.filter((column) => !present.has(column)) : [];
  const keyLeftOut = table.key.filter((column) => !wanted.includes(column));
  return [
    ...(absent.length === 0
      ? []
      : [
          problem(
            "column-missing",
            node,
            `table "${relationName(rule)}" lacks ${names(absent)}, which the topology file lists. ${lost}`,
            `Add the column there, or correct "columns" of ${relationName(rule)} in the topology file.`,
          ),
        ]),
    ...(keyLeftOut.length === 0
      ? []
      : [
          problem(
            "key-does-not-travel",
            node,
            `the primary key of table "${relationName(rule)}" includes ${names(keyLeftOut)}, which the topology file does not list. ${lost}`,
            `Add it to "columns" of ${relationName(rule)} in the topology file.`,
          ),
        ]),
  ];
}

function names(columns: readonly string[]): string {
  return `column${columns.length === 1 ? "" : "s"} ${columns.map((column) => `"${column}"`).join(", ")}`;
}

/** What of a set stands still because of one table at `node`: the set on each link that ends there. */
function lostLinks({ tree }: Survey, node: Node, set: ReplicationSet): string {
  const upstream = node.upstream === undefined ? undefined : tree.node(node.upstream);
  const links = [
    ...tree
      .below(node.name)
      .filter((child) => tree.through(child.name).includes(set))
      .map((provider) => ({ provider, subscriber: node })),
    ...(upstream === undefined ? [] : [{ provider: node, subscriber: upstream }]),
  ];
  return `set "${set.name}" on ${linksPhrase(links)}`;
}

function problem(code: string, node: Node | undefined, message: string, fix: string): Problem {
  return {
    code,
    node: node?.name ?? "",
    severity: "error",
    message: `${message}.`,
    fix,
    fixIsSafeSql: false,
  };
}
