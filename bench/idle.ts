/** `apply` with nothing to do, on the tree of the proof of concept: what each server saw of it. */
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Sessions } from "../src/postgres/sessions.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { openClient } from "../src/postgres/client.ts";
import { loadKnowledgeBases, type PocTree, raiseTree, SITES } from "../src/sandbox/poc/tree.ts";
import { loadTopology } from "../src/topology/load.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { tell, timed } from "./stopwatch.ts";
import { applyNow, benchFolder } from "./tree.ts";

const ROUNDS = 3;
const MOST_CONNECTIONS = 1;
const MOST_QUERIES = 10;
const COMMAND = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

/** Marks the lines of the tool's sessions in a server's log. */
const LOG_SETTINGS = [
  "alter system set log_statement = 'all'",
  "alter system set log_connections = on",
  "alter system set log_line_prefix = 'app=%a '",
  "select pg_reload_conf()",
];

export async function benchIdle(binaries: Binaries): Promise<Figure> {
  await using folder = await benchFolder();
  const tree = await raiseTree(folder.path, binaries);
  const { topology } = await loadTopology(tree.topologyFile);
  await using sessions = new Sessions(tree.nodes);
  await loadKnowledgeBases(sessions);
  await sessions.closeAll();
  await applyNow(topology);
  for (const node of topology.nodes) await setLogging(node);
  const times: number[] = [];
  let seen: readonly Seen[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const marks = SITES.map(({ name }) => statSync(tree.cluster(name).logFile).size);
    times.push(await timed(() => applyAsPeopleDo(tree.topologyFile)));
    seen = SITES.map(({ name }, at) => whatItSaw(tree, name, marks[at] ?? 0));
    tell(
      `idle ${round}/${ROUNDS}: ${seconds(times.at(-1) ?? 0)}, ${mostOf(seen, "connections")} connections and ${mostOf(seen, "queries")} queries at most`,
    );
  }
  return figure(seen, median(times));
}

async function setLogging(node: { name: string; dsn: string }): Promise<void> {
  const client = await openClient(node);
  for (const setting of LOG_SETTINGS) await client.query(setting);
  await client.end();
}

interface Seen {
  readonly connections: number;
  readonly queries: number;
}

const mostOf = (seen: readonly Seen[], what: keyof Seen): number =>
  Math.max(...seen.map((node) => node[what]));

function figure(seen: readonly Seen[], time: number): Figure {
  const connections = mostOf(seen, "connections");
  const queries = mostOf(seen, "queries");
  if (connections === 0) throw new Error("the servers did not see the command");
  return {
    what: `\`apply\` with nothing to do, on the ${SITES.length} nodes of the proof of concept`,
    ours: `${connections} connection and ${queries} queries per node at most, ${seconds(time)} in all`,
    goal: `${MOST_CONNECTIONS} connection, ≤ ${MOST_QUERIES} queries`,
    isMet: connections <= MOST_CONNECTIONS && queries <= MOST_QUERIES,
  };
}

async function applyAsPeopleDo(topologyFile: string): Promise<void> {
  const program = ["--import", "tsx", COMMAND, "apply", "--yes", "--json", "--topology", topologyFile];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (!last.includes('"done":0')) throw new Error(`apply had something to do: ${last}`);
}

/** Counts in what the server logged after the mark. */
function whatItSaw(tree: PocTree, site: string, mark: number): Seen {
  const lines = readFileSync(tree.cluster(site).logFile).subarray(mark).toString("utf8").split("\n");
  const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  return {
    connections: count(/LOG: {2}connection authorized: .*application_name=tributary( |$)/u),
    queries: count(/^app=tributary LOG: {2}(statement|execute [^:]+): /u),
  };
}
