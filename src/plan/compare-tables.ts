/** Whether a table above can take what travels from the table below. */
import type { ColumnState, TableState } from "../domain/state.ts";
import type { Problem } from "../domain/step.ts";
import { relationName, type TableRule } from "../domain/topology.ts";
import { quoted, quotedTable } from "./wording.ts";

export interface Comparison {
  readonly rule: TableRule;
  readonly below: TableState;
  readonly above: TableState;
  /** The node above. */
  readonly node: string;
  /** The table above will be made by this plan, with the columns that travel only. */
  readonly isMade: boolean;
  readonly provider: string;
  /** What is not planned while the tables differ. */
  readonly lost: string;
}

/** Each difference, with the statement that mends it. */
export function compareTables(comparison: Comparison): readonly Problem[] {
  const { below, above, rule } = comparison;
  const travelling = below.columns.filter((column) => travels(rule, column));
  const present = new Map(above.columns.map((column) => [column.name, column]));
  const known = new Set(travelling.map((column) => column.name));
  return [
    ...keyDifference(comparison),
    ...travelling.flatMap((column) => columnDifference(comparison, column, present.get(column.name))),
    ...(comparison.isMade ? [] : above.columns)
      .filter((column) => !known.has(column.name) && isDemanding(column))
      .map((column) => demandingColumn(comparison, column)),
  ];
}

/** The column's values are carried upstream. */
function travels(rule: TableRule, column: ColumnState): boolean {
  return !column.isGenerated && (rule.columns === undefined || rule.columns.includes(column.name));
}

function keyDifference(comparison: Comparison): readonly Problem[] {
  const { below, above } = comparison;
  if (below.key.join("\n") === above.key.join("\n")) return [];
  return [
    difference(
      comparison,
      `has the primary key (${above.key.join(", ")}), needs (${below.key.join(", ")})`,
      `alter table ${quotedTable(above)} add primary key (${below.key.map(quoted).join(", ")});`,
    ),
  ];
}

function columnDifference(
  comparison: Comparison,
  wanted: ColumnState,
  present: ColumnState | undefined,
): readonly Problem[] {
  const table = quotedTable(comparison.above);
  const name = quoted(wanted.name);
  if (present === undefined)
    return [
      difference(
        comparison,
        `lacks column "${wanted.name}" ${wanted.type}`,
        `alter table ${table} add column ${name} ${wanted.type};`,
        true,
      ),
    ];
  if (present.isGenerated)
    return [
      difference(
        comparison,
        `generates column "${wanted.name}", needs a plain one`,
        `alter table ${table} alter column ${name} drop expression;`,
      ),
    ];
  if (present.type !== wanted.type)
    return [
      difference(
        comparison,
        `has column "${wanted.name}" as ${present.type}, needs ${wanted.type}`,
        `alter table ${table} alter column ${name} type ${wanted.type};`,
      ),
    ];
  if (present.notNull && !wanted.notNull) return [nullability(comparison, wanted)];
  return [];
}

/** Rows cannot be written without a value for it, and none travels. */
function isDemanding(column: ColumnState): boolean {
  return column.notNull && !column.hasDefault && !column.isGenerated && !column.isIdentity;
}

function demandingColumn(comparison: Comparison, column: ColumnState): Problem {
  return difference(
    comparison,
    `needs a value for column "${column.name}", which does not travel`,
    `alter table ${quotedTable(comparison.above)} alter column ${quoted(column.name)} drop not null;`,
    true,
  );
}

/** The filter may well keep such rows back, so this is no more than a warning. */
function nullability(comparison: Comparison, column: ColumnState): Problem {
  const { above, provider, node } = comparison;
  return {
    code: "column-stricter-above",
    node,
    severity: "warning",
    message: `table "${relationName(above)}" takes no null in column "${column.name}", node "${provider}" does: such rows will be parked.`,
    fix: `alter table ${quotedTable(above)} alter column ${quoted(column.name)} drop not null;`,
    fixIsSafeSql: true,
  };
}

function difference(comparison: Comparison, what: string, fix: string, fixIsSafeSql = false): Problem {
  const { above, node, provider, lost } = comparison;
  return {
    code: "table-differs",
    node,
    severity: "error",
    message: `table "${relationName(above)}" ${what} as at node "${provider}". Not planned: ${lost}.`,
    fix,
    fixIsSafeSql,
  };
}
