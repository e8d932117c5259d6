/** How links stand, as `status` tells it, for what follows one row. */
import type { Topology } from "../domain/topology.ts";
import { observe, type ObserveOptions } from "../observe/observe.ts";
import type { Standing } from "../trace/report.ts";
import { reportStatus } from "./status-report.ts";

/** By provider: the links whose both ends are among these nodes. */
export async function standingsOf(
  topology: Topology,
  options: ObserveOptions & { readonly nodes: readonly string[] },
): Promise<ReadonlyMap<string, Standing>> {
  const state = await observe(topology, options);
  const { subscriptions } = reportStatus(topology, state, { arrivals: new Map() });
  const { nodes } = options;
  return new Map(
    subscriptions
      .filter(({ provider, subscriber }) => nodes.includes(provider) && nodes.includes(subscriber))
      .map(({ provider, state: how, slot, error, hint }) => [
        provider,
        {
          state: how,
          slot,
          ...(error === undefined ? {} : { error }),
          ...(hint === undefined ? {} : { hint }),
        },
      ]),
  );
}
