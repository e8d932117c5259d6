/** A topology from a file: the one place here that reads disk and environment. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { TopologyError, type TopologyProblem } from "../domain/errors.ts";
import type { Topology } from "../domain/topology.ts";
import { parseTopology } from "./parse.ts";

export interface LoadedTopology {
  readonly topology: Topology;
  readonly warnings: readonly TopologyProblem[];
}

/** Reads and parses a topology file. Throws TopologyError with every problem. */
export async function loadTopology(file: string): Promise<LoadedTopology> {
  const folder = dirname(resolve(file));
  const result = await parseTopology(await textOf(file), {
    file,
    environment: (name) => process.env[name],
    readFile: (path) => readFileSync(resolve(folder, path), "utf8"),
  });
  if (result.ok) return result;
  const { problems } = result;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new TopologyError(`${file} has ${count}`, { code: "topology-invalid", problems });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new TopologyError(isMissing ? `there is no file ${file}` : `${file} cannot be read`, {
      code: isMissing ? "topology-missing" : "topology-unreadable",
      hint: isMissing
        ? "Write one with `tributary init`, or name another with --topology FILE."
        : "Check that it is a file and that you may read it.",
      cause,
    });
  }
}
