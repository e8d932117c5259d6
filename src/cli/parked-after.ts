/** What a run has left aside: rows that are parked at the nodes that it worked on. */
import { legibly } from "../domain/legible.ts";
import type { State } from "../domain/state.ts";
import type { Plan } from "../domain/step.ts";
import type { Topology } from "../domain/topology.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { type ParkedGroup, parkedAt } from "./parked-rows.ts";

export type ParkedThere = Pick<ParkedGroup, "node" | "table" | "owner" | "rows" | "reason">;

/** All that is parked at the nodes above others, of those that were reached; the largest groups first. */
export async function parkedAfter(
  sessions: Sessions,
  { nodes }: Topology,
  state: State,
  plan: Plan,
): Promise<readonly ParkedThere[]> {
  const mayHave = state.nodes.filter(
    (node) =>
      node.reachable &&
      nodes.some(({ upstream }) => upstream === node.name) &&
      // Where nothing was done, what was seen before it holds.
      ((node.tributary?.parkedRows ?? 0) > 0 ||
        (plan.steps.length > 0 &&
          (node.tributary !== undefined ||
            plan.steps.some((step) => step.kind === "install-schema" && step.node === node.name)))),
  );
  const found = await Promise.all(
    mayHave.map(async ({ name }) =>
      (await parkedAt(await sessions.get(name), {}, 0)).map(
        ({ node, table, owner, rows, reason }): ParkedThere => ({ node, table, owner, rows, reason }),
      ),
    ),
  );
  return found.flat().toSorted((one, other) => other.rows - one.rows);
}

/** Nodes above others that were not reached: what is parked there is not known. */
export const unseenOf = ({ nodes }: Topology, state: State): readonly string[] =>
  state.nodes
    .filter((node) => !node.reachable && nodes.some(({ upstream }) => upstream === node.name))
    .map(({ name }) => name);

export const rowsOf = (groups: readonly ParkedThere[]): number =>
  groups.reduce((sum, { rows }) => sum + rows, 0);

const SHOWN = 3;

/** In words, with the next move. */
export function renderParked(groups: readonly ParkedThere[]): string {
  const lines = legibly(groups.slice(0, SHOWN)).map(
    ({ node, table, owner, rows, reason }) =>
      `  ${node}: ${rows.toLocaleString("en")} of ${table} of ${owner}: ${reason}`,
  );
  const more =
    groups.length > SHOWN
      ? [`  and ${groups.length - SHOWN} more ${groups.length - SHOWN === 1 ? "cause" : "causes"}`]
      : [];
  return [
    `${rowsOf(groups).toLocaleString("en")} rows are parked: they are not in their tables. tributary parked tells all of them, and what mends each.`,
    ...lines,
    ...more,
  ].join("\n");
}
