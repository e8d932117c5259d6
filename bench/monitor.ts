/** The monitor: what one look costs a server, and how it keeps up with five hundred nodes. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setMaxListeners } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

import type { Node, Topology } from "../src/domain/topology.ts";
import { METRICS } from "../src/monitor/metrics.ts";
import { createMonitorServer } from "../src/monitor/server.ts";
import { shapeOf } from "../src/monitor/shape.ts";
import { Watcher } from "../src/monitor/watcher.ts";
import { openProbe } from "../src/observe/probe.ts";
import type { Look } from "../src/observe/vitals.ts";
import { openClient } from "../src/postgres/client.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { freePort } from "../src/sandbox/free-port.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { tell } from "./stopwatch.ts";
import { compileTool } from "./tool.ts";
import { APPROVED_DOCUMENTS, type BenchTree, applyNow, benchFolder, startChain } from "./tree.ts";

const POLLS = 200;
const WARM_UP = 20;
const EXPORTER = "prometheus-postgres-exporter";

/** Marks the lines of a session in the server's log, with how long each statement took. */
const LOG_SETTINGS = [
  "alter system set log_min_duration_statement = 0",
  "alter system set log_line_prefix = 'app=%a '",
  "select pg_reload_conf()",
];

async function watchedChain(binaries: Binaries): Promise<BenchTree> {
  const chain = await startChain(binaries, ["district", "nation"], APPROVED_DOCUMENTS, {
    monitor: {},
    settings: { max_connections: "700" },
  });
  for (const { dsn } of chain.topology.nodes) {
    const client = await openClient({ name: "node", dsn });
    await client.query("create table document (id uuid primary key, status text not null, title text)");
    await client.end();
  }
  await applyNow(chain.topology);
  return chain;
}

/** One look at one node, beside a scrape of postgres_exporter at the same server. */
export async function benchPoll(binaries: Binaries): Promise<Figure> {
  await using chain = await watchedChain(binaries);
  const { topology } = chain;
  const district = topology.nodes.find(({ name }) => name === "district");
  if (district === undefined) throw new Error("the chain has no district");
  const client = await openClient(district);
  for (const setting of LOG_SETTINGS) await client.query(setting);
  await client.end();
  const theirs = await scrapes(district, chain);
  const probe = openProbe(topology, { asMonitor: true, signal: new AbortController().signal });
  const ours = await measured(
    chain,
    "tributary monitor",
    async () => void (await probe.look("district", false)),
  );
  const watcher = new Watcher(shapeOf(topology), {
    probe,
    writes: false,
    intervalMs: 15_000,
    version: "bench",
    onTrouble: tell,
  });
  await watcher.poller.cycle();
  const series = METRICS.flatMap((metric) => metric.read(watcher.picture()));
  const own = series.filter(([labels]) => labels.includes("district")).length;
  await probe.close();
  const ratio = ours.serverMs / theirs.serverMs;
  tell(`poll: ${JSON.stringify({ theirs, ours, own })}`);
  return {
    what: "one warm look of the monitor at one node: time on the server",
    anchor: `postgres_exporter: ${theirs.serverMs.toFixed(1)} ms in ${theirs.statements} statements, ${theirs.wallMs.toFixed(1)} ms in all`,
    ours: `${ours.serverMs.toFixed(1)} ms in ${ours.statements} statement, ${ours.wallMs.toFixed(1)} ms in all; ${own} series`,
    ratio: `${ratio.toFixed(2)} ×`,
    goal: "≤ 0.33 ×, ≤ 3 ms, 1 statement, ≤ 70 series",
    isMet: ratio <= 1 / 3 && ours.serverMs <= 3 && ours.statements === 1 && own <= 70,
  };
}

interface Cost {
  readonly wallMs: number;
  readonly serverMs: number;
  readonly statements: number;
}

/** Medians of the wall, and of what the server itself logged of it. */
async function measured(chain: BenchTree, application: string, look: () => Promise<void>): Promise<Cost> {
  for (let round = 0; round < WARM_UP; round += 1) await look();
  const { logFile } = chain.cluster("district");
  const mark = statSync(logFile).size;
  const walls: number[] = [];
  for (let round = 0; round < POLLS; round += 1) {
    const start = performance.now();
    await look();
    walls.push(performance.now() - start);
  }
  const lines = readFileSync(logFile).subarray(mark).toString("utf8").split("\n");
  const durations = lines.flatMap((line) => {
    const [, app, duration] = /^app=(.*?) LOG: {2}duration: ([\d.]+) ms/u.exec(line) ?? [];
    return app === application ? [Number(duration)] : [];
  });
  const statements = lines.filter((line) =>
    new RegExp(`^app=${application} LOG: .*(?:statement|execute [^:]*): `, "u").test(line),
  );
  return {
    wallMs: median(walls),
    serverMs: durations.reduce((sum, one) => sum + one, 0) / POLLS,
    statements: Math.round(statements.length / POLLS),
  };
}

async function scrapes({ dsn }: Node, chain: BenchTree): Promise<Cost> {
  const port = await freePort();
  const url = new URL(dsn);
  url.search = "?sslmode=disable&application_name=exporter";
  const exporter = spawn(EXPORTER, [`--web.listen-address=127.0.0.1:${port}`, "--log.level=error"], {
    env: { ...process.env, DATA_SOURCE_NAME: url.href },
    stdio: "ignore",
  });
  const scrape = async (): Promise<void> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (!text.includes("\npg_up 1")) throw new Error("postgres_exporter does not see the server");
  };
  try {
    await eventually(
      async () =>
        await scrape().then(
          () => true,
          () => undefined,
        ),
      {
        timeoutMs: 30_000,
        what: `${EXPORTER} answers (Debian: apt-get install ${EXPORTER})`,
      },
    );
    return await measured(chain, "exporter", scrape);
  } finally {
    exporter.kill();
  }
}

const NODES = 500;
const DEAD = 50;
const SCRAPES = 50;
/** As the unit in docs/concepts/monitoring.md starts it. */
const SMALL = ["--max-semi-space-size=2", "--optimize-for-size"];
const CYCLES = { first: 100, last: 1000 };

/** A tree of five hundred nodes, one in ten of them black-holed; then a thousand rounds. */
export async function benchSweep(binaries: Binaries): Promise<Figure> {
  await using chain = await watchedChain(binaries);
  const hole = createServer(() => undefined).listen(0, "127.0.0.1");
  await eventually(() => (hole.listening ? true : undefined), { timeoutMs: 5000, what: "the hole is there" });
  const dead = `postgresql://x@127.0.0.1:${(hole.address() as AddressInfo).port}/slm`;
  const topology = manyNodes(chain.topology, dead);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const probe = openProbe(topology, { asMonitor: true, signal });
  const options = { probe, writes: false, intervalMs: 15_000, version: "bench", onTrouble: tell };
  const watcher = new Watcher(shapeOf(topology), options);
  let healthySeconds = Number.NaN;
  const start = performance.now();
  const cycle = watcher.poller.cycle();
  await eventually(() => (upCount(watcher) === NODES - DEAD ? true : undefined), {
    timeoutMs: 60_000,
    what: "the healthy ones are seen",
  });
  healthySeconds = (performance.now() - start) / 1000;
  await cycle;
  const down = [...watcher.poller.records.values()].filter(
    ({ isUp, failure }) => !isUp && failure !== undefined,
  ).length;
  const look = await probe.look("district-0", false);
  await probe.close();
  hole.close();
  const { p99Ms, blockedMs } = await scrapeMany(watcher);
  const memory = await manyCycles(topology, look);
  const cycleSeconds = watcher.poller.cycleSeconds ?? Number.NaN;
  tell(`sweep: ${JSON.stringify({ healthySeconds, cycleSeconds, down, p99Ms, blockedMs, memory })}`);
  return {
    what: `${NODES} nodes, ${DEAD} of them black-holed`,
    ours: `healthy ones seen in ${seconds(healthySeconds)}, all ${down} dead ones down after ${seconds(cycleSeconds)}; /metrics p99 ${p99Ms.toFixed(0)} ms, event loop held up for ${blockedMs.toFixed(0)} ms at most; ${memory.first.toFixed(0)} MB after ${CYCLES.first} rounds, ${memory.last.toFixed(0)} MB after ${CYCLES.last}`,
    goal: "< 15 s, one round; < 150 ms, < 50 ms; ≤ 150 MB, no growth",
    isMet:
      healthySeconds < 15 &&
      down === DEAD &&
      p99Ms < 150 &&
      blockedMs < 50 &&
      memory.last <= 150 &&
      memory.last < memory.first * 1.15,
  };
}

const upCount = ({ poller }: Watcher): number =>
  [...poller.records.values()].filter(({ isUp }) => isUp).length;

/** Every node is the chain's district: five hundred connections to one real server. */
function manyNodes(chain: Topology, dead: string): Topology {
  const [district, nation] = ["district", "nation"].map((name) =>
    chain.nodes.find((node) => node.name === name),
  );
  if (district === undefined || nation === undefined) throw new Error("the chain is not whole");
  const nodes = Array.from({ length: NODES - 1 }, (_, at): Node => ({
    ...district,
    name: `district-${at}`,
    dsn: at % (NODES / DEAD) === 5 ? dead : district.dsn,
  }));
  return { ...chain, nodes: [...nodes, nation] };
}

async function scrapeMany(watcher: Watcher): Promise<{ p99Ms: number; blockedMs: number }> {
  const server = createMonitorServer({ watcher });
  server.listen(0, "127.0.0.1");
  await eventually(() => (server.listening ? true : undefined), {
    timeoutMs: 5000,
    what: "the server listens",
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const times: number[] = [];
  for (let round = 0; round < SCRAPES + 5; round += 1) {
    if (round === 5) delay.enable();
    const start = performance.now();
    await (await fetch(url)).arrayBuffer();
    if (round >= 5) times.push(performance.now() - start);
  }
  delay.disable();
  server.closeAllConnections();
  server.close();
  times.sort((one, other) => one - other);
  return { p99Ms: times.at(-1) ?? Number.NaN, blockedMs: delay.max / 1e6 };
}

/** In a process of its own, as it is packed, with the server's answer given again and again: a thousand rounds are four hours. */
async function manyCycles(topology: Topology, look: Look): Promise<{ first: number; last: number }> {
  await using folder = await benchFolder();
  const tool = compileTool(folder.path);
  const files = {
    topology: path.join(folder.path, "topology.yaml"),
    answer: path.join(folder.path, "answer.json"),
  };
  writeFileSync(files.topology, topologyText(topology));
  writeFileSync(files.answer, JSON.stringify(look));
  const script = path.join(import.meta.dirname, "monitor-memory.mjs");
  const rounds = [CYCLES.first, CYCLES.last].map(String);
  const output = execFileSync(
    process.execPath,
    [...SMALL, script, tool, files.topology, files.answer, ...rounds],
    {
      encoding: "utf8",
    },
  );
  const [first = Number.NaN, last = Number.NaN] = JSON.parse(output) as number[];
  return { first, last };
}

/** The same nodes, each with a database of its own, as a file must have it. */
function topologyText({ project, tiers, sets, nodes }: Topology): string {
  const entries = nodes.map(({ name, tier, upstream }) => [
    name,
    { tier, upstream, dsn: `postgresql://x@${name}.example.org/x` },
  ]);
  const tables = { "public.document": {} };
  return JSON.stringify({
    version: 1,
    project,
    tiers,
    sets: Object.fromEntries(sets.map(({ name }) => [name, { tables }])),
    nodes: Object.fromEntries(entries),
  });
}
