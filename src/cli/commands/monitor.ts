/** The companion that runs for years. */
import { setTimeout as pause } from "node:timers/promises";

import { PreconditionError, UsageError } from "../../domain/errors.ts";
import type { Topology } from "../../domain/topology.ts";
import { loadMemory, saveMemory } from "../../monitor/memory.ts";
import { createMonitorServer } from "../../monitor/server.ts";
import { shapeOf } from "../../monitor/shape.ts";
import { Watcher } from "../../monitor/watcher.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { accessOf, hostsOf, isLoopback, listen, place } from "../listen.ts";
import { rulesText, scrapeConfigText, writeDashboards } from "../monitor-files.ts";
import { compareLink } from "../compare-link.ts";
import { Schedule } from "../schedule.ts";
import { openSight } from "../watch.ts";
import { VERSION } from "../version.ts";

const SAVE_MS = 300_000;

export const monitor = defineCommand({
  name: "monitor",
  summary: "Watch the tree: metrics for Prometheus, and a page for people",
  description:
    "Looks at every node again and again, as the role that the topology file names under monitor, and serves what it sees: metrics on /metrics, a page for people on /. Beats travel with the data, so that the root knows how old its picture of each node is. Compares both ends of links where the topology file says when. Reads the topology file again on SIGHUP.",
  examples: [
    ["tributary monitor", "watch the whole tree, on http://127.0.0.1:9854"],
    [
      "tributary monitor --node district-a",
      "at the district itself: its beats and its disks go up with its data",
    ],
    [
      "tributary monitor --listen 0.0.0.0:9854 --allow-host watch.example.org --token-file token --tls-cert c.pem --tls-key k.pem",
      "for others, by name and with a token",
    ],
  ],
  options: {
    listen: { type: "string", value: "HOST:PORT", default: "127.0.0.1:9854", summary: "Where to serve" },
    "allow-host": {
      type: "string",
      isRepeatable: true,
      value: "NAME",
      summary: "Also answer clients that ask for this name; addresses and localhost always are",
    },
    "token-file": { type: "string", value: "FILE", summary: "Let in who has this bearer token" },
    "basic-auth-file": { type: "string", value: "FILE", summary: "Let in who has this USER:PASSWORD" },
    "tls-cert": { type: "string", value: "FILE", summary: "Serve HTTPS with this certificate" },
    "tls-key": { type: "string", value: "FILE", summary: "The certificate's key" },
    "print-rules": { type: "boolean", summary: "Print the alerting rules, and end" },
    "print-scrape-config": {
      type: "boolean",
      summary: "Print what Prometheus needs to scrape this, and end",
    },
    "print-dashboards": {
      type: "string",
      value: "DIR",
      summary: "Write Grafana's dashboards and their provisioning into a folder, and end",
    },
    url: { type: "string", value: "URL", summary: "Where others reach this monitor; default: as it listens" },
    memory: {
      type: "string",
      value: "FILE",
      summary: "What is kept over a restart; default: beside the topology file",
    },
  },
  async run(context, args) {
    if (print(context, args)) return 0;
    const topology = await context.topology();
    expectMonitor(topology);
    const access = accessOf(args);
    const where = place(args.listen);
    const hosts = hostsOf(where, args.url, args["allow-host"]);
    const file = args.memory ?? memoryFile(context.topologyFile, context.nodes);
    const { records, trouble } = await loadMemory(file, topology.project);
    if (trouble !== undefined) context.stderr(trouble, "warn", { isLine: true });
    // What cannot be kept is told now, not when it is needed.
    await saveMemory(file, topology.project, records).catch((cause: unknown) => {
      throw new UsageError(unkept(file, cause), {
        code: "memory-not-writable",
        hint: "Name a file in a folder that you may write to with --memory.",
        cause,
      });
    });
    let sight = openSight(context, topology, { asMonitor: true, writes: true });
    const onRound = (): void => schedule.refresh();
    const watcher = new Watcher(shapeOf(topology), { ...sight.options, onRound, version: VERSION }, records);
    const schedule = scheduleFor(context, watcher);
    schedule.change(topology);
    const reload = async (): Promise<void> => {
      const next = await reloaded(context);
      if (next === undefined) return;
      const outdated = sight;
      sight = openSight(context, next, { asMonitor: true, writes: true });
      watcher.change(shapeOf(next), { ...sight.options, onRound });
      schedule.change(next);
      await outdated.close();
      context.stderr(`${context.topologyFile} is read again: ${next.nodes.length} nodes`, "info", {
        isLine: true,
      });
    };
    const onHangup = (): void => void reload();
    process.on("SIGHUP", onHangup);
    const server = createMonitorServer({ watcher, hosts, ...access });
    try {
      const url = await listen(server, where, access.tls !== undefined);
      const reach = isLoopback(where.host) ? " (for this machine only; --listen serves others)" : "";
      context.stderr(`watching ${topology.nodes.length} nodes on ${url}${reach}`, "info", { isLine: true });
      await Promise.all([
        watcher.poller.run(context.signal),
        keepSaving(context, () => save(context, file, topology.project, watcher)),
      ]);
    } finally {
      process.off("SIGHUP", onHangup);
      server.close();
      server.closeAllConnections();
      await schedule.close();
      await sight.close();
    }
    await save(context, file, topology.project, watcher);
    return 0;
  },
});

const scheduleFor = (context: Context, { poller }: Watcher): Schedule =>
  new Schedule({
    compare: compareLink,
    nodes: context.nodes,
    zoneOf: (name) => poller.records.get(name)?.timeZone,
    tell: (text) => context.stderr(text, "warn", { isLine: true }),
  });

interface PrintArguments {
  readonly "print-rules": boolean;
  readonly "print-scrape-config": boolean;
  readonly "print-dashboards": string | undefined;
  readonly "token-file": string | undefined;
  readonly "tls-cert": string | undefined;
  readonly listen: string;
  readonly url: string | undefined;
}

/** True when something was to be printed. */
function print(context: Context, args: PrintArguments): boolean {
  const { host, port } = place(args.listen);
  const shown = host.includes(":") ? `[${host}]` : host;
  const url = args.url ?? `${args["tls-cert"] === undefined ? "http" : "https"}://${shown}:${port}`;
  const dashboards = args["print-dashboards"];
  if (args["print-rules"]) context.stdout(rulesText(url));
  if (args["print-scrape-config"]) context.stdout(scrapeConfigText(url, args["token-file"]));
  if (dashboards !== undefined) context.stderr(`written into ${writeDashboards(dashboards)}`);
  return args["print-rules"] || args["print-scrape-config"] || dashboards !== undefined;
}

function expectMonitor({ monitor: wanted }: Topology): void {
  if (wanted !== undefined) return;
  throw new PreconditionError("the topology file says nothing of a monitor, so no node lets one in", {
    code: "no-monitor",
    hint: "Add the line `monitor: {}` to it, and run tributary apply: it makes the role that the monitor looks as.",
  });
}

/** Stands beside the topology file. A monitor of the whole tree and one of a single node may run beside each other. */
function memoryFile(topologyFile: string, nodes: readonly string[] = []): string {
  const name = ["monitor", ...nodes].join("-");
  return `${topologyFile}.${name}.jsonl`;
}

/** The file as it is now. Undefined when it cannot be used: the monitor goes on with what it has. */
async function reloaded(context: Context): Promise<Topology | undefined> {
  try {
    const { loadTopology } = await import("../../topology/load.ts");
    const { topology } = await loadTopology(context.topologyFile);
    expectMonitor(topology);
    return topology;
  } catch (error) {
    context.stderr(`${(error as Error).message}: the monitor goes on with the file as it was`, "error", {
      isLine: true,
    });
    return undefined;
  }
}

const unkept = (file: string, cause: unknown): string =>
  `what the monitor knows cannot be kept in ${file}: ${(cause as Error).message}`;

/** A disk that is full, or a folder that is gone, is no reason to stop watching. */
async function save(context: Context, file: string, project: string, { poller }: Watcher): Promise<void> {
  try {
    await saveMemory(file, project, poller.records);
  } catch (error) {
    context.stderr(unkept(file, error), "error", { isLine: true });
  }
}

async function keepSaving({ signal }: Context, write: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await pause(SAVE_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await write();
  }
}
