/** Fresh PostgreSQL clusters for tests. They are gone when the test file ends, also when it is killed. */
import { afterAll, beforeAll, inject } from "vitest";

import type { EngineKind } from "../../src/domain/topology.ts";
import { type Cluster, startCluster } from "../../src/sandbox/cluster.ts";
import { Pattern } from "../../src/sandbox/data-directory.ts";
import { makeFolder } from "../../src/sandbox/folder.ts";
import { testBinaries } from "./cluster-binaries.ts";
import type { ContainerTree, Line } from "./container-tree.ts";

/** Tests need speed; nobody cuts the power under them. */
const FAST = {
  fsync: "off",
  wal_writer_delay: "10ms",
  full_page_writes: "off",
  jit: "off",
  // PostgreSQL 15 starts a subscription's worker as often as that, also one that was stopped on purpose.
  wal_retrieve_retry_interval: "100ms",
  checkpoint_timeout: "30min",
  max_wal_size: "4GB",
};

/** What a local cluster has of its own, and our image leaves to those who run it. */
const SMALL = { shared_buffers: "48MB", max_connections: "60" };

const DEFAULT_ENGINE: EngineKind = process.env["TEST_ENGINE"] === "native" ? "native" : "pglogical";

/** The database that every cluster of a test has. */
export const TEST_DATABASE = "slm";

export interface TestClusterOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: `slm`. */
  readonly databases?: readonly string[];
  /** Added to what the servers' processes see. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TreeShape extends TestClusterOptions {
  /** district-a, district-b …, dealt out to the regions in turn. */
  readonly districts: number;
  /** east, west, north, south …; with 0, districts are right below the nation. Default: 0. */
  readonly regions?: number;
  /** What carries the data. Default: what TEST_ENGINE says, else pglogical. */
  readonly engine?: EngineKind;
  /** PostgreSQL's major by node, from npm: without pglogical. Default: the one with pglogical. */
  readonly majors?: Readonly<Record<string, number>>;
  /** Where the clusters run: as processes of this machine, or in containers of our image. Default: local. */
  readonly source?: "local" | "containers";
}

/** A node of a test tree, as a topology file names it. */
export interface TestNode {
  readonly name: string;
  readonly tier: "district" | "region" | "nation";
  readonly upstream?: string;
  readonly cluster: Cluster;
  readonly dsn: string;
  /** Where its upstream reaches it, when not as dsn says. */
  readonly link?: { readonly host: string; readonly port: number };
}

export interface TestTree {
  /** The folder of the clusters: journals and topology files may go here too. */
  readonly directory: string;
  /** Lowest tier first. */
  readonly nodes: readonly TestNode[];
  node(name: string): TestNode;
  dsn(name: string): string;
  cluster(name: string): Cluster;
  /** The line above a node. In containers only. */
  line(name: string): Line;
  /** A topology file for this tree; `sets` is its `sets` section. */
  topologyFile(sets: unknown, how?: TopologyText): string;
  remove(): Promise<void>;
}

export interface TopologyText {
  /** Default: `slm`. */
  readonly project?: string;
  /** Engines of nodes that have another one than the tree. */
  readonly engines?: Readonly<Record<string, EngineKind>>;
  /** The `monitor` section. Default: none. */
  readonly monitor?: unknown;
  /** The role that tables belong to which are made above. Default: not named. */
  readonly tableOwner?: string;
}

/** Clusters for all tests of the file or `describe` that it is called in. Use them inside tests and hooks only. */
export function useTestTree(shape: TreeShape): TestTree {
  let tree: TestTree | undefined;
  beforeAll(async () => {
    tree = await testTree(shape);
  });
  afterAll(() => tree?.remove());
  return new Proxy({} as TestTree, {
    get: (_, property) => {
      if (tree === undefined) throw new Error("the tree is there only while tests and hooks run");
      return Reflect.get(tree, property) as unknown;
    },
  });
}

/** One cluster for all tests of the file or `describe` that it is called in. */
export function useTestCluster(options: TestClusterOptions = {}): TestNode {
  const tree = useTestTree({ ...options, districts: 0 });
  return new Proxy({} as TestNode, {
    get: (_, property) => Reflect.get(tree.node("nation"), property) as unknown,
  });
}

/** A tree of fresh clusters, one for each node. The caller removes it; should it die first, it goes all the same. */
async function testTree(shape: TreeShape): Promise<TestTree> {
  const folder = await makeFolder({ prefix: "tributary-test-" });
  try {
    const places = placesOf(shape);
    const source = shape.source === "containers" ? containerSource : localSource;
    const servers = await source(places, shape, folder.path);
    const remove = async (): Promise<void> => {
      await servers.remove?.();
      await folder.remove();
    };
    return assemble({ directory: folder.path, remove }, places, servers, shape.engine ?? DEFAULT_ENGINE);
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** The servers of a tree, in the order of its places. Those of this machine go with their folder. */
type Servers = Pick<ContainerTree, "clusters"> & Partial<ContainerTree>;

async function localSource(places: readonly Place[], shape: TreeShape, directory: string): Promise<Servers> {
  const pattern = places.length === 1 ? undefined : new Pattern(directory);
  const clusters = places.map(async ({ name }) =>
    startCluster({
      directory,
      name,
      binaries: await testBinaries(shape.majors?.[name]),
      settings: { ...FAST, ...shape.settings },
      databases: shape.databases ?? [TEST_DATABASE],
      ...(pattern === undefined ? {} : { pattern }),
      ...(shape.environment === undefined ? {} : { environment: shape.environment }),
    }),
  );
  return { clusters: await Promise.all(clusters) };
}

async function containerSource(
  places: readonly Place[],
  shape: TreeShape,
  directory: string,
): Promise<ContainerTree> {
  // The library takes its time to load, and few tests need it.
  const { startContainerTree } = await import("./container-tree.ts");
  return startContainerTree(places, {
    run: inject("containers").run,
    directory,
    settings: { ...FAST, ...SMALL, ...shape.settings },
    databases: shape.databases ?? [TEST_DATABASE],
    environment: shape.environment ?? {},
  });
}

type Place = Pick<TestNode, "name" | "tier" | "upstream">;

const REGIONS = ["east", "west", "north", "south"];

function placesOf(shape: TreeShape): readonly Place[] {
  const regions = Array.from(
    { length: shape.regions ?? 0 },
    (_, index) => REGIONS[index] ?? `region-${index}`,
  );
  const districts = Array.from({ length: shape.districts }, (_, index): Place => {
    const upstream = regions[index % regions.length] ?? "nation";
    return { name: `district-${(index + 10).toString(36)}`, tier: "district", upstream };
  });
  return [
    ...districts,
    ...regions.map((name): Place => ({ name, tier: "region", upstream: "nation" })),
    { name: "nation", tier: "nation" },
  ];
}

function assemble(
  ends: Pick<TestTree, "directory" | "remove">,
  places: readonly Place[],
  { clusters, linkOf, lineOf }: Servers,
  engine: EngineKind,
): TestTree {
  const database = TEST_DATABASE;
  const nodes = places.flatMap((place, index): TestNode[] => {
    const cluster = clusters[index];
    if (cluster === undefined) return [];
    const link = linkOf?.(place);
    return [{ ...place, cluster, dsn: cluster.dsn(database), ...(link === undefined ? {} : { link }) }];
  });
  const node = (name: string): TestNode => {
    const found = nodes.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the test tree has no node "${name}"`);
    return found;
  };
  return {
    ...ends,
    nodes,
    node,
    dsn: (name) => node(name).dsn,
    cluster: (name) => node(name).cluster,
    line: (name) => {
      const line = lineOf?.(node(name));
      if (line === undefined) throw new Error("only trees in containers have lines that can be cut");
      return line;
    },
    topologyFile: (sets, how = {}) => topologyFile(nodes, sets, { engine, ...how }),
  };
}

/** JSON is YAML. */
function topologyFile(
  nodes: readonly TestNode[],
  sets: unknown,
  {
    engine,
    project = "slm",
    engines = {},
    monitor,
    tableOwner,
  }: TopologyText & { readonly engine: EngineKind },
): string {
  const tiers = ["district", "region", "nation"].filter((tier) => nodes.some((node) => node.tier === tier));
  const entries = nodes.map(
    ({ name, tier, upstream, dsn, link }) =>
      [name, { tier, upstream, dsn, link, engine: engines[name] }] as const,
  );
  return JSON.stringify(
    {
      version: 1,
      project,
      engine,
      tiers,
      table_owner: tableOwner,
      monitor,
      sets,
      nodes: Object.fromEntries(entries),
    },
    undefined,
    2,
  );
}
