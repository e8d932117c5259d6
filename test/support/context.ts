/** Commands as people run them, without a process of their own: what they print, and how they end. */
import type { Command } from "../../src/cli/command.ts";
import type { Context } from "../../src/cli/context.ts";
import { TributaryError } from "../../src/domain/errors.ts";
import { loadTopology } from "../../src/topology/load.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: TributaryError;
}

/** Runs a command on a topology file. `answers`: what is typed at its questions, in turn; without any, nobody is there. */
export async function runCommand(
  command: Command,
  topologyFile: string,
  args: Readonly<Record<string, unknown>>,
  how: {
    readonly answers?: readonly string[];
    readonly nodes?: readonly string[];
    readonly timeoutMs?: number;
  } = {},
): Promise<Ran> {
  const answers = [...(how.answers ?? [])];
  let stdout = "";
  let stderr = "";
  const ask = async (question: string): Promise<string> => {
    stderr += `${question}\n`;
    return answers.shift() ?? "";
  };
  const context: Context = {
    topologyFile,
    topology: async () => (await loadTopology(topologyFile)).topology,
    stdout: (text) => void (stdout += `${text}\n`),
    stderr: (text) => void (stderr += `${text}\n`),
    json: false,
    color: false,
    isTerminal: false,
    canAsk: how.answers !== undefined,
    signal: new AbortController().signal,
    timeoutMs: how.timeoutMs ?? 60_000,
    ...(how.nodes === undefined ? {} : { nodes: how.nodes }),
    confirm: async (question) => (await ask(question)) === "y",
    ask,
  };
  try {
    const code = await command.run(context, args as never);
    return { code, stdout, stderr };
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    return { code: error.exitCode, stdout, stderr, error };
  }
}
