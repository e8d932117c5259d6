/** What changes of schemas are made of. */
import { type Column, type Model, type Table, tableName } from "./model.ts";
import type { Random } from "./random.ts";

export interface Change {
  /** One after the other at each node, each on its own. own: brings rows, so at the district that has them only. */
  readonly steps: readonly { readonly on: "all" | "own"; readonly sql: string }[];
  /** What it does to what is known of tables. */
  readonly effect?: (model: Model) => void;
  /** Takes back what nothing else mends: another name of a table. */
  readonly undo?: { readonly sql: string; readonly effect: (model: Model) => void };
}

export interface Scene {
  readonly random: Random;
  readonly table: Table;
  /** For names that were not there before. */
  readonly number: number;
}

/** Steps that every node takes. */
export const all = (...texts: readonly string[]): Change["steps"] => texts.map((sql) => ({ on: "all", sql }));

/** What a change does to one table of a model. */
export const onTable =
  ({ relation }: Table, change: (table: Table) => void) =>
  (model: Model): void => {
    const table = model.get(relation);
    if (table !== undefined) change(table);
  };

/** ALTER TABLE. */
export const alter = (table: Table, how: string, effect?: (table: Table) => void): Change => ({
  steps: all(`alter table ${tableName(table)} ${how}`),
  ...(effect === undefined ? {} : { effect: onTable(table, effect) }),
});

/** A column that the filter does without. */
export function someValue({ table, random }: Scene): Column | undefined {
  const free = table.columns.filter(
    ({ role, id }) => role === "value" && !(table.filter ?? "").includes(`{${id}}`),
  );
  return free.length === 0 ? undefined : random.pick(free);
}
