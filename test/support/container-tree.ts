/**
 * The clusters of a tree in containers. Each link has a network of its own, which only its two ends are in, so that it can be cut.
 * The test reaches every server over one more network, on which containers cannot reach each other.
 */
import { randomBytes } from "node:crypto";

import { LABEL_TESTCONTAINERS_SESSION_ID, getContainerRuntimeClient, getReaper } from "testcontainers";

import type { Cluster } from "../../src/sandbox/cluster.ts";
import { type ContainerOptions, startContainerCluster } from "./container-cluster.ts";
import { RUN_LABEL, type Run, removeThingsWith } from "./container-run.ts";
import { docker } from "./docker.ts";

/** One node of the tree to make. */
export interface Place {
  readonly name: string;
  readonly upstream?: string;
}

/** The network between a provider and its subscriber. */
export interface Line {
  /** Takes the subscriber out of the network: neither end is told, and what is under way is lost. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export interface ContainerTree {
  readonly clusters: readonly Cluster[];
  /** Where a node's upstream finds it, and its own server, which pglogical connects to as well. */
  linkOf(place: Place): { readonly host: string; readonly port: number };
  /** The line above a node. */
  lineOf(place: Place): Line;
  remove(): Promise<void>;
}

export interface ContainerTreeOptions extends Pick<
  ContainerOptions,
  "directory" | "settings" | "databases" | "environment"
> {
  readonly run: Run;
}

const TREE_LABEL = "tributary.test-tree";

/** Makes the networks and the clusters. The caller removes them. */
export async function startContainerTree(
  places: readonly Place[],
  options: ContainerTreeOptions,
): Promise<ContainerTree> {
  const tree = `test-${randomBytes(4).toString("hex")}`;
  const named = (name: string): string => `${tree}-${name}`;
  const labels = { ...(await labelsOf(options.run)), [TREE_LABEL]: tree };
  const remove = (): Promise<void> => removeThingsWith(`${TREE_LABEL}=${tree}`);
  try {
    const network = named("desk");
    await makeNetwork(network, labels, ["--opt", "com.docker.network.bridge.enable_icc=false"]);
    // Internal, so that the published ports stay on the desk's network, whatever is cut.
    for (const { name, upstream } of places)
      if (upstream !== undefined) await makeNetwork(named(`line-${name}`), labels, ["--internal"]);
    const start = (place: Place): Promise<Cluster> => {
      const { name } = place;
      const lines = linesAt(place, places).map((line) => ({
        network: named(`line-${line}`),
        ...(line === name ? { alias: name } : {}),
      }));
      return startContainerCluster({ ...options, name, container: named(name), network, lines, labels });
    };
    return {
      clusters: await all(places.map(start)),
      linkOf: ({ name, upstream }) => ({ host: upstream === undefined ? "127.0.0.1" : name, port: 5432 }),
      lineOf: ({ name, upstream = "" }) => lineBetween(named(`line-${name}`), named(upstream)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The line above a node, and those below it, each by the name of its provider. */
function linesAt({ name, upstream }: Place, places: readonly Place[]): readonly string[] {
  const below = places.filter((place) => place.upstream === name).map((place) => place.name);
  return upstream === undefined ? below : [name, ...below];
}

/** Waits for all, also when one fails: only then is it known what there is to remove. */
async function all<Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

async function makeNetwork(
  name: string,
  labels: Readonly<Record<string, string>>,
  how: readonly string[],
): Promise<void> {
  const given = Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
  await docker("network", "create", ...given, ...how, name);
}

function lineBetween(network: string, subscriber: string): Line {
  return {
    cut: async () => void (await docker("network", "disconnect", network, subscriber)),
    mend: async () => void (await docker("network", "connect", network, subscriber)),
  };
}

/** For everything that a test makes: testcontainers' own labels, and the run that it belongs to. */
async function labelsOf(run: Run): Promise<Record<string, string>> {
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  return { "org.testcontainers": "true", [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId, [RUN_LABEL]: run };
}
