/** `npm run bench -- [NAME…] [--write]`: each figure beside its anchor, from the same run on the same servers. */
import { availableParallelism, cpus } from "node:os";

import type { EngineKind } from "../src/domain/topology.ts";
import { findBinaries, type Binaries } from "../src/sandbox/binaries.ts";
import { benchApproval } from "./approval.ts";
import { benchCatchUp } from "./catch-up.ts";
import { benchCommitLatency, benchHurriedLatency } from "./commit-latency.ts";
import { type Figure, type FigureOfEngines, renderTable } from "./figure.ts";
import { benchFirstCopy } from "./first-copy.ts";
import { benchInstructions } from "./instructions.ts";
import { benchIdle } from "./idle.ts";
import { benchIdleBytes, benchLag } from "./lag.ts";
import { benchManyTables } from "./many-tables.ts";
import { benchLineBytes, benchToastedLineBytes } from "./line-bytes.ts";
import { benchPoll, benchSweep } from "./monitor.ts";
import { benchPlan } from "./plan.ts";
import { writeToReadme } from "./readme.ts";
import { benchSoak } from "./soak.ts";
import { tell } from "./stopwatch.ts";
import { removeAll } from "./tree.ts";
import { benchLostSlot, benchVerifyEqual, benchVerifyMany, benchVerifyTen } from "./verify.ts";
import {
  benchDraftAgainstPlain,
  benchDraftCost,
  benchWriteAgainstPlain,
  benchWriteCost,
} from "./write-cost.ts";

type Figures = Figure | readonly Figure[];
type Benchmark = (binaries: Binaries, engine: EngineKind) => Figures | Promise<Figures>;

/** Run on each engine. */
const OF_ENGINES: Readonly<
  Record<string, (binaries: Binaries, engine: EngineKind) => Figure | Promise<Figure>>
> = {
  "first-copy": benchFirstCopy,
  approval: benchApproval,
  lag: benchLag,
  "write-cost": benchWriteCost,
  "draft-cost": benchDraftCost,
  "write-plain": benchWriteAgainstPlain,
  "draft-plain": benchDraftAgainstPlain,
  "catch-up": benchCatchUp,
  "line-bytes": benchLineBytes,
  "line-bytes-toasted": benchToastedLineBytes,
  "idle-bytes": benchIdleBytes,
  "lost-slot": benchLostSlot,
};

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  ...OF_ENGINES,
  plan: benchPlan,
  "many-tables": benchManyTables,
  idle: benchIdle,
  "commit-latency": benchCommitLatency,
  "commit-latency-hurried": benchHurriedLatency,
  instructions: (server) => benchInstructions(server, "pglogical"),
  soak: benchSoak,
  "verify-equal": (server) => benchVerifyEqual(server),
  "verify-equal-10m": benchVerifyMany,
  "verify-ten": benchVerifyTen,
  "monitor-poll": benchPoll,
  "monitor-sweep": benchSweep,
};

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void removeAll().finally(() => process.exit(130)));

const wanted = process.argv.slice(2).filter((argument) => argument !== "--write");
const isWriting = process.argv.includes("--write");
const unknown = wanted.filter((name) => BENCHMARKS[name] === undefined);
if (unknown.length > 0 || (isWriting && wanted.length > 0)) {
  tell(
    `usage: npm run bench -- [${Object.keys(BENCHMARKS).join(" | ")} …], or --write for all of them into README.md`,
  );
  process.exit(2);
}

const binaries = await findBinaries({ needsPglogical: "the benchmark" });
const figures: FigureOfEngines[] = [];
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const ofEngines = OF_ENGINES[name];
  if (ofEngines === undefined)
    figures.push(...[await bench(binaries, "pglogical")].flat().map((pglogical) => ({ pglogical })));
  else
    figures.push({
      pglogical: await ofEngines(binaries, "pglogical"),
      native: await ofEngines(binaries, "native"),
    });
}
const report = `${renderTable(figures)}\n\n${machine(binaries)}`;
console.log(report);
if (isWriting) writeToReadme(report);

function machine({ version }: Binaries): string {
  const [cpu] = cpus();
  return `${availableParallelism()} CPUs (${cpu?.model ?? "unknown"}), PostgreSQL ${version}, all servers on one machine, fsync off for both sides where nothing else is said. Medians of alternating runs: the ratios count, not the absolute figures.`;
}
