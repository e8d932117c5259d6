/** Trust between neighbours: the guard against commands from below, and sets that carry more than outboxes. Pure. */
import { outboxName, replicationSetName } from "../../domain/names.ts";
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { Problem } from "../../domain/step.ts";
import type { Topology } from "../../domain/topology.ts";
import { identifier, literal } from "../../postgres/quote.ts";
import type { Patient } from "./examine.ts";
import { error } from "./problem.ts";

/** Of every node that was seen. */
export function checkTrust(topology: Topology, patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  return [...patients.values()].flatMap((patient) => [
    ...checkGuard(patient),
    ...checkSets(topology, patient),
  ]);
}

/** Where this program's schema is: apply makes the others. */
function checkGuard({ node, state: { tributary } }: Patient): readonly Problem[] {
  if (tributary?.version !== SCHEMA_VERSION || tributary.isGuarded) return [];
  return [
    error({
      code: "not-guarded",
      node: node.name,
      message:
        'the trigger "tributary_guard" of table "pglogical.queue" is missing, disabled or altered: SQL that nodes below put into their queue would be run here.',
      fix: "SELECT tributary.guard();",
      fixIsSafeSql: true,
    }),
  ];
}

/** Whatever else is in a set of ours is written above as it is: past filter, delivery and ownership. */
function checkSets({ project, sets }: Topology, { node, state }: Patient): readonly Problem[] {
  return sets.flatMap(({ name }) => {
    const set = replicationSetName(project, name);
    const stem = `tributary.${outboxName(name)}`;
    const isOutbox = (table: string): boolean => table === stem || table.startsWith(`${stem}$`);
    const others = state.replicationSets
      .filter((found) => found.name === set)
      .flatMap(({ engine, tables }) =>
        tables.filter((table) => !isOutbox(table)).map((table) => ({ engine, table })),
      );
    return others.map(({ engine, table }) =>
      error({
        code: "set-carries-more",
        node: node.name,
        message: `replication set "${set}" holds table "${table}", needs to hold outboxes only: its rows are written above unfiltered, over whatever is there.`,
        fix:
          engine === "native"
            ? `ALTER PUBLICATION ${identifier(set)} DROP TABLE ${table};`
            : `SELECT pglogical.replication_set_remove_table(${literal(set)}, ${literal(table)});`,
      }),
    );
  });
}
