/** The `poc` command as a process, in a folder of its own for each test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, inject } from "vitest";

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly tool: ChildProcess;
  readonly finished: Promise<Finished>;
}

interface Poc {
  /** Exists, and holds nothing. */
  parent: string;
  /** Where the tree lives. */
  place: string;
  /** Starts the tool with these words; `poc` works in the place. */
  tributary(...words: readonly string[]): Started;
}

/** A place for each test, which is cleared away after it. */
export function usePoc(): Poc {
  const poc: Poc = { parent: "", place: "", tributary: (...words) => start(poc.place, words) };
  beforeEach(() => {
    poc.parent = mkdtempSync(path.join(tmpdir(), "tributary-test-poc-"));
    // The servers may run as another user, who has to get through.
    chmodSync(poc.parent, 0o755);
    poc.place = path.join(poc.parent, "tree");
  });
  afterEach(async () => {
    await poc.tributary("poc", "down").finished;
    rmSync(poc.parent, { recursive: true, force: true });
  });
  return poc;
}

function start(place: string, words: readonly string[]): Started {
  const where = words[0] === "poc" ? ["--directory", place] : [];
  const binaries = process.env["TEST_PG_BIN"];
  const isChosen = binaries === undefined || words[1] === "down" || words.includes("--postgres");
  const postgres = isChosen ? [] : ["--postgres", binaries];
  const programArguments = [inject("tool"), ...words, ...where, ...(where.length > 0 ? postgres : [])];
  const tool = spawn(process.execPath, programArguments, { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  tool.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  tool.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const finished = once(tool, "close").then(([code]): Finished => ({
    code: code as number | null,
    ...output,
  }));
  return { tool, finished };
}
