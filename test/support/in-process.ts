/** Commands of the tool in the test's own process: a new one for each takes its time. */
import { exitCodeOf, renderError } from "../../src/cli/render/error.ts";
import { parseCommandLine } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { createContext } from "../../src/cli/context.ts";

export interface Ended {
  readonly code: number;
  /** stdout and stderr, as they came. */
  readonly said: string;
}

/** Runs a command line as main does. */
export async function runHere(words: readonly string[]): Promise<Ended> {
  let said = "";
  const stream = {
    isTTY: false,
    write: (text: string) => {
      said += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  try {
    const invocation = await parseCommandLine(words, commands, "test");
    if (invocation.kind === "text") throw new Error(invocation.text);
    const context = createContext(invocation.globals, {
      stdin: { isTTY: false } as NodeJS.ReadStream,
      stdout: stream,
      stderr: stream,
      environment: {},
      signal: new AbortController().signal,
      interrupt: () => undefined,
    });
    return { code: await invocation.run(context), said };
  } catch (error) {
    return {
      code: exitCodeOf(error),
      said: `${said}${renderError(error, { json: words.includes("--json"), color: false })}`,
    };
  }
}
