/** Tables in a stream of ours that are no outboxes. Whatever is written to them below would be written above as it is. */
import { outboxName, replicationSetName } from "./names.ts";
import type { ReachableNode, ReplicationSetState, SubscriptionState } from "./state.ts";
import type { Problem } from "./step.ts";

/** Problems of the replication sets or publications of a node that carry more than the outboxes of these sets. */
export function strayCargo(
  project: string,
  sets: readonly string[],
  { name: node, replicationSets }: Pick<ReachableNode, "name" | "replicationSets">,
): readonly Problem[] {
  return sets.flatMap((set) =>
    replicationSets
      .filter(({ name }) => name === replicationSetName(project, set))
      .flatMap((found) => cargoProblems(node, set, found)),
  );
}

function cargoProblems(
  node: string,
  set: string,
  { engine, name, tables, isOpen = false }: ReplicationSetState,
): readonly Problem[] {
  if (isOpen)
    return [
      error({
        code: "set-carries-more",
        node,
        message: `publication "${name}" carries all tables of the database or of a schema, needs to hold outboxes only: their rows would be written above unfiltered.`,
        fix: `DROP PUBLICATION ${quoted(name)}; then tributary apply makes it anew.`,
      }),
    ];
  return tables
    .filter((table) => !isLeafOf(set, table))
    .map((table) =>
      error({
        code: "set-carries-more",
        node,
        message: `replication set "${name}" holds table "${table}", needs to hold outboxes only: its rows are written above unfiltered, over whatever is there.`,
        fix:
          engine === "native"
            ? `ALTER PUBLICATION ${quoted(name)} DROP TABLE ${quotedTable(table)};`
            : `SELECT pglogical.replication_set_remove_table('${name}', ${literal(quotedTable(table))});`,
      }),
    );
}

/** Problems of a subscription that takes more than the outboxes of its sets, those that have left the topology, too. */
export function strayTakings(
  project: string,
  sets: readonly string[],
  { name: node, tributary }: Pick<ReachableNode, "name" | "tributary">,
  { engine, name, sets: subscribed, listed = [] }: SubscriptionState,
): readonly Problem[] {
  const known = [...sets, ...(tributary?.outboxes ?? []).map(({ set }) => set)];
  const own = known.filter((set) => subscribed.includes(replicationSetName(project, set)));
  return listed
    .filter((table) => !own.some((set) => isLeafOf(set, table)))
    .map((table) =>
      error({
        code: "subscription-takes-more",
        node,
        message: `its subscription "${name}" takes table "${table}", needs to take outboxes only: rows of the provider are written there unfiltered.`,
        fix:
          engine === "native"
            ? `SELECT tributary.native_take_out('${name}');`
            : `SELECT pglogical.alter_subscription_disable('${name}', true);`,
      }),
    );
}

function isLeafOf(set: string, table: string): boolean {
  const stem = `tributary.${outboxName(set)}`;
  return [stem, `${stem}$1`, `${stem}$2`].includes(table);
}

function error(detail: Pick<Problem, "code" | "node" | "message" | "fix">): Problem {
  return { severity: "error", fixIsSafeSql: false, ...detail };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const literal = (text: string): string => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** The first dot ends the schema: no schema of ours has one in its name. */
function quotedTable(table: string): string {
  const dot = table.indexOf(".");
  return `${quoted(table.slice(0, dot))}.${quoted(table.slice(dot + 1))}`;
}
