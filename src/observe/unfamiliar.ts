/** Is a node's database the one whose rows are above? By the identity that its messages told. */
import { z } from "zod";

import { Interrupted, TributaryError } from "../domain/errors.ts";
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { NodeState, ReachableNode, Unfamiliar } from "../domain/state.ts";
import type { Topology } from "../domain/topology.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Sessions } from "../postgres/sessions.ts";

const knownAbove = defineQuery(
  "observe/known-above.sql",
  z.object({ is_other: z.boolean(), rows: z.coerce.number() }),
);

/** Adds to the state of each node what is above in its name, where its upstream has a link to it and knows it as another. */
export async function findUnfamiliar(
  topology: Topology,
  states: readonly NodeState[],
  sessions: Sessions,
): Promise<readonly NodeState[]> {
  const byName = new Map(states.map((state) => [state.name, state]));
  return await Promise.all(
    states.map(async (state) => {
      const upstream = topology.nodes.find(({ name }) => name === state.name)?.upstream;
      const above = upstream === undefined ? undefined : byName.get(upstream);
      if (!state.reachable || above?.reachable !== true) return state;
      const unfamiliar = await unfamiliarTo(above, state, topology.project, sessions);
      return unfamiliar === undefined ? state : { ...state, unfamiliar };
    }),
  );
}

async function unfamiliarTo(
  above: ReachableNode,
  found: ReachableNode,
  project: string,
  sessions: Sessions,
): Promise<Unfamiliar | undefined> {
  if (!isKnown(above, found.name) || isAnotherNode(found, project)) return undefined;
  try {
    const session = await sessions.get(above.name);
    const { is_other, rows } = await session.one(knownAbove, found.name, found.tributary?.epoch ?? null);
    return is_other && rows > 0 ? { above: above.name, rows } : undefined;
  } catch (error) {
    // What cannot be asked is not known: its node is out of reach, or its schema an older one. That is told elsewhere.
    if (error instanceof TributaryError && !(error instanceof Interrupted)) return undefined;
    throw error;
  }
}

const isKnown = ({ tributary }: ReachableNode, name: string): boolean =>
  tributary?.version === SCHEMA_VERSION && tributary.links.some(({ provider }) => provider === name);

/** A database of another node is told of as such. */
const isAnotherNode = ({ name, tributary }: ReachableNode, project: string): boolean =>
  tributary !== undefined && (tributary.node !== name || tributary.project !== project);
