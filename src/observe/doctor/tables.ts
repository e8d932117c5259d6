/** What is wrong with tables, beyond what keeps them from being planned. Pure. */
import type { TableState } from "../../domain/state.ts";
import type { Problem } from "../../domain/step.ts";
import { type ReplicationSet, type Topology, downstreamOf, relationName } from "../../domain/topology.ts";
import { identifier, qualified } from "../../postgres/quote.ts";
import { type Patient, rulesAt } from "./examine.ts";
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
      ...(downstreamOf(topology, patient.node.name).length === 0 ? [] : checkReceiver(topology, patient)),
    ]),
  ];
}

/** Two districts that number their rows by themselves will number two rows alike. Of a shared table that is what is wanted. */
function checkKeys(set: ReplicationSet, patients: readonly Patient[]): readonly Problem[] {
  const senders = patients.filter(({ node }) => node.upstream !== undefined && node.sets.includes(set.name));
  const [first] = senders;
  if (first === undefined || senders.length < 2) return [];
  return set.tables.flatMap((rule) => {
    const table = first.state.tables.find((found) => relationName(found) === relationName(rule));
    const key = table?.columns.filter((column) => table.key.includes(column.name)) ?? [];
    if (rule.shared === true || key.length === 0 || key.some((column) => column.type === "uuid")) return [];
    const columns = key.map((column) => `${column.name} ${column.type}`).join(", ");
    return [
      warning({
        code: "keys-may-clash",
        node: first.node.name,
        message: `table "${relationName(rule)}" has the key (${columns}) and is written at ${senders.length} nodes, needs keys that no two of them can give alike: the second row with a key is parked above.`,
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

/** Delivery checks no foreign keys: a parent that stays behind is missed by nobody but the reader. */
function checkForeignKeys(topology: Topology, { node, state }: Patient): readonly Problem[] {
  const rules = new Map(rulesAt(topology, node.name).map((rule) => [relationName(rule), rule]));
  return state.tables.flatMap((table) =>
    table.foreignKeys.flatMap((key) => {
      const parent = rules.get(key.references);
      if (parent !== undefined && parent.where === undefined) return [];
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
function checkReceiver(topology: Topology, { node, state, hazards }: Patient): readonly Problem[] {
  const arriving = new Set(
    downstreamOf(topology, node.name)
      .flatMap((child) => rulesAt(topology, child.name))
      .map(relationName),
  );
  return state.tables
    .filter((table) => arriving.has(relationName(table)))
    .flatMap((table) => [
      ...firingTriggers(node.name, table),
      ...constraintsAbove(node.name, table, hazards.get(relationName(table))),
    ]);
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

function constraintsAbove(
  node: string,
  table: TableState,
  hazard: TableHazards | undefined,
): readonly Problem[] {
  if (hazard === undefined) return [];
  const relation = relationName(table);
  const sql = qualified(table.schema, table.table);
  const found: Problem[] = [];
  if (hazard.firing_rules.length > 0)
    found.push(
      error({
        code: "rule-fires-above",
        node,
        message: `rules ${listed(hazard.firing_rules)} of table "${relation}" rewrite what delivery does, need to leave it alone.`,
        fix: hazard.firing_rules
          .map((rule) => `ALTER TABLE ${sql} ENABLE RULE ${identifier(rule)};`)
          .join("\n"),
      }),
    );
  if (hazard.unique_indexes.length > 0)
    found.push(
      warning({
        code: "unique-above",
        node,
        message: `table "${relation}" has unique indexes besides its key (${listed(hazard.unique_indexes)}): rows of two nodes below that are equal there cannot both be delivered, the second is parked.`,
        fix: `If values may repeat between nodes: DROP INDEX (or DROP CONSTRAINT) and make it anew without UNIQUE.`,
      }),
    );
  return found;
}
