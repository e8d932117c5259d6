/** How this process watches a tree: for `monitor`, and for `status --watch`. */
import { localDisks } from "../monitor/local-disks.ts";
import type { PollerOptions } from "../monitor/poller.ts";
import type { Probe } from "../observe/probe.ts";
import type { Topology } from "../domain/topology.ts";
import type { Context } from "./context.ts";

const DEFAULT_INTERVAL_MS = 15_000;

/** What a poller needs of a topology, and of this command. */
export function pollerOptions(
  context: Context,
  { nodes, monitor }: Topology,
  { probe, writes, intervalMs }: { probe: Probe; writes: boolean; intervalMs?: number },
): PollerOptions {
  return {
    probe,
    writes,
    intervalMs: intervalMs ?? monitor?.intervalMs ?? DEFAULT_INTERVAL_MS,
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    disksOf: async (name, { vitals }) => {
      const node = nodes.find((one) => one.name === name);
      if (node === undefined || vitals === undefined) return undefined;
      return await localDisks(node.dsn, vitals);
    },
    onTrouble: (text) => context.stderr(text, "warn"),
  };
}
