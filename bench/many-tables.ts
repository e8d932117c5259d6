/** Hundreds of tables, as DHIS2 has them: each command as a process, and what the application of a district notices. */
import { execFile } from "node:child_process";
import { loadavg } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import type { Binaries } from "../src/sandbox/binaries.ts";
import { manyTables } from "../test/support/many-tables.ts";
import { type Application, openApplication, query } from "../test/support/sql.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { untilLevel } from "./level.ts";
import { tell } from "./stopwatch.ts";
import { compileTool } from "./tool.ts";
import { benchFolder, type BenchTree, startChain } from "./tree.ts";

const TABLES = 461;
/** For whether `apply` is linear. */
const FEWER_TABLES = 115;
/** Four times the tables take at most so many times as long. Quadratic would be 16. */
const MOST_GROWTH = 5;
const TIERS = ["district", "region", "nation"] as const;
const TWIN = "district-b";
/** A database of the district's server without Tributary. */
const BARE = "bare";

const ROUNDS = 3;
const TEMPORARY = 500;
const WRITES = 2000;
const CREATE = "create temporary table scratch (id int primary key, note text)";
const DROP = "drop table scratch";
const WRITE = "insert into public.entity_0 (c0) values ('written')";

const GOALS = { apply: 600, look: 5, idle: 15, temporary: 1.2, write: 1.1 } as const;

/** Five figures from one tree. */
export async function benchManyTables(binaries: Binaries): Promise<readonly Figure[]> {
  await using folder = await benchFolder();
  const tool = path.join(compileTool(folder.path), "cli", "main.js");
  const fewer = await applied(binaries, tool, FEWER_TABLES);
  await fewer.tree[Symbol.asyncDispose]();
  const single = await applied(binaries, tool, 1);
  await using one = single.tree;
  const many = await applied(binaries, tool, TABLES);
  await using tree = many.tree;
  const growth = many.time / fewer.time;
  const run = async (command: readonly string[]): Promise<number> => {
    const times: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) times.push(await runTool(tool, command, tree));
    return median(times);
  };
  const looks = { plan: await run(["plan"]), doctor: await run(["doctor"]), status: await run(["status"]) };
  const idle = await run(["apply", "--yes"]);
  return [
    {
      what: `\`apply\` of an empty tree, ${TABLES} tables on 4 nodes`,
      ours: `${seconds(many.time)}; from ${FEWER_TABLES} to ${TABLES} tables it takes ${growth.toFixed(1)} × as long`,
      goal: `≤ ${GOALS.apply} s, linear`,
      isMet: many.time <= GOALS.apply && growth <= MOST_GROWTH,
    },
    {
      what: "the same tree: `plan`, `doctor`, `status`",
      ours: Object.values(looks).map(seconds).join(", "),
      goal: `≤ ${GOALS.look} s each`,
      isMet: Math.max(...Object.values(looks)) <= GOALS.look,
    },
    {
      what: "the same tree: `apply` with nothing to do",
      ours: seconds(idle),
      goal: `≤ ${GOALS.idle} s`,
      isMet: idle <= GOALS.idle,
    },
    await temporaryTables(tree),
    await loneWrites(tree, one),
  ];
}

/** Starts a tree of so many tables and runs `apply` on it. */
async function applied(
  binaries: Binaries,
  tool: string,
  count: number,
): Promise<{ readonly tree: BenchTree; readonly time: number }> {
  const { sql, rules } = manyTables(count);
  // The one table is as it is among many, without a filter.
  const tables = count === 1 ? { "public.entity_0": {} } : rules;
  const tree = await startChain(binaries, TIERS, tables, { twins: [TWIN], databases: [BARE] });
  for (const dsn of [tree.dsn(TIERS[0]), tree.dsn(TWIN), tree.dsn(TIERS[0], BARE)]) await query(dsn, sql);
  return { tree, time: await runTool(tool, ["apply", "--yes"], tree) };
}

async function runTool(tool: string, command: readonly string[], { file }: BenchTree): Promise<number> {
  const start = performance.now();
  await promisify(execFile)(process.execPath, [tool, ...command, "--topology", file], {
    maxBuffer: 2 ** 28,
  });
  const time = (performance.now() - start) / 1000;
  tell(`many-tables ${command.join(" ")}: ${seconds(time)}, load ${loadavg()[0]?.toFixed(1)}`);
  return time;
}

/** What a migration or a report of the application does all day. */
async function temporaryTables(tree: BenchTree): Promise<Figure> {
  await using ours = openApplication(tree.dsn(TIERS[0]));
  await using bare = openApplication(tree.dsn(TIERS[0], BARE));
  const [ratio, milliseconds] = await compared([ours, bare], TEMPORARY, CREATE, DROP);
  return {
    what: "the same tree: `create temporary table` at a district",
    anchor: "the same in a database without Tributary",
    ours: `${milliseconds.toFixed(2)} ms`,
    ratio: `${ratio.toFixed(2)} ×`,
    goal: `≤ ${GOALS.temporary} ×`,
    isMet: ratio <= GOALS.temporary,
  };
}

/** At the district, and until all of them are at the region. */
async function loneWrites(tree: BenchTree, one: BenchTree): Promise<Figure> {
  await using ours = openApplication(tree.dsn(TIERS[0]));
  await using anchor = openApplication(one.dsn(TIERS[0]));
  const [ratio, milliseconds] = await compared([ours, anchor], WRITES, WRITE);
  const level = async (which: BenchTree): Promise<number> => {
    await untilLevel(which, TIERS[0], TIERS[1]);
    const start = performance.now();
    await using application = openApplication(which.dsn(TIERS[0]));
    for (let write = 0; write < WRITES; write += 1) await application.query(WRITE);
    await untilLevel(which, TIERS[0], TIERS[1]);
    return performance.now() - start;
  };
  const above: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) above.push((await level(tree)) / (await level(one)));
  return {
    what: "the same tree: one write of one row; and until it is at the region",
    anchor: "a tree of one table",
    ours: `${milliseconds.toFixed(2)} ms`,
    ratio: `${ratio.toFixed(2)} ×; ${median(above).toFixed(2)} ×`,
    goal: `≤ ${GOALS.write} ×`,
    isMet: Math.max(ratio, median(above)) <= GOALS.write,
  };
}

/** The two take turns with a statement. How many times as long the first takes, and its milliseconds: medians. */
async function compared(
  [ours, anchor]: readonly [Application, Application],
  rounds: number,
  statement: string,
  undo?: string,
): Promise<readonly [ratio: number, milliseconds: number]> {
  const times = new Map([ours, anchor].map((application) => [application, [] as number[]]));
  for (let round = 0; round < rounds; round += 1)
    // Whoever is first takes turns, too.
    for (const [application, known] of round % 2 === 0 ? [...times] : [...times].toReversed()) {
      const start = performance.now();
      await application.query(statement);
      known.push(performance.now() - start);
      if (undo !== undefined) await application.query(undo);
    }
  const [our = Number.NaN, other = Number.NaN] = [...times.values()].map(median);
  return [our / other, our];
}
