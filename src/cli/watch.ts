/** How this process watches a tree: for `monitor`, and for `status --watch`. */
import { setTimeout as pause } from "node:timers/promises";

import { programSight } from "../host/program.ts";
import { RemoteDisks } from "../host/remote-disks.ts";
import { estimatedDisks, foldersOf, localDisks } from "../monitor/local-disks.ts";
import { overviewOf } from "../monitor/overview.ts";
import type { PollerOptions } from "../monitor/poller.ts";
import { shapeOf } from "../monitor/shape.ts";
import { Watcher } from "../monitor/watcher.ts";
import { openProbe } from "../observe/probe.ts";
import type { Topology } from "../domain/topology.ts";
import type { Context } from "./context.ts";
import { CLEAR_SCREEN } from "./outgoing.ts";
import { renderOverview } from "./render/overview.ts";
import { VERSION } from "./version.ts";

const DEFAULT_INTERVAL_MS = 15_000;
/** How often a terminal is drawn. */
const WATCH_MS = 2000;

export interface Looking {
  /** As the monitor's role, or as who stands in the file's connection strings. */
  readonly asMonitor: boolean;
  /** Beats are written where they are due, and outboxes emptied. */
  readonly writes: boolean;
  /** Default: what the file says. */
  readonly intervalMs?: number;
}

/** What a poller needs of a topology, with the connections that belong to it. */
export interface Sight {
  readonly options: PollerOptions;
  close(): Promise<void>;
}

/** Opens nothing yet. Whoever takes another file closes this and opens another one. */
export function openSight(
  context: Context,
  topology: Topology,
  { asMonitor, writes, intervalMs }: Looking,
): Sight {
  const { nodes, monitor } = topology;
  const onTrouble = (text: string): void => context.stderr(text, "warn", { isLine: true });
  const probe = openProbe(topology, { asMonitor, signal: context.signal });
  const remote = new RemoteDisks(onTrouble);
  const options: PollerOptions = {
    probe,
    writes,
    intervalMs: intervalMs ?? monitor?.intervalMs ?? DEFAULT_INTERVAL_MS,
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    disksOf: async ({ name, vitals, databaseBytes }) => {
      const node = nodes.find((one) => one.name === name);
      if (node === undefined || vitals === undefined) return undefined;
      const local = await localDisks(node.dsn, vitals);
      if (local !== undefined) return { ...local, ...(await programSight(vitals)) };
      const { ssh, capacityBytes } = monitor?.watches.get(name) ?? {};
      const sight = ssh === undefined ? undefined : remote.latest(name, ssh, foldersOf(vitals));
      if (sight !== undefined) return { source: "ssh", ...sight };
      return capacityBytes === undefined ? undefined : estimatedDisks(capacityBytes, vitals, databaseBytes);
    },
    onTrouble,
  };
  const close = async (): Promise<void> => {
    remote.close();
    await probe.close();
  };
  return { options, close };
}

/** As the monitor's page shows it, again and again, until people have seen enough. */
export async function watchTree(context: Context, topology: Topology): Promise<number> {
  const sight = openSight(context, topology, { asMonitor: false, writes: false, intervalMs: WATCH_MS });
  const watcher = new Watcher(shapeOf(topology), { ...sight.options, version: VERSION });
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
        context.stdout(`${context.isTerminal ? CLEAR_SCREEN : ""}${text}`, { isStyled: true });
      }
      await pause(WATCH_MS, undefined, { signal: context.signal }).catch(() => undefined);
    }
    return 0;
  } finally {
    await sight.close();
  }
}

const widthOf = ({ isTerminal }: Context): { width?: number } =>
  isTerminal ? { width: process.stdout.columns } : {};
