/** What a command has at hand: the topology, the terminal, and the wish to stop. */
import { createInterface } from "node:readline/promises";
import { Interrupted, UsageError, type TopologyProblem } from "../domain/errors.ts";
import type { Topology } from "../domain/topology.ts";
import { didYouMean } from "../topology/nearest.ts";
import { LOG_LEVELS, type GlobalArguments } from "./command.ts";
import { type Manner, outgoing } from "./outgoing.ts";
import { renderWarnings } from "./render/problems.ts";

type LogLevel = (typeof LOG_LEVELS)[number];

export interface Context {
  /** The file that `topology()` reads. */
  readonly topologyFile: string;
  /** Loads the topology, once, and prints its warnings. Throws TopologyError; UsageError for an unknown --node. */
  topology(): Promise<Topology>;
  /** Prints a result, without anything that a terminal would obey. Adds a newline when there is none at the end. */
  stdout(text: string, manner?: Manner): void;
  /** Prints a message for people, in the same way. With `isLine` it is one line, whatever is quoted in it. */
  stderr(text: string, level?: LogLevel, manner?: Manner): void;
  /** Results as JSON. */
  readonly json: boolean;
  readonly color: boolean;
  /** People watch: stdout and stderr are terminals. */
  readonly isTerminal: boolean;
  /** People can be asked: stdin and stderr are terminals. */
  readonly canAsk: boolean;
  /** Aborted, with Interrupted as its reason, at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Names of the nodes to be limited to. Absent: all. */
  readonly nodes?: readonly string[];
  /** Asks yes or no; UsageError when nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a text; an empty answer is `preset`. */
  ask(question: string, preset?: string): Promise<string>;
}

/** The process, as far as a context needs it. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The same as SIGINT, which a terminal in use for a question does not raise. */
  interrupt(): void;
}

/** Builds the context of one run. Throws UsageError. */
export function createContext(globals: GlobalArguments, around: Surroundings): Context {
  const { timeout, node, json } = globals;
  if (timeout !== undefined && timeout <= 0)
    throw new UsageError(`--timeout is ${timeout}, needs to be above 0`, { code: "usage" });
  const loudest = LOG_LEVELS.findIndex((level) => level === globals["log-level"]);
  const stderr: Context["stderr"] = (text, level = "info", manner = {}) => {
    if (LOG_LEVELS.indexOf(level) <= loudest) around.stderr.write(withNewline(outgoing(text, manner)));
  };
  const load = async (): Promise<Topology> => {
    // Loaded on demand: the filter parser takes its time, and help needs none.
    const { loadTopology } = await import("../topology/load.ts");
    const { topology, warnings } = await loadTopology(globals.topology);
    warn(warnings, json, stderr);
    refuseUnknownNodes(node, topology);
    return topology;
  };
  let loaded: Promise<Topology> | undefined;
  const canAsk = around.stdin.isTTY && around.stderr.isTTY;
  const ask = (question: string, preset?: string): Promise<string> => askOn(around, canAsk, question, preset);
  return {
    topologyFile: globals.topology,
    topology: () => (loaded ??= load()),
    stdout: (text, manner) =>
      void around.stdout.write(withNewline(outgoing(text, { isJson: json, ...manner }))),
    stderr,
    json,
    color: wantsColor(globals, around),
    isTerminal: around.stdout.isTTY && around.stderr.isTTY,
    canAsk,
    signal: around.signal,
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(node.length === 0 ? {} : { nodes: node }),
    confirm: async (question) => /^y(?:es)?$/iu.test(await ask(`${question} [y/N]`)),
    ask,
  };
}

const withNewline = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

function warn(warnings: readonly TopologyProblem[], json: boolean, stderr: Context["stderr"]): void {
  if (warnings.length > 0) stderr(renderWarnings(warnings, json), "warn");
}

function refuseUnknownNodes(names: readonly string[], topology: Topology): void {
  const known = topology.nodes.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known).hint ?? "Name a node of the topology file.";
  throw new UsageError(`--node: there is no node "${unknown}"`, { code: "unknown-node", hint });
}

/** https://no-color.org: colours on a terminal, unless somebody objects. */
function wantsColor(globals: GlobalArguments, { stdout, environment }: Surroundings): boolean {
  if (globals["no-color"] || globals.json || environment["NO_COLOR"]) return false;
  return stdout.isTTY && environment["TERM"] !== "dumb";
}

async function askOn(
  around: Surroundings,
  canAsk: boolean,
  question: string,
  preset?: string,
): Promise<string> {
  if (!canAsk) {
    const hint = "Give the answer as an option: see --help.";
    throw new UsageError(`nobody is there to answer "${question}"`, { code: "no-terminal", hint });
  }
  around.signal.throwIfAborted();
  const lines = createInterface({ input: around.stdin, output: around.stderr });
  lines.on("SIGINT", () => around.interrupt());
  const endOfInput = new Promise<never>((_, reject) => {
    lines.on("close", () =>
      reject(new Interrupted("the question was left unanswered", { code: "interrupted" })),
    );
  });
  try {
    const prompt = outgoing(preset === undefined ? `${question} ` : `${question} [${preset}] `);
    const answer = await Promise.race([lines.question(prompt, { signal: around.signal }), endOfInput]);
    return answer.trim() === "" ? (preset ?? "") : answer.trim();
  } finally {
    lines.close();
  }
}
