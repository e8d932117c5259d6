/** A monitor in this process, on a test tree: with its pages, and a Prometheus that scrapes it and judges by our rules. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import type { Topology } from "../../src/domain/topology.ts";
import type { LinkView, NodeView, Picture } from "../../src/monitor/picture.ts";
import type { PollerOptions } from "../../src/monitor/poller.ts";
import type { NodeRecord } from "../../src/monitor/record.ts";
import { createMonitorServer } from "../../src/monitor/server.ts";
import { shapeOf } from "../../src/monitor/shape.ts";
import { Watcher } from "../../src/monitor/watcher.ts";
import { openProbe } from "../../src/observe/probe.ts";
import { eventually } from "../../src/sandbox/eventually.ts";

export interface RunningMonitor extends AsyncDisposable {
  readonly watcher: Watcher;
  readonly url: string;
  readonly troubles: readonly string[];
  node(name: string): NodeView;
  /** The link from a node. */
  link(provider: string): LinkView;
  /** Waits until the picture is as wanted. */
  until(what: string, isSo: (picture: Picture) => boolean): Promise<void>;
  /** What a path of its server says. */
  get(path: string): Promise<string>;
  /** The series of a name, as they stand in the text, without the name. */
  series(name: string): Promise<readonly string[]>;
  change(topology: Topology): Promise<void>;
}

export interface MonitorOptions {
  readonly intervalMs?: number;
  readonly writes?: boolean;
  readonly records?: Map<string, NodeRecord>;
  readonly disksOf?: PollerOptions["disksOf"];
}

const UNTIL_MS = 60_000;

/** Starts to watch. */
export async function startMonitor(
  topology: Topology,
  options: MonitorOptions = {},
): Promise<RunningMonitor> {
  const { intervalMs = 500, writes = true, records, disksOf } = options;
  const stop = new AbortController();
  const troubles: string[] = [];
  const open = (of: Topology): ReturnType<typeof openProbe> =>
    openProbe(of, { asMonitor: true, signal: stop.signal });
  let probe = open(topology);
  const optionsFor = (): PollerOptions => ({
    probe,
    intervalMs,
    writes,
    ...(disksOf === undefined ? {} : { disksOf }),
    onTrouble: (text) => troubles.push(text),
  });
  const watcher = new Watcher(shapeOf(topology), { ...optionsFor(), version: "test" }, records);
  const server = createMonitorServer({ watcher });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running = watcher.poller.run(stop.signal);
  const get = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  return {
    watcher,
    url,
    troubles,
    get,
    node: (name) => theOne(watcher.picture().nodes, ({ node }) => node.name === name),
    link: (name) => theOne(watcher.picture().links, ({ link }) => link.provider.name === name),
    until: async (what, isSo) => {
      await eventually(() => (isSo(watcher.picture()) ? true : undefined), { timeoutMs: UNTIL_MS, what });
    },
    series: async (name) =>
      (await get("/metrics"))
        .split("\n")
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .map((line) => line.slice(name.length)),
    change: async (next) => {
      const outdated = probe;
      probe = open(next);
      watcher.change(shapeOf(next), optionsFor());
      await outdated.close();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      server.closeAllConnections();
      server.close();
      await probe.close();
    },
  };
}

function theOne<Item>(items: readonly Item[], isIt: (item: Item) => boolean): Item {
  const found = items.find(isIt);
  if (found === undefined) throw new Error("the picture has no such part");
  return found;
}
