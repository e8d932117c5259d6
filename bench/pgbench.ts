/** An application under load, by pgbench: as the OS user that runs the servers. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Binaries } from "../src/sandbox/binaries.ts";
import { runProgram } from "../src/sandbox/command.ts";
import { giveTo, serverUser } from "../src/sandbox/os-user.ts";
import type { Cluster } from "../src/sandbox/cluster.ts";
import { DATABASE } from "./tree.ts";

export interface Load {
  /** Transactions, each with its share of all. */
  readonly scripts: readonly { readonly text: string; readonly share: number }[];
  readonly clients: number;
  readonly seconds: number;
  /** Transactions per second that are wanted. Absent: as many as there can be. */
  readonly rate?: number;
}

export interface Measured {
  readonly tps: number;
  /** Of each transaction, from when it was due; ascending. */
  readonly milliseconds: readonly number[];
}

/** Runs the load on a cluster. `prefix`: a program to start pgbench with. */
export async function runPgbench(
  binaries: Binaries,
  cluster: Cluster,
  load: Load,
  prefix: readonly string[] = [],
): Promise<Measured> {
  const user = serverUser();
  const folder = path.join(cluster.directory, "pgbench");
  await mkdir(folder, { recursive: true });
  giveTo(user, folder);
  const scripts: string[] = [];
  for (const [at, { text, share }] of load.scripts.entries()) {
    const file = path.join(folder, `${at}.sql`);
    await writeFile(file, text);
    scripts.push("-f", `${file}@${share}`);
  }
  const how = ["-n", "-M", "prepared", "-c", `${load.clients}`, "-T", `${load.seconds}`, "--log"];
  if (load.rate !== undefined) how.push("--rate", `${load.rate}`);
  how.push("--log-prefix", path.join(folder, "log"), ...scripts, cluster.dsn(DATABASE));
  const [program = "", ...rest] = [...prefix, path.join(binaries.directory, "pgbench"), ...how];
  const output = await runProgram(program, rest, user);
  const tps = Number(/^tps = ([\d.]+)/mu.exec(output)?.[1] ?? Number.NaN);
  if (!(tps > 0) || !/^number of failed transactions: 0 /mu.test(output))
    throw new Error(`pgbench says: ${output}`);
  const milliseconds = await latencies(folder);
  await rm(folder, { recursive: true });
  return { tps, milliseconds };
}

async function latencies(folder: string): Promise<readonly number[]> {
  const logs = (await readdir(folder)).filter((file) => file.startsWith("log."));
  const texts = await Promise.all(logs.map((log) => readFile(path.join(folder, log), "utf8")));
  return texts
    .flatMap((text) => text.trimEnd().split("\n"))
    .map((line) => Number(line.split(" ")[2]) / 1000)
    .sort((left, right) => left - right);
}

/** The value that so many of 100 do not pass. */
export const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
