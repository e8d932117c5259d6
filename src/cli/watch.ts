/** How this process watches a tree: for `monitor`, and for `status --watch`. */
import { setTimeout as pause } from "node:timers/promises";

import { RemoteDisks } from "../host/remote-disks.ts";
import { estimatedDisks, foldersOf, localDisks } from "../monitor/local-disks.ts";
import { overviewOf } from "../monitor/overview.ts";
import type { PollerOptions } from "../monitor/poller.ts";
import { shapeOf } from "../monitor/shape.ts";
import { Watcher } from "../monitor/watcher.ts";
import { type Probe, openProbe } from "../observe/probe.ts";
import type { Topology } from "../domain/topology.ts";
import type { Context } from "./context.ts";
import { renderOverview } from "./render/overview.ts";
import { VERSION } from "./version.ts";

const DEFAULT_INTERVAL_MS = 15_000;
/** How often a terminal is drawn. */
const WATCH_MS = 2000;
const CLEAR_SCREEN = "\u001b[H\u001b[2J\u001b[3J";

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

/** As the monitor's page shows it, again and again, until people have seen enough. */
export async function watchTree(context: Context, topology: Topology): Promise<number> {
  const probe = openProbe(topology, { asMonitor: false, signal: context.signal });
  const options = pollerOptions(context, topology, { probe, writes: false, intervalMs: WATCH_MS });
  const watcher = new Watcher(shapeOf(topology), { ...options, version: VERSION });
  try {
    while (!context.signal.aborted) {
      await watcher.poller.cycle();
      const overview = overviewOf(watcher.picture(), {
        endedAt: watcher.poller.cycleCompletedAt,
        isLate: false,
      });
      if (context.json) context.stdout(JSON.stringify(overview));
      else {
        const text = renderOverview(overview, { color: context.color, ...widthOf(context) });
        context.stdout(`${context.isTerminal ? CLEAR_SCREEN : ""}${text}`);
      }
      await pause(WATCH_MS, undefined, { signal: context.signal }).catch(() => undefined);
    }
    return 0;
  } finally {
    await probe.close();
  }
}

const widthOf = ({ isTerminal }: Context): { width?: number } =>
  isTerminal ? { width: process.stdout.columns } : {};
