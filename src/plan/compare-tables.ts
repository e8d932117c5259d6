/** Whether a table above can take what travels from the table below. */
import { keepsNullsBack } from "../domain/filter-nulls.ts";
import type { ColumnState, TableState } from "../domain/state.ts";
import type { TableRule } from "../domain/topology.ts";
import { refusalsOfUnfilled } from "./unfilled.ts";
import { quoted, quotedTable } from "./wording.ts";

/** One thing that is not as the table below needs it. */
export interface Difference {
  /** What is and what is needed; ends where the names of the providers follow. */
  readonly what: string;
  /** The statement that mends it, above. */
  readonly fix: string;
  readonly fixIsSafeSql: boolean;
  /** Rows may be parked, but what fits flows. */
  readonly isTolerable: boolean;
}

/** Each difference. `isMade`: the table above will be made by this plan, with the columns that travel only. */
export function compareTables(
  rule: TableRule,
  below: TableState,
  above: TableState,
  isMade: boolean,
): readonly Difference[] {
  const travelling = below.columns.filter((column) => travels(rule, column));
  const present = new Map(above.columns.map((column) => [column.name, column]));
  const known = new Set(travelling.map((column) => column.name));
  const table = quotedTable(above);
  return [
    ...compareKeys(table, below.key, above.key),
    ...travelling.flatMap((column) => compareColumns(rule, table, column, present.get(column.name))),
    ...(isMade ? [] : refusalsOfUnfilled(above, known)).map(({ what, fix, isPossible, isSafe }) =>
      difference(what, fix, { fixIsSafeSql: isSafe, isTolerable: isPossible }),
    ),
  ];
}

/** The column's values are carried upstream. */
function travels(rule: TableRule, column: ColumnState): boolean {
  return !column.isGenerated && (rule.columns === undefined || rule.columns.includes(column.name));
}

function compareKeys(
  table: string,
  below: readonly string[],
  above: readonly string[],
): readonly Difference[] {
  if (below.join("\n") === above.join("\n")) return [];
  return [
    difference(
      `has the primary key (${above.join(", ")}), needs (${below.join(", ")}) as at`,
      `alter table ${table} add primary key (${below.map(quoted).join(", ")});`,
    ),
  ];
}

function compareColumns(
  { where }: TableRule,
  table: string,
  wanted: ColumnState,
  present: ColumnState | undefined,
): readonly Difference[] {
  const { name, type, constantDefault } = wanted;
  const alter = `alter table ${table} alter column ${quoted(name)}`;
  if (present === undefined) {
    // Rows that are there have it below.
    const value = constantDefault === undefined ? "" : ` default ${constantDefault}`;
    const fix = `alter table ${table} add column ${quoted(name)} ${type}${value};`;
    return [difference(`lacks column "${name}" ${type}, which travels from`, fix, { fixIsSafeSql: true })];
  }
  if (present.isGenerated)
    return [difference(`generates column "${name}", which travels from`, `${alter} drop expression;`)];
  if (present.type !== type)
    return [
      difference(`has column "${name}" as ${present.type}, needs ${type} as at`, `${alter} type ${type};`),
    ];
  // The filter may well keep such rows back in a way that is not understood, so this stops nothing.
  const mayBeNull = !wanted.notNull && (where === undefined || !keepsNullsBack(where, name));
  if (present.notNull && mayBeNull)
    return [
      difference(`takes no null in column "${name}" and will park such rows of`, `${alter} drop not null;`, {
        fixIsSafeSql: true,
        isTolerable: true,
      }),
    ];
  return [];
}

function difference(
  what: string,
  fix: string,
  traits: Partial<Pick<Difference, "fixIsSafeSql" | "isTolerable">> = {},
): Difference {
  return { what, fix, fixIsSafeSql: false, isTolerable: false, ...traits };
}
