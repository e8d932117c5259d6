/** Servers that are machines of their own elsewhere share this one: each side gets CPUs that the other does not use. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";

import type { Cluster } from "../src/sandbox/cluster.ts";
import { runProgram } from "../src/sandbox/command.ts";
import { childrenOf, postmasterOf } from "../src/sandbox/postmaster.ts";

/** below: the district and its application. above: everything else. */
export type Side = "below" | "above";

/** Before anything was confined. */
const CPUS = availableParallelism();

/** As taskset wants them: "0-1". */
function cpusOf(side: Side): string {
  const half = CPUS >> 1;
  const [first, last] = side === "below" ? [0, half - 1] : [half, CPUS - 1];
  return `${first}-${last}`;
}

/** Gives a server that runs, and all that it starts, the CPUs of its side. */
export async function confine(cluster: Cluster, side: Side): Promise<void> {
  const postmaster = postmasterOf(path.join(cluster.directory, "data"));
  if (postmaster === undefined) throw new Error(`cluster "${cluster.name}" does not run`);
  for (const process of [postmaster, ...childrenOf(postmaster)])
    await runProgram("taskset", ["-p", "-c", cpusOf(side), String(process)]).catch((error: unknown) => {
      // A worker may be done by now.
      if (existsSync(`/proc/${process}`)) throw error;
    });
}

/** Gives this program, which is elsewhere in life, the CPUs of a side until it is disposed of. */
export async function confineSelf(side: Side): Promise<AsyncDisposable> {
  const useCpus = (cpus: string): Promise<string> =>
    runProgram("taskset", ["-a", "-p", "-c", cpus, String(process.pid)]);
  await useCpus(cpusOf(side));
  return { [Symbol.asyncDispose]: async () => void (await useCpus(`0-${CPUS - 1}`)) };
}

/** What to start a program of that side with. */
export const confined = (side: Side): readonly string[] => ["taskset", "-c", cpusOf(side)];
