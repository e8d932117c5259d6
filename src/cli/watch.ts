/** How this process watches a tree: for `monitor`, and for `status --watch`. */
import { RemoteDisks } from "../host/remote-disks.ts";
import { estimatedDisks, foldersOf, localDisks } from "../monitor/local-disks.ts";
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
  const onTrouble = (text: string): void => context.stderr(text, "warn");
  const remote = new RemoteDisks(onTrouble);
  context.signal.addEventListener("abort", () => remote.close(), { once: true });
  return {
    probe,
    writes,
    intervalMs: intervalMs ?? monitor?.intervalMs ?? DEFAULT_INTERVAL_MS,
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    disksOf: async ({ name, vitals, databaseBytes }) => {
      const node = nodes.find((one) => one.name === name);
      if (node === undefined || vitals === undefined) return undefined;
      const local = await localDisks(node.dsn, vitals);
      if (local !== undefined) return local;
      const { ssh, capacityBytes } = monitor?.watches.get(name) ?? {};
      const mounts = ssh === undefined ? undefined : remote.latest(name, ssh, foldersOf(vitals));
      if (mounts !== undefined) return { source: "ssh", mounts };
      return capacityBytes === undefined ? undefined : estimatedDisks(capacityBytes, vitals, databaseBytes);
    },
    onTrouble,
  };
}
