/** What is wrong with tables, beyond what keeps them from being planned. Pure. */
import { keepsSoftlyDeletedBack } from "../../domain/filter-nulls.ts";
import type { TableState } from "../../domain/state.ts";
import type { Problem } from "../../domain/step.ts";
import {
  type ReplicationSet,
  type TableRule,
  type Topology,
  downstreamOf,
  relationName,
  setsThrough,
  subtreeOf,
} from "../../domain/topology.ts";
import { identifier, qualified } from "../../postgres/quote.ts";
import { type Patient, rulesAt } from "./examine.ts";
import { ownValues } from "./own-values.ts";
import { error, listed, warning } from "./problem.ts";
import type { TableHazards } from "./queries.ts";

/** Of every node that was seen. */
export function checkTables(topology: Topology, patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  const all = [...patients.values()];
  return [
    ...topology.sets.flatMap((set) => checkKeys(set, all)),
    ...all.flatMap((patient) => [
      ...[...patient.hazards.values()].flatMap((hazard) => checkNature(patient, hazard)),
      ...checkForeignKeys(topology, patient),
      ...checkReceiver(topology, patient, all),
    ]),
  ];
}

/** Two districts that number their rows by themselves will number two rows alike. Of a shared table that is what is wanted. */
function checkKeys(set: ReplicationSet, patients: readonly Patient[]): readonly Problem[] {
  const senders = patients.filter(({ node }) => node.upstream !== undefined && node.sets.includes(set.name));
  const [first] = senders;
  if (first === undefined || senders.length < 2) return [];
  const isOwn = ownValues(senders);
  const tables = new Map(first.state.tables.map((table) => [relationName(table), table]));
  return set.tables.flatMap((rule) => {
    const relation = relationName(rule);
    const table = tables.get(relation);
    const key = table?.columns.filter((column) => table.key.includes(column.name)) ?? [];
    if (rule.shared === true || key.length === 0 || key.some((column) => isOwn(relation, column.name)))
      return [];
    const columns = key.map((column) => `${column.name} ${column.type}`).join(", ");
    return [
      warning({
        code: "keys-may-clash",
        node: first.node.name,
        message: `table "${relation}" has the key (${columns}) and is written at ${senders.length} nodes, needs keys that no two of them can give alike: the second row with a key is parked above.`,
        fix: `Use a key of type uuid, or give each node numbers of its own: ALTER SEQUENCE … INCREMENT BY ${senders.length} RESTART WITH n; If the nodes have the same rows, as of a reference table, say "shared: true" for it in the topology file.`,
      }),
    ];
  });
}

const NATURES: Readonly<Record<string, string>> = {
  f: "a foreign table",
  v: "a view",
  m: "a materialized view",
};

function checkNature({ node }: Patient, hazard: TableHazards): readonly Problem[] {
  const relation = relationName(hazard);
  const table = qualified(hazard.schema, hazard.table);
  const at = { node: node.name };
  const found: Problem[] = [];
  const nature = hazard.persistence === "t" ? "a temporary table" : NATURES[hazard.kind];
  if (nature !== undefined)
    found.push(
      error({
        ...at,
        code: "not-a-table",
        message: `"${relation}" is ${nature}, needs to be a table.`,
        fix: `Name the table behind it in the topology file instead of ${relation}.`,
      }),
    );
  if (hazard.persistence === "u")
    found.push(
      warning({
        ...at,
        code: "unlogged-table",
        message: `table "${relation}" is unlogged, needs WAL: a crash empties it without a word to the tiers above.`,
        fix: `ALTER TABLE ${table} SET LOGGED;`,
      }),
    );
  if (hazard.is_parent)
    found.push(
      warning({
        ...at,
        code: "inheritance",
        message: `table "${relation}" has inheriting children: their rows travel as rows of "${relation}", without columns of their own. PostgreSQL lets the same key be in several of them; above it is one row.`,
        fix: `Name the children in the topology file too, or take them out: ALTER TABLE … NO INHERIT ${table};`,
      }),
    );
  if (hazard.has_deferrable_key)
    found.push(
      error({
        ...at,
        code: "deferrable-key",
        message: `the primary key of table "${relation}" is deferrable, needs one that holds at every moment.`,
        fix: `Make it anew: ALTER TABLE ${table} DROP CONSTRAINT …, ADD PRIMARY KEY (…);`,
      }),
    );
  return found;
}

/** Who refers to what was deleted softly refers to nothing below either. */
const staysWhole = ({ where }: TableRule): boolean => where === undefined || keepsSoftlyDeletedBack(where);

/**
 * Delivery checks no foreign keys: a parent that stays behind is missed by nobody but the reader. A table with a filter of its own
 * sends what its filter says, and whoever wrote that has seen to its parents.
 */
function checkForeignKeys(topology: Topology, { node, state }: Patient): readonly Problem[] {
  const rules = new Map(rulesAt(topology, node.name).map((rule) => [relationName(rule), rule]));
  return state.tables.flatMap((table) =>
    table.foreignKeys.flatMap((key) => {
      const parent = rules.get(key.references);
      const child = rules.get(relationName(table));
      if (!key.columns.every((column) => child?.columns?.includes(column) ?? true)) return [];
      if (parent !== undefined && (staysWhole(parent) || child?.where !== undefined)) return [];
      const why = parent === undefined ? "does not travel" : `travels only where ${parent.where}`;
      return [
        warning({
          code: "foreign-key-leaves-set",
          node: node.name,
          message: `table "${relationName(table)}" (${key.columns.join(", ")}) references "${key.references}", which ${why}: above, rows may point to nothing.`,
          fix: `Add ${key.references} to the set in the topology file, or give it a filter that keeps every parent.`,
        }),
      ];
    }),
  );
}

/** What would meet delivered rows. */
function checkReceiver(
  topology: Topology,
  { node, state, hazards }: Patient,
  patients: readonly Patient[],
): readonly Problem[] {
  const tables = new Map(state.tables.map((table) => [relationName(table), table]));
  const below = new Set(subtreeOf(topology, node.name));
  const arriving = new Set(
    downstreamOf(topology, node.name).flatMap((child) => setsThrough(topology, child.name)),
  );
  return [...arriving].flatMap((set) => {
    const writers = patients.filter(
      (patient) =>
        below.has(patient.node.name) &&
        patient.node.upstream !== undefined &&
        patient.node.sets.includes(set.name),
    );
    const isOwn = ownValues(writers);
    return set.tables.flatMap((rule) => {
      const table = tables.get(relationName(rule));
      const hazard = hazards.get(relationName(rule));
      if (table === undefined) return [];
      return [
        ...firingTriggers(node.name, table),
        ...(hazard === undefined ? [] : firingRules(node.name, hazard)),
        ...(hazard === undefined || writers.length < 2
          ? []
          : uniqueAbove(node.name, { rule, table, hazard, isOwn })),
      ];
    });
  });
}

function firingTriggers(node: string, table: TableState): readonly Problem[] {
  return table.triggers
    .filter((trigger) => trigger.enabled === "A" || trigger.enabled === "R")
    .map((trigger) =>
      warning({
        code: "trigger-fires-above",
        node,
        message: `trigger "${trigger.name}" of table "${relationName(table)}" fires for delivered rows too, needs to fire for rows that are written here only.`,
        fix: `ALTER TABLE ${qualified(table.schema, table.table)} ENABLE TRIGGER ${identifier(trigger.name)};`,
      }),
    );
}

function firingRules(node: string, hazard: TableHazards): readonly Problem[] {
  if (hazard.firing_rules.length === 0) return [];
  const table = qualified(hazard.schema, hazard.table);
  return [
    error({
      code: "rule-fires-above",
      node,
      message: `rules ${listed(hazard.firing_rules)} of table "${relationName(hazard)}" rewrite what delivery does, need to leave it alone.`,
      fix: hazard.firing_rules
        .map((rule) => `ALTER TABLE ${table} ENABLE RULE ${identifier(rule)};`)
        .join("\n"),
    }),
  ];
}

interface TableAbove {
  readonly rule: TableRule;
  readonly table: TableState;
  readonly hazard: TableHazards;
  /** Of the nodes below that write it. */
  readonly isOwn: (relation: string, column: string) => boolean;
}

function uniqueAbove(node: string, above: TableAbove): readonly Problem[] {
  const clashing = above.hazard.unique_indexes.filter((index) => mayClash(above, index));
  if (clashing.length === 0) return [];
  const names = listed(clashing.map(({ name }) => name));
  return [
    warning({
      code: "unique-above",
      node,
      message: `table "${relationName(above.rule)}" has unique indexes besides its key (${names}): rows of two nodes below that are equal there cannot both be delivered, the second is parked.`,
      fix: `If values may repeat between nodes: DROP INDEX (or DROP CONSTRAINT) and make it anew without UNIQUE.`,
    }),
  ];
}

/** Not where one of its columns does not travel, or differs from node to node; what its key and more are was told of the key. */
function mayClash(
  { rule, table, hazard, isOwn }: TableAbove,
  { columns, isExclusion, nullsNotDistinct }: TableHazards["unique_indexes"][number],
): boolean {
  const isDistinctHere = (name: string): boolean => {
    const column = table.columns.find((found) => found.name === name);
    if (column === undefined || column.isGenerated || rule.columns?.includes(name) !== false) return false;
    const isNumbered = column.isIdentity || hazard.numbering.some((numbering) => numbering.column === name);
    return isNumbered || (!column.hasDefault && !nullsNotDistinct);
  };
  if (columns.some(isDistinctHere)) return false;
  const hasKey = table.key.length > 0 && table.key.every((name) => columns.includes(name));
  return isExclusion || !(hasKey || columns.some((name) => isOwn(relationName(rule), name)));
}
