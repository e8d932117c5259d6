#!/usr/bin/env node
/** The outermost ring: the only file that reads the command line, listens to signals and ends the process. */
import { setMaxListeners } from "node:events";
import { Interrupted } from "../domain/errors.ts";
import { parseCommandLine } from "./command.ts";
import { commands } from "./commands/index.ts";
import { createContext } from "./context.ts";
import { exitCodeOf, renderError, type ErrorStyle } from "./render/error.ts";
import { outgoing } from "./outgoing.ts";
import { VERSION } from "./version.ts";

const controller = new AbortController();
// Every node's session listens, and there may be hundreds.
setMaxListeners(0, controller.signal);

function interrupt(): void {
  // Ctrl-C reaches the process twice when npm or a shell passes it on.
  if (controller.signal.aborted) {
    if (Date.now() - interruptedAt > 300) process.exit(130);
    return;
  }
  interruptedAt = Date.now();
  controller.abort(
    new Interrupted("interrupted", { code: "interrupted", hint: "Run the same command again to go on." }),
  );
  if (process.stderr.isTTY)
    process.stderr.write("\nStopping at the next safe point; again to stop at once.\n");
}
let interruptedAt = 0;

/** A reader that went away, as in `| head`, is no error: there is nobody left to tell. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
  controller.abort(new Interrupted("nobody reads the output", { code: "output-closed" }));
}

async function run(argv: readonly string[]): Promise<number> {
  const style: { -readonly [K in keyof ErrorStyle]: boolean } = {
    json: argv.includes("--json"),
    color: process.stderr.isTTY && !process.env["NO_COLOR"] && !argv.includes("--no-color"),
  };
  try {
    const invocation = await parseCommandLine(argv, commands, VERSION);
    if (invocation.kind === "text") {
      (invocation.isAsked ? process.stdout : process.stderr).write(`${outgoing(invocation.text)}\n`);
      return invocation.isAsked ? 0 : 2;
    }
    const { stdin, stdout, stderr, env: environment } = process;
    const { signal } = controller;
    const around = { stdin, stdout, stderr, environment, signal, interrupt };
    return await invocation.run(createContext(invocation.globals, around));
  } catch (thrown) {
    // Whatever an abort broke, the reason is the interruption.
    const isAbort = controller.signal.aborted && (thrown as Error).name === "AbortError";
    const error: unknown = isAbort ? controller.signal.reason : thrown;
    const isUnread = error instanceof Interrupted && error.code === "output-closed";
    if (!isUnread)
      process.stderr.write(
        `${outgoing(renderError(error, style), { isStyled: style.color, isJson: style.json })}\n`,
      );
    return exitCodeOf(error);
  }
}

process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
process.stdout.on("error", leaveQuietly);
process.stderr.on("error", leaveQuietly);

const code = await run(process.argv.slice(2));
// What is still on its way to a slow reader goes out first.
process.stdout.write("", () => process.exit(code));
