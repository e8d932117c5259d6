/**
 * What a run of the tests has made in the Docker engine, told by labels: so that it can be taken away, also by the next run when
 * this one is killed. Nothing else is touched: others may use the same engine.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import { eventually } from "../../src/sandbox/eventually.ts";
import { isAlive } from "../../src/sandbox/postmaster.ts";
import { docker, dockerList } from "./docker.ts";

/** Its value is the run. */
export const RUN_LABEL = "tributary.test-run";

/** A run of the tests: HOST/PID/START of its process, which no other process has. */
export type Run = `${string}/${number}/${string}`;

/** The run whose process is this one. */
export function thisRun(): Run {
  return `${hostname()}/${process.pid}/${startOf(process.pid)}`;
}

/** Pids come again; with the moment of the start they don't. Empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The 22nd field; the name, which may hold anything, is the second.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Its process has ended. A run on another machine is believed to live. */
function isOver(run: string): boolean {
  const [host, pid, start] = run.split("/");
  if (host !== hostname()) return false;
  return !isAlive(Number(pid)) || startOf(Number(pid)) !== start;
}

const REMOVAL_TIMEOUT_MS = 60_000;

/** Another run may be removing the same things. */
const RACE = /already in progress|No such|not found/;

/** Containers first: networks and volumes cannot go while one uses them. */
const KINDS = [
  {
    list: ["container", "ls", "--all"],
    name: "{{.Names}}",
    remove: ["container", "rm", "--force", "--volumes"],
  },
  { list: ["network", "ls"], name: "{{.Name}}", remove: ["network", "rm"] },
  { list: ["volume", "ls"], name: "{{.Name}}", remove: ["volume", "rm"] },
] as const;

/** What carries a label, "NAME=VALUE": "network test-1f00-desk". */
export async function thingsWith(label: string): Promise<readonly string[]> {
  const found = KINDS.map(async ({ list, name }) => {
    const names = await dockerList(...list, "--filter", `label=${label}`, "--format", name);
    return names.map((each) => `${list[0]} ${each}`);
  });
  return (await Promise.all(found)).flat();
}

/** Takes away what carries a label. */
export async function removeThingsWith(label: string): Promise<void> {
  // One kind after the other: a container's volume goes with it, and its networks cannot go before it.
  for (const { list, name, remove } of KINDS) {
    let failure: Error | undefined;
    await eventually(
      async () => {
        const names = await dockerList(...list, "--filter", `label=${label}`, "--format", name);
        if (names.length === 0) return true;
        if (failure !== undefined && !RACE.test(failure.message)) throw failure;
        failure = await docker(...remove, ...names).then(
          () => undefined,
          (error: Error) => error,
        );
        return undefined;
      },
      { timeoutMs: REMOVAL_TIMEOUT_MS, what: `every ${list[0]} with label ${label} is gone` },
    );
  }
}

/** Takes away what runs have left that were killed. */
export async function removeAbandoned(): Promise<void> {
  const runs = KINDS.map(({ list }) =>
    dockerList(
      ...list,
      "--filter",
      `label=${RUN_LABEL}`,
      "--format",
      `{{.Label ${JSON.stringify(RUN_LABEL)}}}`,
    ),
  );
  const abandoned = new Set((await Promise.all(runs)).flat().filter(isOver));
  for (const run of abandoned) await removeThingsWith(`${RUN_LABEL}=${run}`);
}
