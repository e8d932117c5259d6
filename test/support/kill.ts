/** The command line as a process that can be killed at any event of an apply. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { inject } from "vitest";

import type { ApplySummary, StepEvent } from "../../src/apply/event.ts";

/** A run of the tool that has ended. */
export interface Finished {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly events: readonly StepEvent[];
  readonly summary?: ApplySummary;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly onStart?: (tool: ChildProcess) => void;
  /** Hears of each event as it happens. Called in order; the tool goes on meanwhile. */
  readonly onEvent?: (event: StepEvent, tool: ChildProcess) => void;
}

export interface Tool {
  run(words: readonly string[], options?: RunOptions): Promise<Finished>;
  /** As `run`, but expects exit code 0. */
  succeed(words: readonly string[], options?: RunOptions): Promise<Finished>;
  /** What the tool prints as one JSON document. */
  json<Value>(words: readonly string[]): Promise<Value>;
}

/** The tool as a process, with what it tells of itself. */
export function useTool(): Tool {
  const run: Tool["run"] = (words, options = {}) => start([inject("tool"), ...words], options);
  const succeed: Tool["succeed"] = async (words, options) => {
    const finished = await run(words, options);
    if (finished.code === 0) return finished;
    throw new Error(
      `tributary ${words.join(" ")}: exit code ${finished.code}\n${finished.stdout}${finished.stderr}`,
    );
  };
  return {
    run,
    succeed,
    json: async <Value>(words: readonly string[]) =>
      JSON.parse((await succeed([...words, "--json"])).stdout) as Value,
  };
}

async function start(
  programArguments: readonly string[],
  { onStart, onEvent }: RunOptions,
): Promise<Finished> {
  const tool = spawn(process.execPath, programArguments, { stdio: ["ignore", "pipe", "pipe"] });
  onStart?.(tool);
  const events: StepEvent[] = [];
  const lines: string[] = [];
  let stderr = "";
  let summary: ApplySummary | undefined;
  tool.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface({ input: tool.stdout }).on("line", (line) => {
    lines.push(line);
    const parsed = parseLine(line);
    if (parsed === undefined) return;
    if (parsed.summary !== undefined) summary = parsed.summary;
    if (parsed.step === undefined) return;
    events.push(parsed as StepEvent);
    onEvent?.(parsed as StepEvent, tool);
  });
  const [code] = (await once(tool, "close")) as [number | null];
  return { code, events, stdout: lines.join("\n"), stderr, ...(summary === undefined ? {} : { summary }) };
}

function parseLine(line: string): (Partial<StepEvent> & { summary?: ApplySummary }) | undefined {
  try {
    return JSON.parse(line) as Partial<StepEvent>;
  } catch {
    return undefined;
  }
}

/** Where to strike: a step and what it says of itself. */
export type KillPoint = `${StepEvent["status"]} ${string}`;

/** What is struck at a point: the tool itself, unless it says otherwise. */
export interface Strike {
  readonly at: KillPoint;
  readonly how?: () => void;
}

/** The points at which a command, run again and again, is to be struck: one at a time, each once. */
export class KillList {
  readonly #left: Strike[];
  readonly #used: KillPoint[] = [];

  constructor(strikes: readonly Strike[]) {
    this.#left = [...strikes];
  }

  get left(): readonly KillPoint[] {
    return this.#left.map(({ at }) => at);
  }

  get used(): readonly KillPoint[] {
    return this.#used;
  }

  /**
   * To be used for one run: strikes at the first event that is on the list, and crosses it off. What a tool that was
   * killed still tells of itself was under way when it died.
   */
  forOneRun(): (event: StepEvent, tool: ChildProcess) => void {
    let spent: Strike | undefined;
    return (event, tool) => {
      const at: KillPoint = `${event.status} ${event.step}`;
      const index = this.#left.findIndex((strike) => strike.at === at);
      const strike = this.#left[index];
      const isOver = spent !== undefined && (spent.how !== undefined || strike?.how !== undefined);
      if (strike === undefined || isOver) return;
      this.#left.splice(index, 1);
      this.#used.push(at);
      if (spent === undefined && strike.how === undefined) tool.kill("SIGKILL");
      else if (spent === undefined) strike.how?.();
      spent ??= strike;
    };
  }
}
