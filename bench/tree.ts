/** Clusters for a benchmark: as the sandbox makes them, with room for the data. Gone when it ends, however it ends. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { applyPlan } from "../src/apply/apply.ts";
import type { StepEvent } from "../src/apply/event.ts";
import type { ApplyTools } from "../src/apply/tools.ts";
import type { EngineKind, Topology } from "../src/domain/topology.ts";
import * as steps from "../src/engine/steps.ts";
import { observe } from "../src/observe/observe.ts";
import { plan } from "../src/plan/plan.ts";
import { Sessions } from "../src/postgres/sessions.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { type Cluster, startCluster } from "../src/sandbox/cluster.ts";
import { makeFolder, type SandboxFolder } from "../src/sandbox/folder.ts";
import { loadTopology } from "../src/topology/load.ts";

/** Both sides of every comparison run on the same servers. */
const SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "2GB",
  max_wal_size: "8GB",
  checkpoint_timeout: "30min",
  autovacuum: "off",
  // How often PostgreSQL 15 starts a subscription's worker, also one that was stopped on purpose.
  wal_retrieve_retry_interval: "100ms",
};

/** The database of every node. */
export const DATABASE = "slm";

export interface BenchTree extends AsyncDisposable {
  readonly topology: Topology;
  /** The topology file. */
  readonly file: string;
  cluster(name: string): Cluster;
  dsn(name: string, database?: string): string;
}

export interface ChainOptions {
  /** Besides `slm`, in every cluster. */
  readonly databases?: readonly string[];
  /** More clusters, which take no part in the tree. */
  readonly beside?: readonly string[];
  /** More nodes of the lowest tier. */
  readonly twins?: readonly string[];
  /** Default: pglogical. */
  readonly engine?: EngineKind;
  /** Over those that all benchmarks have. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The file's `monitor` section. Default: none. */
  readonly monitor?: object;
  /** Where a node is reached from above; default: where it is. */
  readonly link?: (node: string, dsn: string) => Promise<string> | string;
}

/** The rule that most benchmarks have. */
export const APPROVED_DOCUMENTS = { "public.document": { where: "status = 'approved'" } };

const folders = new Set<SandboxFolder>();

/** For a benchmark that is interrupted: stops every server that it started. */
export async function removeAll(): Promise<void> {
  await Promise.all([...folders].map((folder) => folder.remove()));
}

/** A folder for clusters that `removeAll` knows of. */
export async function benchFolder(): Promise<SandboxFolder> {
  const folder = await makeFolder({ prefix: "tributary-bench-" });
  folders.add(folder);
  const remove = async (): Promise<void> => {
    await folder.remove();
    folders.delete(folder);
  };
  return { ...folder, remove, [Symbol.asyncDispose]: remove };
}

/** A chain of nodes, lowest first, with one cluster each. */
export async function startChain(
  binaries: Binaries,
  tiers: readonly string[],
  tables: object,
  {
    databases = [],
    beside = [],
    twins = [],
    engine = "pglogical",
    settings = {},
    monitor,
    link = (_, dsn) => dsn,
  }: ChainOptions = {},
): Promise<BenchTree> {
  const folder = await benchFolder();
  try {
    const clusters = await Promise.all(
      [...twins, ...tiers, ...beside].map((name) =>
        startCluster({
          directory: folder.path,
          name,
          binaries,
          settings: { ...SETTINGS, ...settings },
          databases: [DATABASE, ...databases],
        }),
      ),
    );
    const cluster = (wanted: string): Cluster => {
      const found = clusters.find(({ name }) => name === wanted);
      if (found === undefined) throw new Error(`the chain has no cluster "${wanted}"`);
      return found;
    };
    const dsn = (name: string, database = DATABASE): string => cluster(name).dsn(database);
    const nodes = await Promise.all(
      [...twins, ...tiers].map(async (name) => {
        const { hostname: host, port } = new URL(await link(name, dsn(name)));
        const tier = twins.includes(name) ? tiers[0] : name;
        const upstream = tiers[tiers.indexOf(tier ?? "") + 1];
        return [name, { tier, upstream, dsn: dsn(name), link: { host, port: Number(port) } }] as const;
      }),
    );
    const sets = { knowledge: { tables } };
    const file = path.join(folder.path, "topology.yaml");
    const described = { version: 1, project: "slm", engine, tiers, monitor, sets };
    await writeFile(file, JSON.stringify({ ...described, nodes: Object.fromEntries(nodes) }));
    const { topology } = await loadTopology(file);
    return { topology, file, cluster, dsn, [Symbol.asyncDispose]: () => folder.remove() };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Makes the servers match, by the functions that `apply` calls. What happened to each step. */
export async function applyNow(
  topology: Topology,
  how: Partial<Pick<ApplyTools, "seed" | "signal">> = {},
): Promise<readonly StepEvent[]> {
  await using sessions = new Sessions(topology.nodes, { statementTimeoutMs: 300_000 });
  const planned = plan(topology, await observe(topology, { sessions }));
  const [problem] = planned.problems.filter(({ severity }) => severity === "error");
  if (problem !== undefined) throw new Error(`${problem.node}: ${problem.message}`);
  const events: StepEvent[] = [];
  await applyPlan(planned, {
    topology,
    steps,
    sessions,
    signal: new AbortController().signal,
    timeoutMs: 120_000,
    onEvent: (event) => events.push(event),
    ...how,
  });
  return events;
}
